import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hindrances, overflow } from './accessibility.ts';
import { openBrowser, type Browser } from './browser.ts';
import { startProgram, type StartedProgram } from './program.ts';

let program: StartedProgram;
let browser: Browser;
beforeAll(async () => {
  program = await startProgram();
  browser = await openBrowser();
  await browser.page.goto(program.signInLink);
  await browser.page.getByRole('heading', { name: 'Queue' }).waitFor();
}, 240_000);
afterAll(async () => {
  await browser.close();
  await browser.forget();
  await program.stop();
});

const open = async (path: string, heading: string) => {
  await browser.page.goto(`${program.url}${path}`);
  await browser.page.getByRole('heading', { name: heading, level: 1 }).waitFor();
};

describe('one person who opened the desk', () => {
  it('is told that they hold all the keys', async () => {
    await open('/', 'Queue');
    await browser.page.getByText('Only one person here can give second signatures').waitFor();
  });

  it.each([
    ['/people', 'People', 'What each role may do'],
    ['/approvals', 'Approvals', 'What needs two people'],
    ['/settings', 'Settings', 'Harbour Chat'],
  ])('finds nothing in the way on %s, wide or narrow', async (path, heading, region) => {
    const { page } = browser;
    await open(path, heading);
    await page.getByRole('heading', { name: region }).first().waitFor();
    expect(await hindrances(page, [])).toEqual([]);
    await page.setViewportSize({ width: 390, height: 844 });
    expect(await overflow(page)).toBe(0);
    await page.setViewportSize({ width: 1280, height: 800 });
  });

  it('loosens a rule alone by keyboard, and sees that it was done by one', async () => {
    const { page } = browser;
    await open('/approvals', 'Approvals');
    await page.getByRole('button', { name: 'Change: Exporting originals' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    expect(await hindrances(page, [])).toEqual([]);
    await page.getByRole('switch', { name: 'A second signature is needed' }).focus();
    await page.keyboard.press('Space');
    await page.keyboard.press('Tab');
    await page.keyboard.type('placeholder reason');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.getByText('Not needed').waitFor();
    await page.getByRole('tab', { name: 'History' }).click();
    await page.getByText('Done by one person alone').first().waitFor();
  });

  it('takes a case and restricts it', async () => {
    const { page } = browser;
    await open('/', 'Queue');
    await page.locator('a[data-case]').first().click();
    await page.getByRole('button', { name: 'Take the case' }).click();
    await page.getByRole('button', { name: 'Give it back' }).waitFor();
    await page.getByRole('button', { name: 'Restrict…' }).click();
    await page.getByRole('switch', { name: 'Only the people named here' }).press('Space');
    await page.getByRole('button', { name: 'Restrict the case' }).click();
    await page.getByText('Restricted', { exact: true }).waitFor();
  });

  it('replaces a service key while both work', async () => {
    const { page } = browser;
    await open('/settings', 'Settings');
    await page.getByRole('button', { name: 'Replace the key Made by bin/up' }).click();
    await page.getByRole('button', { name: 'Make the new key' }).click();
    await page.getByText('Service key: shown only now').waitFor();
    const key = (await page.locator('.secret').textContent()) ?? '';
    await page.getByRole('button', { name: 'I have stored it' }).click();
    await page.getByText('Replaced; works until').waitFor();
    for (const authorization of [`Bearer ${key}`, `Bearer ${program.serviceKey}`]) {
      const answer = await fetch(`${program.url}/v1/user-reports/00000000-0000-4000-8000-000000000000`, {
        headers: { authorization },
      });
      expect(answer.status).toBe(404);
    }
  });
});
