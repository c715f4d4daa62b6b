import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { z } from 'zod';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFailed } from 'vitest';
import { webhookAnswer } from '../../src/api/contract/index.ts';
import { writeSampleFiles } from '../../src/demo/index.ts';
import {
  startWebhookListener,
  type HeardWebhook,
  type WebhookListener,
} from '../../src/enforcement/index.ts';
import { hindrances, overflow } from './accessibility.ts';
import { openBrowser, type Browser } from './browser.ts';
import { freePort } from './free-port.ts';
import { keyboardOf, type Keyboard } from './keyboard.ts';
import { filesHolding } from './profile.ts';
import { startProgram, type StartedProgram } from './program.ts';
import { pictureOfFailure, screenshot } from './screenshots.ts';

/** Machines that run tests can be slow; what never comes fails all the same. */
const eventually = <Value>(read: () => Value) => expect.poll(read, { timeout: 15_000 });

/** Landmarks around every page of somebody who has signed in. */
const frame = ['#root > header', 'nav[aria-label="Main"]'];

/** One desk, one browser, from the sign-in link to the removal of the demo: each test goes on where the last one ended. */
describe('the console, by keyboard alone', { timeout: 60_000 }, () => {
  let program: StartedProgram;
  let browser: Browser;
  let page: Page;
  let keyboard: Keyboard;
  let listener: WebhookListener;
  let samples: string;
  const heard: HeardWebhook[] = [];
  const seen: { knownCase?: string; openCase?: string; report?: string } = {};

  beforeAll(async () => {
    browser = await openBrowser();
    program = await startProgram();
    listener = await listenForWebhooks(program, (webhook) => heard.push(webhook));
    samples = await mkdtemp(join(tmpdir(), 'breakwater-samples-'));
    await writeSampleFiles(samples);
    page = browser.page;
    keyboard = keyboardOf(page);
  }, 180_000);

  beforeEach(() => {
    onTestFailed(() => pictureOfFailure(page));
  });

  afterAll(async () => {
    await browser?.close();
    await browser?.forget();
    await listener?.close();
    await program?.stop();
    if (samples !== undefined) await rm(samples, { recursive: true, force: true });
  });

  const link = (name: string | RegExp) => page.getByRole('link', { name });
  const button = (name: string | RegExp) => page.getByRole('button', { name });
  const checkbox = (name: string | RegExp) => page.getByRole('checkbox', { name });
  const heading = (name: string | RegExp) => page.getByRole('heading', { level: 1, name });

  it('signs in with the link and shows the queue', async () => {
    await page.goto(program.signInLink);
    await heading('Queue').waitFor();
    await eventually(() => page.getByRole('row').count()).toBe(1 + 6);
    expect(page.url()).toBe(`${program.url}/`);
    await screenshot(page, 'queue');
    await keyboard.activate(button('Switch to dark colors'));
    await screenshot(page, 'queue-dark');
    await keyboard.activate(button('Switch to light colors'), 'Space');
  });

  it('lets a known match be decided, reported and acted on without anyone looking at it', async () => {
    await keyboard.pressUntilFocused('j', link(/Tide tables/));
    await keyboard.press('Enter');
    await heading(/Tide tables/).waitFor();
    seen.knownCase = page.url();
    const match = exhibitSaying(page, 'Known match');
    await match.waitFor();
    expect(await match.textContent()).toContain('Decide without viewing');
    expect(await match.getByRole('img').count()).toBe(0);
    expect(await match.getByRole('button').count()).toBe(0);
    const matchId = String(await match.getAttribute('id')).replace('exhibit-', '');
    const matchName = String(await match.getByRole('heading').textContent());
    await previewsOf(page);
    await screenshot(page, 'case');

    await keyboard.press('d');
    await expectFocus(page.getByRole('radio').first());
    await keyboard.press('Space');
    expect(await page.getByRole('radio', { name: 'Child sexual abuse material' }).isChecked()).toBe(true);
    await keyboard.activate(checkbox('Remove the group'), 'Space');
    await keyboard.activate(checkbox('Ban Halyard'), 'Space');
    await keyboard.activate(checkbox(`Quarantine ${matchName} (known match)`), 'Space');
    await keyboard.tabTo(page.getByRole('textbox', { name: 'Rationale' }));
    await keyboard.type(`${matchName} is on the list. Decided without looking at it.`);
    await keyboard.activate(checkbox('File a CyberTip'), 'Space');
    await keyboard.tabTo(page.getByRole('combobox', { name: 'Reported account' }));
    await keyboard.type('Hal');
    await keyboard.activate(checkbox(`Send ${matchName} (known match)`), 'Space');
    await keyboard.activate(button('Review the decision…'));
    const dialog = page.getByRole('dialog', { name: 'Confirm the decision' });
    await dialog.waitFor();
    await expectFocus(dialog.getByRole('button', { name: 'Go back' }));
    expect(await hindrances(page, frame)).toEqual([]);
    expect(await dialog.textContent()).toContain('1 of these exhibits was viewed by nobody');
    await screenshot(page, 'decision');
    await keyboard.activate(dialog.getByRole('button', { name: 'Decide and file the CyberTip' }));

    const actions = page.getByRole('list', { name: 'Actions' }).getByRole('listitem');
    await eventually(() => actions.allTextContents()).toEqual([
      expect.stringMatching(/^Remove Tide tables.*Delivered$/),
      expect.stringMatching(/^Ban Halyard.*Delivered$/),
      expect.stringMatching(/^Quarantine .*Delivered$/),
    ]);
    const report = page.getByRole('list', { name: 'Reports' }).getByRole('link', { name: /CyberTip \d+/ });
    await report.waitFor();
    const number = /\d+/.exec(String(await report.textContent()))?.[0];

    await eventually(() => heard.length).toBe(3);
    expect(heard.map(({ verified, repeated }) => ({ verified, repeated }))).toEqual(
      Array.from({ length: 3 }, () => ({ verified: true, repeated: false })),
    );
    expect(browser.witness.requests.filter((request) => request.includes(matchId))).toEqual([]);
    await eventually(() => statedInSandbox(program, String(number))).toEqual({
      viewed: ['false'],
      state: 'finished',
    });

    await keyboard.activate(report);
    await heading(`CyberTip ${number}`).waitFor();
    seen.report = page.url();
    await page.getByRole('table', { name: 'Steps of filing' }).waitFor();
    await screenshot(page, 'report');
  });

  it('shows an unknown picture blurred, and whole only after a reason, until Escape', async () => {
    await keyboard.activate(link(/^Queue \d/));
    await eventually(() => page.getByRole('row').count()).toBe(1 + 5);
    await keyboard.press('j');
    await keyboard.pressUntilFocused('ArrowDown', link(/潮汐と天気/));
    await keyboard.press('Enter');
    await heading(/潮汐と天気/).waitFor();
    const previews = await previewsOf(page);
    expect(previews).toHaveLength(4);
    for (const { width, gray } of previews) {
      expect(width).toBeLessThanOrEqual(160);
      expect(gray).toBe(true);
    }
    await keyboard.activate(button('Reveal Exhibit 2'));
    const dialog = page.getByRole('dialog');
    await expectFocus(dialog.getByRole('textbox', { name: 'Reason for revealing' }));
    await keyboard.type('to tell whether the policy applies');
    expect(await hindrances(page, frame)).toEqual([]);
    await screenshot(page, 'reveal-dialog');
    await keyboard.activate(dialog.getByRole('button', { name: 'Reveal picture' }));
    const picture = dialog.getByRole('img', { name: 'Exhibit 2, full picture' });
    await picture.waitFor();
    await eventually(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(640);
    await expectFocus(dialog.getByRole('button', { name: 'Hide' }));
    await keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    expect(await page.getByRole('img', { name: /full picture/ }).count()).toBe(0);
    await expectFocus(button('Reveal Exhibit 2'));

    await keyboard.press('d');
    await keyboard.press('Space');
    await keyboard.press('ArrowUp');
    expect(await page.getByRole('radio', { name: 'No violation' }).isChecked()).toBe(true);
    await keyboard.tabTo(page.getByRole('textbox', { name: 'Rationale' }));
    await keyboard.type('A harmless picture.');
    await keyboard.activate(button('Review the decision…'));
    await keyboard.activate(page.getByRole('dialog').getByRole('button', { name: 'Decide' }));
    await page.getByText('having revealed 1 exhibit').waitFor();
    const timeline = page.getByRole('region', { name: 'Timeline' });
    await timeline.getByText('Reason given: to tell whether the policy applies').waitFor();
  });

  it('leads to the deliveries, reports, hash lists and settings', async () => {
    await keyboard.activate(link(/^Deliveries/));
    await heading('Deliveries').waitFor();
    await keyboard.tabTo(page.getByRole('tab', { name: 'Pending' }));
    await keyboard.press('ArrowRight');
    const rows = page.getByRole('table', { name: 'Deliveries: Delivered' }).getByRole('row');
    await eventually(() => rows.count()).toBe(1 + 3);

    await keyboard.activate(link(/^Reports/));
    await heading('Reports').waitFor();
    await page
      .getByRole('table', { name: 'Reports, newest first' })
      .getByText('Filed', { exact: true })
      .waitFor();

    await keyboard.activate(link('Hash lists'));
    await heading('Hash lists').waitFor();
    const chooser = page.waitForEvent('filechooser');
    await keyboard.activate(page.getByLabel('File'), 'Space');
    await (await chooser).setFiles(join(samples, 'list.csv'));
    await keyboard.activate(button('Import'));
    await page.getByText('9 added, 0 already there').waitFor();
    await keyboard.activate(page.getByRole('link', { name: 'list', exact: true }));
    await page.getByRole('table', { name: 'Entries of list' }).waitFor();

    await keyboard.activate(link('Settings'));
    await heading('Settings').waitFor();
    await keyboard.tabTo(page.getByRole('textbox', { name: 'Label of a new key for Harbour Chat' }));
    await keyboard.type('second key');
    await keyboard.press('Enter');
    await page.getByText('Service key: shown only now').waitFor();
    await keyboard.activate(button('I have stored it'));
    await keyboard.activate(button('Revoke the key second key'));
    await keyboard.activate(page.getByRole('dialog').getByRole('button', { name: 'Revoke the key' }));
    await page.getByText('Revoked just now').waitFor();

    await keyboard.tabTo(page.getByRole('radio', { name: 'Light' }));
    await keyboard.press('ArrowLeft');
    expect(await page.getByRole('radio', { name: 'As the system' }).isChecked()).toBe(true);

    await keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
    await keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect([...keyboard.unseenStops]).toEqual([]);
  });

  it('gives a screen reader headings, landmarks and a name for every control on every page', async () => {
    seen.openCase = await addressOfCase(page, program, 'Rowing Thursdays');
    for (const address of pageAddresses(program, seen)) {
      await page.goto(address);
      await settled(page);
      expect({ address, hindrances: await hindrances(page, frame) }).toEqual({ address, hindrances: [] });
    }
    await page.goto(`${program.url}/no-such-page`);
    await settled(page);
    expect(await hindrances(page, [])).toEqual([]);
  });

  it('fits wide and narrow windows, in dark colors and from right to left', async () => {
    const other = await browser.context.newPage();
    await other.goto(`${program.url}/?dir=rtl`);
    await other.emulateMedia({ colorScheme: 'dark' });
    for (const address of pageAddresses(program, seen)) {
      await other.goto(address);
      await settled(other);
      for (const width of [1280, 390]) {
        await other.setViewportSize({ width, height: 800 });
        const { direction, scheme } = await other.evaluate(() => ({
          direction: document.documentElement.dir,
          scheme: getComputedStyle(document.documentElement).colorScheme,
        }));
        const found = { address, width, direction, scheme, overflow: await overflow(other) };
        expect(found).toEqual({ address, width, direction: 'rtl', scheme: 'dark', overflow: 0 });
      }
    }
    await other.goto(`${program.url}/?dir=ltr`);
    await other.close();
  });

  it('removes the demo', async () => {
    await page.goto(program.url);
    await keyboard.activate(button('Remove the demo'));
    await keyboard.activate(page.getByRole('dialog').getByRole('button', { name: 'Remove all demo data' }));
    await page.getByText('No case is open.').waitFor();
    expect(await button('Remove the demo').count()).toBe(0);
    await keyboard.activate(button('Sign out'));
    await heading('Sign in to Breakwater').waitFor();
  });

  it('has asked nobody else, complained of nothing, and left no picture on the disk', async () => {
    const { requests, complaints } = browser.witness;
    expect(requests.filter((request) => !isOurs(request, program))).toEqual([]);
    expect(complaints).toEqual([]);
    const pictures = [...(await browser.witness.pictures())];
    expect(pictures.filter(([address]) => address.endsWith('/preview')).length).toBeGreaterThanOrEqual(5);
    expect(pictures.filter(([address]) => address.startsWith('blob:'))).toHaveLength(1);
    const script = await mainScript(program);
    await browser.close();
    // What may be kept is found, so that not finding the pictures means something.
    expect(await filesHolding(browser.profile, [script])).not.toEqual([]);
    const received = pictures.map(([, bytes]) => bytes);
    expect(await filesHolding(browser.profile, received)).toEqual([]);
  });
});

async function listenForWebhooks(
  program: StartedProgram,
  onWebhook: (webhook: HeardWebhook) => void,
): Promise<WebhookListener> {
  const port = await freePort();
  const answer = await fetch(`${program.url}/v1/services/harbour-chat/webhook`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${program.serviceKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ url: `http://127.0.0.1:${port}/` }),
  });
  expect(answer.status).toBe(200);
  const { secret } = webhookAnswer.parse(await answer.json());
  return startWebhookListener({ port, secret, onWebhook });
}

const filedReports = z.array(
  z.object({
    reportId: z.string(),
    state: z.string(),
    files: z.array(z.object({ detailsXml: z.string().optional() })),
  }),
);

/** What the sandbox was told of the files of a report. */
async function statedInSandbox(program: StartedProgram, number: string) {
  const answer = await fetch(`${program.sandboxUrl}/sandbox/reports`);
  const report = filedReports.parse(await answer.json()).find(({ reportId }) => reportId === number);
  const viewed = report?.files.map(
    ({ detailsXml = '' }) => /<fileViewedByEsp>(\w+)<\/fileViewedByEsp>/.exec(detailsXml)?.[1],
  );
  return { viewed, state: report?.state };
}

function exhibitSaying(page: Page, words: string): Locator {
  return page.locator('li.exhibit').filter({ hasText: words });
}

/** The previews of a case once all are there: their width in pixels, and whether they have no color. */
async function previewsOf(page: Page): Promise<{ width: number; gray: boolean }[]> {
  const previews = page.getByRole('img', { name: /blurred preview/ });
  await previews.first().waitFor();
  const shown: { width: number; gray: boolean }[] = [];
  for (const preview of await previews.all()) {
    await preview.scrollIntoViewIfNeeded();
    await eventually(() => preview.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(
      0,
    );
    shown.push(
      await preview.evaluate((image: HTMLImageElement) => {
        const { naturalWidth: width, naturalHeight: height } = image;
        const canvas = document.createElement('canvas');
        Object.assign(canvas, { width, height });
        const drawing = canvas.getContext('2d')!;
        drawing.drawImage(image, 0, 0);
        const { data } = drawing.getImageData(0, 0, width, height);
        let gray = true;
        for (let at = 0; at < data.length; at += 4)
          if (
            Math.max(data[at]!, data[at + 1]!, data[at + 2]!) -
              Math.min(data[at]!, data[at + 1]!, data[at + 2]!) >
            3
          )
            gray = false;
        return { width, gray };
      }),
    );
  }
  await page.evaluate(() => window.scrollTo(0, 0));
  return shown;
}

async function expectFocus(target: Locator): Promise<void> {
  await eventually(() => target.evaluate((element) => element === document.activeElement)).toBe(true);
}

async function addressOfCase(page: Page, program: StartedProgram, name: string): Promise<string> {
  await page.goto(program.url);
  const href = await page.getByRole('link', { name }).getAttribute('href');
  return `${program.url}${href}`;
}

function pageAddresses(
  program: StartedProgram,
  { knownCase, openCase, report }: { knownCase?: string; openCase?: string; report?: string },
): string[] {
  const paths = [
    '/',
    '/?status=closed',
    '/deliveries',
    '/deliveries?status=delivered',
    '/reports',
    '/lists',
    '/lists/demo-list',
    '/settings',
    '/account',
  ];
  const addresses = paths.map((path) => `${program.url}${path}`);
  return [...addresses, ...[knownCase, openCase, report].filter((address) => address !== undefined)];
}

/** Waits until the page has read all it has to read. */
async function settled(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1 }).waitFor();
  await eventually(() =>
    page
      .getByRole('status')
      .filter({ hasText: /^(?:Reading|One moment)/ })
      .count(),
  ).toBe(0);
}

/** The bytes of the console's first script, which browsers are told to keep. */
async function mainScript(program: StartedProgram): Promise<Buffer> {
  const html = await (await fetch(program.url)).text();
  const address = /src="(\/assets\/[^"]+\.js)"/.exec(html)?.[1];
  const answer = await fetch(`${program.url}${address}`);
  expect(answer.status).toBe(200);
  return Buffer.from(await answer.arrayBuffer());
}

function isOurs(request: string, program: StartedProgram): boolean {
  const [, address = ''] = request.split(' ');
  return address.replace(/^blob:/, '').startsWith(`${program.url}/`);
}
