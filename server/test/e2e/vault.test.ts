import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFailed } from 'vitest';
import { openBrowser, type Browser } from './browser.ts';
import { filesHolding } from './profile.ts';
import { startProgram, type StartedProgram } from './program.ts';
import { pictureOfFailure } from './screenshots.ts';

/** Machines that run tests can be slow; what never comes fails all the same. */
const eventually = <Value>(read: () => Value) => expect.poll(read, { timeout: 15_000 });

/** What a browser keeps of an exhibit that was revealed in it: nothing, wherever one looks. */
describe('a picture that was revealed', { timeout: 60_000 }, () => {
  let program: StartedProgram;
  let browser: Browser;
  let page: Page;
  let caseAddress: string;
  let reveals = 0;

  beforeAll(async () => {
    browser = await openBrowser();
    program = await startProgram();
    page = browser.page;
    await page.goto(program.signInLink);
    const href = await page.getByRole('link', { name: /潮汐と天気/ }).getAttribute('href');
    caseAddress = `${program.url}${href}`;
  }, 180_000);

  beforeEach(() => {
    onTestFailed(() => pictureOfFailure(page));
  });

  afterAll(async () => {
    await browser?.close();
    await browser?.forget();
    await program?.stop();
  });

  const full = () => page.getByRole('img', { name: 'Exhibit 2, full picture' });
  const reveal = async (): Promise<void> => {
    await page.getByRole('button', { name: 'Reveal Exhibit 2' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox', { name: 'Reason for revealing' }).fill('placeholder');
    await dialog.getByRole('button', { name: 'Reveal picture' }).click();
    await full().waitFor();
    await eventually(() => full().evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(640);
    reveals += 1;
  };
  /** Reveals that the ledger has, as the timeline of the case tells them. */
  const recorded = async (): Promise<number> => {
    const answer = await page.request.get(`${program.url}/v1${new URL(caseAddress).pathname}/timeline`);
    return ((await answer.text()).match(/"exhibit\.revealed"/g) ?? []).length;
  };

  it('came with orders to keep it nowhere', async () => {
    await page.goto(caseAddress);
    const answering = page.waitForResponse((response) => response.url().endsWith('/reveal'));
    await reveal();
    const headers = (await answering).headers();
    expect(headers['cache-control']).toBe('no-store');
    expect(headers['cross-origin-resource-policy']).toBe('same-origin');
    expect(await recorded()).toBe(reveals);
  });

  it('has no address any more once it was hidden', async () => {
    const address = await full().evaluate((image: HTMLImageElement) => image.src);
    expect(address).toMatch(/^blob:/);
    expect(await shows(page, address)).toBe(true);
    await page.getByRole('dialog').getByRole('button', { name: 'Hide' }).click();
    await full().waitFor({ state: 'detached' });
    expect(await shows(page, address)).toBe(false);
  });

  it('is not there again after going away and back, by link, by the back button or by reloading', async () => {
    const ways: (() => Promise<unknown>)[] = [
      async () => {
        await page.goto(`${program.url}/settings`);
        await page.goBack();
      },
      async () => {
        await page.goto('about:blank');
        await page.goBack();
      },
      () => page.reload(),
    ];
    for (const leaveAndReturn of ways) {
      await reveal();
      await leaveAndReturn();
      await page.getByRole('button', { name: 'Reveal Exhibit 2' }).waitFor();
      expect(await full().count()).toBe(0);
      expect(await page.evaluate(() => document.querySelectorAll('img[src^="blob:"]').length)).toBe(0);
      expect(await recorded()).toBe(reveals);
    }
  });

  it('is in no cache, no storage and no service worker', async () => {
    const kept = await page.evaluate(async () => ({
      workers: (await navigator.serviceWorker?.getRegistrations())?.length ?? 0,
      caches: 'caches' in globalThis ? (await caches.keys()).length : 0,
      databases: (await indexedDB.databases()).length,
      session: Object.keys(sessionStorage).filter((key) => (sessionStorage.getItem(key)?.length ?? 0) > 1000),
      local: Object.keys(localStorage).filter((key) => (localStorage.getItem(key)?.length ?? 0) > 1000),
    }));
    expect(kept).toEqual({ workers: 0, caches: 0, databases: 0, session: [], local: [] });
    // Asked of the browser's own cache alone, which must then fail.
    const preview = await page.evaluate(async () => {
      const image = document.querySelector<HTMLImageElement>('img[src$="/preview"]');
      if (image === null) return 'none';
      return fetch(image.src, { cache: 'only-if-cached', mode: 'same-origin' }).then(
        (answer) => String(answer.status),
        () => 'not cached',
      );
    });
    expect(preview).toMatch(/^(?:not cached|504)$/);
  });

  it('is in no file of the browser', async () => {
    const pictures = [...(await browser.witness.pictures())].filter(([address]) =>
      address.startsWith('blob:'),
    );
    expect(pictures).toHaveLength(reveals);
    await browser.close();
    const bytes = pictures.map(([, picture]) => picture);
    expect(await filesHolding(browser.profile, bytes)).toEqual([]);
  });
});

/** Whether a picture can be had from the address, by a page that asks for it again. */
function shows(page: Page, address: string): Promise<boolean> {
  return page.evaluate(
    (src) =>
      new Promise<boolean>((resolve) => {
        const image = new Image();
        image.addEventListener('load', () => resolve(true));
        image.addEventListener('error', () => resolve(false));
        image.src = src;
      }),
    address,
  );
}
