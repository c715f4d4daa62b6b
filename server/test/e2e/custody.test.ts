import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFailed } from 'vitest';
import { verifyPackageAt } from '../../src/custody/index.ts';
import { withDatabase } from '../program/running-program.ts';
import { hindrances, overflow } from './accessibility.ts';
import { openBrowser, type Browser } from './browser.ts';
import { keyboardOf, type Keyboard } from './keyboard.ts';
import { startProgram, type StartedProgram } from './program.ts';
import { pictureOfFailure, portrait, screenshot } from './screenshots.ts';

/** One case of the demo, from its hold to the destruction of what is in it. */
describe('custody in the console, by keyboard', { timeout: 60_000 }, () => {
  let program: StartedProgram;
  let browser: Browser;
  let page: Page;
  let keyboard: Keyboard;
  let downloads: string;

  beforeAll(async () => {
    browser = await openBrowser();
    program = await startProgram();
    downloads = await mkdtemp(join(tmpdir(), 'breakwater-downloads-'));
    page = browser.page;
    keyboard = keyboardOf(page);
    await page.goto(program.signInLink);
    await page.getByRole('heading', { level: 1, name: 'Queue' }).waitFor();
    await page.goto(`${program.url}/cases/${await aCase(program)}`);
    await panel().waitFor();
  }, 180_000);
  beforeEach(() => {
    onTestFailed(() => pictureOfFailure(page));
  });
  afterAll(async () => {
    await browser?.close();
    await browser?.forget();
    await program?.stop();
    if (downloads !== undefined) await rm(downloads, { recursive: true, force: true });
  });

  const panel = () => page.getByRole('region', { name: 'Custody' });
  const button = (name: string | RegExp) => panel().getByRole('button', { name });
  const dialog = () => page.getByRole('dialog');
  const say = async (field: string, text: string) => {
    await dialog().getByLabel(field).focus();
    await page.keyboard.type(text);
  };
  const go = (name: string) => keyboard.activate(dialog().getByRole('button', { name }));

  it('holds a case, with a ground and a reason, and says so at each exhibit', async () => {
    await keyboard.activate(button('Hold the case…'));
    await go('Place the hold');
    await dialog().getByText('Give a reason of at least 3 characters.').waitFor();
    await say('Reason', 'Asked for by letter');
    await say('Reference', 'Request 17');
    await go('Place the hold');
    await dialog().waitFor({ state: 'detached' });
    await panel().getByText('Under legal hold').first().waitFor();
    await panel().getByText('Request 17').waitFor();
  });

  it('shows the custody record', async () => {
    await keyboard.activate(button(/^Custody record of/).first());
    await dialog().getByText('The exhibit was sealed on arrival.').waitFor();
    await dialog().getByText('Reason given: Asked for by letter').waitFor();
    await keyboard.press('Escape');
    await dialog().waitFor({ state: 'detached' });
  });

  it('exports the case to a key, into a package that verifies', async () => {
    const identity = await generateX25519Identity();
    await keyboard.activate(button('Export the case…'));
    await say('Recipient’s age public key', 'age1nonsense');
    await say('Reason', 'Ordered by the court');
    await go('Export');
    await dialog().getByText('BW-RECIPIENT-INVALID').waitFor();
    await dialog()
      .getByLabel('Recipient’s age public key')
      .fill(await identityToRecipient(identity));
    const [download] = await Promise.all([page.waitForEvent('download'), go('Export')]);
    const path = join(downloads, 'case.zip');
    await download.saveAs(path);
    expect((await verifyPackageAt(path, identity)).findings.filter(({ good }) => !good)).toEqual([]);
    await panel().getByText('Ordered by the court').waitFor();
  });

  it('releases the hold, and destroys what is due under the name of a person', async () => {
    await keyboard.activate(button(/^Release the hold/));
    await say('Reason', 'They need it no more');
    await go('Release the hold');
    await dialog().waitFor({ state: 'detached' });
    await letTermsEnd(program, page.url().split('/').at(-1) ?? '');
    await page.reload();
    await keyboard.activate(button(/^Destroy/).first());
    await screenshot(page, 'destroy');
    await say('Reason', 'Its term has ended');
    await go('Destroy it for good');
    await dialog().waitFor({ state: 'detached' });
    await panel().getByText('Destroyed', { exact: true }).waitFor();
    const link = panel().getByRole('link', { name: /^Certificate/ });
    const [download] = await Promise.all([page.waitForEvent('download'), keyboard.activate(link)]);
    expect(download.suggestedFilename()).toMatch(/^certificate-.*\.html$/);
    await page.locator('.exhibit').getByText('Destroyed').waitFor();
  });

  it('changes what the desk itself rules about keeping, with a reason', async () => {
    const address = page.url();
    await page.goto(`${program.url}/settings`);
    const retention = page.getByRole('region', { name: 'Retention' });
    const days = retention.getByLabel('Exhibits of a case in which nothing was found', { exact: true });
    const change = retention.getByRole('button', { name: 'Change the rules…' });
    await days.fill('0');
    expect(await change.isDisabled()).toBe(true);
    await days.fill('45');
    await retention.getByRole('checkbox', { name: /Kingdom/ }).check();
    await portrait(page, 'retention');
    await keyboard.activate(change);
    await say('Reason', 'Agreed with counsel');
    await go('Change them');
    await dialog().waitFor({ state: 'detached' });
    await page.reload();
    await expect.poll(() => days.inputValue()).toBe('45');
    expect(await retention.getByRole('checkbox', { name: /Kingdom/ }).isChecked()).toBe(true);
    await page.goto(address);
    await panel().waitFor();
  });

  it('hinders nobody: names, structure, 390 pixels, right to left, dark', async () => {
    const frame = ['#root > header', 'nav[aria-label="Main"]'];
    expect(await hindrances(page, frame)).toEqual([]);
    await panel().scrollIntoViewIfNeeded();
    await screenshot(page, 'custody');
    await page.setViewportSize({ width: 390, height: 800 });
    expect(await overflow(page)).toBe(0);
    await page.evaluate(() => document.documentElement.setAttribute('dir', 'rtl'));
    expect(await overflow(page)).toBe(0);
    await page.evaluate(() => document.documentElement.setAttribute('dir', 'ltr'));
    await page.goto(`${program.url}/settings`);
    await page.getByRole('table', { name: 'Terms of preservation by law' }).waitFor();
    expect(await hindrances(page, frame)).toEqual([]);
    expect(await overflow(page)).toBe(0);
  });
});

/** A case with an unknown picture that nobody has ruled on. */
function aCase(program: StartedProgram): Promise<string> {
  return withDatabase(program.folder, async ({ pool }) => {
    const { rows } = await pool.query<{ id: string }>(
      `SELECT c.id FROM cases c JOIN exhibits e ON e.case_id = c.id
       WHERE c.status = 'open' AND e.verdict = 'no-match' ORDER BY c.number LIMIT 1`,
    );
    return rows[0]?.id ?? '';
  });
}

/** As if the case had been closed two months ago, with nothing found. */
async function letTermsEnd(program: StartedProgram, caseId: string): Promise<void> {
  await withDatabase(program.folder, async ({ pool }) => {
    await pool.query(
      `UPDATE cases SET status = 'closed', closed_at = now() - interval '60 days' WHERE id = $1`,
      [caseId],
    );
    await pool.query(
      `SELECT graphile_worker.add_job('compute-preservation', json_build_object('caseId', $1::text))`,
      [caseId],
    );
    const ended = 'SELECT FROM preservation_terms WHERE case_id = $1 AND preserve_until < now()';
    await expect.poll(async () => (await pool.query(ended, [caseId])).rowCount).toBeGreaterThan(0);
  });
}
