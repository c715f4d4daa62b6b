import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { extname } from 'node:path';
import { chromium } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { build } from 'vite';
import { createConfinedDecoder } from './decoder/confined-decoder.ts';
import { sampleScene } from './sample-pictures.ts';

const CHROMIUM = '/usr/bin/chromium';
const present = existsSync(CHROMIUM);
const note = present ? '' : ` (skipped: ${CHROMIUM} is not there)`;
const PAGE = new URL('../../../../docs/browser-hash/', import.meta.url);
const CONFIG = new URL('../../browser/vite.config.ts', import.meta.url).pathname;
const TYPES: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' };

const server: Server = createServer((request, response) => {
  const path = (request.url ?? '/').slice(1);
  readFile(new URL(path, PAGE)).then(
    (content) => response.setHeader('content-type', TYPES[extname(path)] ?? 'text/plain').end(content),
    () => response.writeHead(404).end(),
  );
});

beforeAll(async () => {
  if (!present) return;
  await build({ configFile: CONFIG, logLevel: 'error' });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => server.close());

it.skipIf(!present)(`hashes in a browser as in Node${note}`, async () => {
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  const picture = await sampleScene().resize(900, 600).png().toBuffer();
  const decoder = createConfinedDecoder();
  const expected = await decoder.fingerprint(picture);
  await decoder.close();
  if (expected.kind === 'unscanned') throw new Error(`unscanned: ${expected.reason}`);

  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
  try {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${address.port}/index.html`);
    await page.setInputFiles('#file', { name: 'placeholder.png', mimeType: 'image/png', buffer: picture });
    const shown = page.locator('#result', { hasText: 'pdq512' });
    await shown.waitFor();
    const lines = ((await shown.textContent()) ?? '')
      .split('\n')
      .map((line) => line.split(/\s+/).slice(0, 2));
    expect(Object.fromEntries(lines)).toEqual({
      pdq: expected.pdq,
      quality: String(expected.quality),
      pdq512: expected.pdq512,
      quality512: String(expected.quality512),
      size: '900',
    });
  } finally {
    await browser.close();
  }
});
