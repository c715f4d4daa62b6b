import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, expect, it } from 'vitest';

type Verify = (secret: string, headers: Record<string, string>, body: string, now?: number) => void;

const NOW = new Date('2026-01-15T09:00:00.000Z');
const SECRET = `whsec_${Buffer.from('placeholder of thirty-two bytes!').toString('base64')}`;
const OTHER = `whsec_${Buffer.from('another secret of thirty-two b.!').toString('base64')}`;
const BODY = '{"type":"action.requested"}';

let folder: string;
let verify: Verify;
beforeAll(async () => {
  const page = await readFile(new URL('../../../docs/webhooks.md', import.meta.url), 'utf8');
  const code = /```js\n([\s\S]*?)```/.exec(page)?.[1] ?? '';
  folder = await mkdtemp(join(tmpdir(), 'breakwater-docs-'));
  await writeFile(join(folder, 'verify.mjs'), code);
  const module: { verifyWebhook: Verify } = await import(pathToFileURL(join(folder, 'verify.mjs')).href);
  verify = module.verifyWebhook;
});
afterAll(() => rm(folder, { recursive: true }));

function headers(...secrets: string[]): Record<string, string> {
  return {
    'webhook-id': 'placeholder',
    'webhook-timestamp': String(NOW.getTime() / 1000),
    'webhook-signature': secrets
      .map((secret) => new Webhook(secret).sign('placeholder', NOW, BODY))
      .join(' '),
  };
}

it('is what docs/webhooks.md shows: it takes a webhook by either of two secrets', () => {
  expect(() => verify(SECRET, headers(SECRET), BODY, NOW.getTime())).not.toThrow();
  expect(() => verify(SECRET, headers(OTHER, SECRET), BODY, NOW.getTime())).not.toThrow();
});

it('refuses what was changed, is signed by another, is not signed, or is old', () => {
  expect(() => verify(SECRET, headers(SECRET), `${BODY} `, NOW.getTime())).toThrow('not signed');
  expect(() => verify(SECRET, headers(OTHER), BODY, NOW.getTime())).toThrow('not signed');
  expect(() => verify(SECRET, { ...headers(), 'webhook-id': 'x' }, BODY, NOW.getTime())).toThrow(
    'not signed',
  );
  expect(() => verify(SECRET, headers(SECRET), BODY, NOW.getTime() + 301_000)).toThrow('too old');
  const { 'webhook-timestamp': _, ...untimed } = headers(SECRET);
  expect(() => verify(SECRET, untimed, BODY, NOW.getTime())).toThrow('too old');
});
