import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Desk } from '../../test/desk/index.ts';
import {
  createDeskInTheFuture,
  decideCase,
  deliveryOf,
  runDueJobs,
  startService,
  status,
  verify,
  type Service,
} from '../../test/enforcement/decided-cases.ts';
import { removeWebhook, setWebhook, webhookOf, webhookUrls } from './webhook-endpoints.ts';

const actor = { kind: 'system', part: 'test' } as const;

const HOUR = 60 * 60 * 1000;

let desk: Desk;
let service: Service;

beforeAll(async () => {
  desk = await createDeskInTheFuture();
  service = await startService();
});
beforeEach(() => removeWebhook(desk, actor, desk.service.serviceId));
afterAll(async () => {
  await desk.close();
  await service.close();
});

function heardOf(caseId: string) {
  return service.heard.filter(({ body }) => body.includes(caseId));
}

it('keeps what is to be sent while there is no address, and sends it once when there is one', async () => {
  const { caseId } = await decideCase(desk);
  await runDueJobs(desk);
  expect(await deliveryOf(desk, caseId)).toMatchObject({
    status: 'pending',
    attempts: 0,
    next_attempt_at: null,
    last_problem: 'The service has no webhook address. It is sent as soon as one is set.',
  });
  await setWebhook(desk, actor, desk.service.serviceId, service.url);
  await runDueJobs(desk);
  await runDueJobs(desk);
  expect(await deliveryOf(desk, caseId)).toMatchObject({ status: 'delivered', attempts: 1 });
  expect(heardOf(caseId)).toHaveLength(1);
});

it('sends nothing more to an address that was removed, and forgets nothing', async () => {
  await setWebhook(desk, actor, desk.service.serviceId, service.url);
  service.answer(status(500));
  const { caseId } = await decideCase(desk);
  await runDueJobs(desk);
  await removeWebhook(desk, actor, desk.service.serviceId);
  desk.clock.advance(60_000);
  await runDueJobs(desk);
  expect(heardOf(caseId)).toHaveLength(1);
  expect(await deliveryOf(desk, caseId)).toMatchObject({ status: 'pending', next_attempt_at: null });
  service.answer(status(204));
  await setWebhook(desk, actor, desk.service.serviceId, service.url);
  await runDueJobs(desk);
  expect(await deliveryOf(desk, caseId)).toMatchObject({ status: 'delivered', attempts: 2 });
});

const secretsInForce = async () =>
  (await webhookOf(desk.db, desk.clock, desk.secrets, desk.service.serviceId))?.secrets;
const setNow = (overlapMs?: number) =>
  setWebhook(desk, actor, desk.service.serviceId, service.url, overlapMs);

it('gives a new secret each time, with which the next attempt is signed', async () => {
  const first = await setNow();
  const second = await setNow(0);
  expect(second.secret).not.toBe(first.secret);
  expect(await secretsInForce()).toEqual([second.secret]);
  const { caseId } = await decideCase(desk);
  await runDueJobs(desk);
  const [request] = heardOf(caseId);
  expect(() => verify(first.secret, request!, desk.clock.now())).toThrow();
  expect(() => verify(second.secret, request!, desk.clock.now())).not.toThrow();
});

it('signs with the secret before as well, until the overlap is over', async () => {
  const first = await setNow(0);
  const second = await setNow();
  expect(second.previousUntil).toEqual(new Date(desk.clock.now().getTime() + 24 * HOUR));
  const { caseId } = await decideCase(desk);
  await runDueJobs(desk);
  const [request] = heardOf(caseId);
  for (const { secret } of [first, second])
    expect(() => verify(secret, request!, desk.clock.now())).not.toThrow();
  desk.clock.advance(24 * HOUR - 1);
  expect(await secretsInForce()).toEqual([second.secret, first.secret]);
  desk.clock.advance(1);
  expect(await secretsInForce()).toEqual([second.secret]);
});

it('stores no secret', async () => {
  const { secret } = await setWebhook(desk, actor, desk.service.serviceId, service.url);
  const { rows } = await desk.pool.query('SELECT * FROM webhook_endpoints');
  expect(JSON.stringify(rows)).not.toContain(secret.slice('whsec_'.length));
  expect(await webhookUrls(desk.db)).toEqual(new Map([[desk.service.serviceId, service.url]]));
});
