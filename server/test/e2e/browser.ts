import { constants } from 'node:fs';
import { access, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type BrowserContext, type Page } from 'playwright-core';
import { witness, type Witness } from './witness.ts';

/** A Chromium with a fresh profile, and everything that it asked for and complained of. */
export interface Browser {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly witness: Witness;
  /** The folder of the profile, which stays until `forget`. */
  readonly profile: string;
  /** Ends Chromium, which writes what it has to write to its profile. */
  close(): Promise<void>;
  /** Removes the profile. */
  forget(): Promise<void>;
}

const executable = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';

/** Starts Chromium. Rejects with how to install it where it is missing. */
export async function openBrowser(): Promise<Browser> {
  await requireChromium();
  const profile = await mkdtemp(join(tmpdir(), 'breakwater-chromium-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: executable,
    headless: true,
    // Chromium does not start its sandbox for root.
    chromiumSandbox: process.getuid?.() !== 0,
    viewport: { width: 1280, height: 800 },
    colorScheme: 'light',
    reducedMotion: 'reduce',
    locale: 'en-US',
    args: [
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  const watched = await witness(context);
  const [page = await context.newPage()] = context.pages();
  page.setDefaultTimeout(15_000);
  return {
    page,
    context,
    witness: watched,
    profile,
    close: () => context.close(),
    forget: () => rm(profile, { recursive: true, force: true }),
  };
}

async function requireChromium(): Promise<void> {
  try {
    await access(executable, constants.X_OK);
  } catch (error) {
    throw new Error(
      `There is no Chromium at ${executable}. On Debian: apt-get install chromium (bin/test does it when root runs it). Elsewhere: set CHROMIUM_PATH to a Chromium or Chrome.`,
      { cause: error },
    );
  }
}
