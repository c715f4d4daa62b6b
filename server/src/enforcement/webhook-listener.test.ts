import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { startWebhookListener, type HeardWebhook, type WebhookListener } from './webhook-listener.ts';

const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const heard: HeardWebhook[] = [];
let listener: WebhookListener;

beforeAll(async () => {
  listener = await startWebhookListener({ port: 0, secret, onWebhook: (webhook) => heard.push(webhook) });
});
beforeEach(() => {
  heard.length = 0;
});
afterAll(() => listener.close());

async function post(id: string, body: string, at = new Date()): Promise<number> {
  const headers = {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': new Webhook(secret).sign(id, at, body),
  };
  return (await fetch(listener.url, { method: 'POST', headers, body })).status;
}

it('takes what is signed with its secret, and tells a repeat by its id', async () => {
  expect(await post('a', '{"x":1}')).toBe(204);
  expect(await post('a', '{"x":1}')).toBe(204);
  expect(heard).toEqual([
    { id: 'a', verified: true, repeated: false, body: { x: 1 } },
    { id: 'a', verified: true, repeated: true, body: { x: 1 } },
  ]);
});

it('refuses what is unsigned, old or from the future, and shows nothing of it', async () => {
  const hour = 3_600_000;
  expect((await fetch(listener.url, { method: 'POST', body: '{}' })).status).toBe(400);
  expect(await post('old', '{"x":1}', new Date(Date.now() - hour))).toBe(400);
  expect(await post('new', '{"x":1}', new Date(Date.now() + hour))).toBe(400);
  expect(heard).toHaveLength(3);
  for (const webhook of heard) expect(webhook).toMatchObject({ verified: false, body: null });
});

it('refuses a body that is too long', async () => {
  expect(await post('long', JSON.stringify('x'.repeat(1024 * 1024)))).toBe(400);
  expect(heard).toEqual([]);
});
