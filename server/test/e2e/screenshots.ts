import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { repository } from './program.ts';

const folder = join(repository, 'docs', 'screenshots');

/** Takes a screenshot for the documentation, if BREAKWATER_SCREENSHOTS=1 asks for that; else does nothing. */
export async function screenshot(page: Page, name: string): Promise<void> {
  if (process.env['BREAKWATER_SCREENSHOTS'] !== '1') return;
  const taken = await page.screenshot({ animations: 'disabled' });
  await mkdir(folder, { recursive: true });
  await writeFile(
    join(folder, `${name}.png`),
    await sharp(taken).png({ palette: true, colors: 128, effort: 10, compressionLevel: 9 }).toBuffer(),
  );
}

/**
 * Takes the page as it looks in light and in dark colors, from right to left and on a phone, into the folder that
 * BREAKWATER_PORTRAITS names; else does nothing.
 */
export async function portrait(page: Page, name: string): Promise<void> {
  const into = process.env['BREAKWATER_PORTRAITS'];
  if (into === undefined) return;
  const take = (look: string) => page.screenshot({ path: join(into, `${name}-${look}.png`), fullPage: true });
  await take('light');
  const root = page.locator('html');
  await root.evaluate((element) => element.setAttribute('data-mantine-color-scheme', 'dark'));
  await take('dark');
  await root.evaluate((element) => element.setAttribute('data-mantine-color-scheme', 'light'));
  await root.evaluate((element) => element.setAttribute('dir', 'rtl'));
  await page.setViewportSize({ width: 390, height: 844 });
  await take('phone-rtl');
  await root.evaluate((element) => element.setAttribute('dir', 'ltr'));
  await take('phone');
  await page.setViewportSize({ width: 1280, height: 800 });
}

/** Keeps what the page showed when a test failed in the folder test-results, which git ignores. */
export async function pictureOfFailure(page: Page): Promise<void> {
  if (page.isClosed()) return;
  await page.screenshot({ path: join(repository, 'test-results', `e2e-${Date.now()}.png`), fullPage: true });
}
