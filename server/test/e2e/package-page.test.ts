import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Decrypter, generateX25519Identity, identityToRecipient } from 'age-encryption';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { folderSink, orderExport, startPackage } from '../../src/custody/index.ts';
import { closedCase } from '../custody/closed-case.ts';
import { proofsOf } from '../custody/event-proofs.ts';
import { createDesk, doneOf, type Desk } from '../desk/index.ts';
import { overflow } from './accessibility.ts';
import { openBrowser, type Browser } from './browser.ts';

describe('the page within a package', { timeout: 60_000 }, () => {
  let desk: Desk;
  let browser: Browser;
  let folder: string;
  let identity: string;
  let exhibit: string;
  const asked: string[] = [];

  beforeAll(async () => {
    desk = await createDesk();
    identity = await generateX25519Identity();
    folder = join(await mkdtemp(join(tmpdir(), 'breakwater-page-')), 'package');
    const { caseId } = await closedCase(desk, 1);
    const deps = { ...desk, eventProofs: proofsOf(desk) };
    const ordered = doneOf(
      await orderExport(desk, desk.person, {
        caseId,
        recipient: await identityToRecipient(identity),
        why: '</script><b>placeholder</b>',
        links: 'withheld',
      }),
    );
    const leaving = await startPackage(deps, { kind: 'person', id: desk.person.id }, ordered.id);
    const { manifest } = await leaving.writeTo(await folderSink(folder));
    exhibit = join(folder, manifest.exhibits[0]?.file ?? '');
    browser = await openBrowser();
    await browser.context.setOffline(true);
    browser.page.on('request', (request) => asked.push(request.url()));
    await browser.page.goto(pathToFileURL(join(folder, 'README.html')).href);
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await browser?.forget();
    await desk?.close();
    await rm(join(folder, '..'), { recursive: true, force: true });
  });

  const outcome = () => browser.page.locator('#outcome');
  const choose = async (...more: string[]) => {
    const own = (await readdir(folder)).map((name) => join(folder, name));
    await browser.page.locator('#files').setInputFiles([]);
    await browser.page.locator('#files').setInputFiles([...own, ...more]);
    await expect.poll(() => outcome().textContent(), { timeout: 15_000 }).toMatch(/intact/);
    return (await outcome().textContent()) ?? '';
  };

  it('says that a good package is intact, without a network, and asks nobody for anything', async () => {
    expect(await choose()).toContain('The package is intact.');
    expect(await outcome().getAttribute('class')).toBe('good');
    expect(await outcome().textContent()).toMatch(
      /\d+ events are in the signed ledger of breakwater\/[0-9a-f]{16}\./,
    );
    expect(asked.filter((url) => !url.startsWith('file:'))).toEqual([]);
  });

  it('knows an exhibit that was opened, and a file that does not belong', async () => {
    const decrypter = new Decrypter();
    decrypter.addIdentity(identity);
    const opened = join(folder, '..', 'opened.jpg');
    await writeFile(opened, await decrypter.decrypt(await readFile(exhibit)));
    expect(await choose(opened)).toContain('unaltered since it was sealed');
    expect(await outcome().getAttribute('class')).toBe('good');
    const stray = join(folder, '..', 'stray.txt');
    await writeFile(stray, 'stray');
    expect(await choose(stray)).toContain('BAD: stray.txt. It is not part of the package.');
  });

  it.each(['exhibit', 'custody.json', 'ledger-proofs.json', 'manifest.json'])(
    'shows a package with a tampered %s as bad',
    async (which) => {
      const path = which === 'exhibit' ? exhibit : join(folder, which);
      const before = await readFile(path);
      const after = Buffer.from(before);
      const at = Math.floor(after.length / 2);
      after[at] = (after[at] ?? 0) ^ 1;
      await writeFile(path, after);
      expect(await choose()).toContain('The package is NOT intact');
      expect(await outcome().getAttribute('class')).toBe('bad');
      await writeFile(path, before);
    },
  );

  it('shows a package with a missing file as bad', async () => {
    const before = await readFile(exhibit);
    await rm(exhibit);
    expect(await choose()).toContain('It is missing.');
    await writeFile(exhibit, before);
  });

  it('runs nothing but its own script, and shows a reason as text', async () => {
    const injected = await browser.page.evaluate(() => {
      const script = document.createElement('script');
      script.textContent = 'window.injected = true';
      document.body.append(script);
      return 'injected' in window;
    });
    expect(injected).toBe(false);
    expect(await browser.page.locator('q').textContent()).toBe('</script><b>placeholder</b>');
    await browser.page.setViewportSize({ width: 390, height: 800 });
    expect(await overflow(browser.page)).toBe(0);
  });
});
