import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Desk } from '../../test/desk/index.ts';
import { createLog, startJobs } from '../foundation/index.ts';
import {
  createDeskInTheFuture,
  decideCase,
  deliveryOf,
  runDueJobs,
  SECOND,
  startService,
  status,
  verify,
  type Service,
} from '../../test/enforcement/decided-cases.ts';
import { carryOutDecision } from './actions.ts';
import {
  deliverWebhook,
  deliveryCounts,
  pageOfDeliveries,
  retryDelivery,
  RETRY_PAUSES_MS,
} from './deliveries.ts';
import { setWebhook } from './webhook-endpoints.ts';

const idle = () => Promise.resolve();

let desk: Desk;
let service: Service;
let secret: string;

beforeAll(async () => {
  desk = await createDeskInTheFuture();
  service = await startService();
  ({ secret } = await setWebhook(
    desk,
    { kind: 'system', part: 'test' },
    desk.service.serviceId,
    service.url,
  ));
});
afterEach(() => service.answer(status(204)));
afterAll(async () => {
  await desk.close();
  await service.close();
});

function heardOf(caseId: string) {
  return service.heard.filter(({ body }) => body.includes(caseId));
}

/** A delivery of its own whose first attempt met `answer`. */
async function firstAttempt(answer: Parameters<Service['answer']>[0]) {
  service.answer(answer);
  const { caseId } = await decideCase(desk);
  await runDueJobs(desk);
  return { caseId, delivery: await deliveryOf(desk, caseId) };
}

describe('what the service receives', () => {
  it('is the stored body byte for byte, signed so that the reference library takes it', async () => {
    const { caseId, delivery } = await firstAttempt(status(204));
    const [request] = heardOf(caseId);
    expect(request?.body).toBe(delivery.body);
    expect(request?.headers).toMatchObject({ 'content-type': 'application/json', 'webhook-id': delivery.id });
    expect(verify(secret, request!, desk.clock.now())).toEqual(JSON.parse(delivery.body));
    expect(delivery).toMatchObject({ status: 'delivered', attempts: 1, last_problem: null });
  });

  it('cannot be changed in its body, id or time, nor signed with another secret', async () => {
    const { caseId } = await firstAttempt(status(204));
    const [request] = heardOf(caseId);
    const { headers, body } = request!;
    const now = desk.clock.now();
    const later = String(Number(headers['webhook-timestamp']) + 1);
    expect(() => verify(secret, { ...request!, body: body.replace('remove', 'keep') }, now)).toThrow();
    expect(() => verify(secret, { ...request!, headers: { ...headers, 'webhook-id': 'x' } }, now)).toThrow();
    expect(() =>
      verify(secret, { ...request!, headers: { ...headers, 'webhook-timestamp': later } }, now),
    ).toThrow();
    expect(() => verify(`whsec_${Buffer.alloc(32).toString('base64')}`, request!, now)).toThrow();
  });

  it('has one id and one body over all attempts, and each time a fresh timestamp', async () => {
    const { caseId } = await firstAttempt(status(500));
    desk.clock.advance(5 * SECOND);
    await runDueJobs(desk);
    desk.clock.advance(30 * SECOND);
    service.answer(status(200));
    await runDueJobs(desk);
    const requests = heardOf(caseId);
    expect(requests).toHaveLength(3);
    expect(new Set(requests.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(new Set(requests.map(({ body }) => body)).size).toBe(1);
    const times = requests.map(({ headers }) => Number(headers['webhook-timestamp']));
    expect(times.map((time) => time - (times[0] ?? 0))).toEqual([0, 5, 35]);
    expect(() => verify(secret, requests.at(-1)!, desk.clock.now())).not.toThrow();
  });
});

describe('a service that does not take it', () => {
  it('is asked again after the documented pauses, and after the last the delivery is dead and seen', async () => {
    const { caseId } = await firstAttempt(status(503));
    for (const [index, pause] of RETRY_PAUSES_MS.entries()) {
      expect(await deliveryOf(desk, caseId)).toMatchObject({
        status: 'pending',
        attempts: index + 1,
        next_attempt_at: new Date(desk.clock.now().getTime() + pause),
        last_problem: 'The service answered 503.',
      });
      desk.clock.advance(pause - 1);
      await runDueJobs(desk);
      expect(heardOf(caseId)).toHaveLength(index + 1);
      desk.clock.advance(1);
      await runDueJobs(desk);
      expect(heardOf(caseId)).toHaveLength(index + 2);
    }
    expect(await deliveryOf(desk, caseId)).toMatchObject({
      status: 'dead',
      attempts: RETRY_PAUSES_MS.length + 1,
      next_attempt_at: null,
    });
    const { items } = await pageOfDeliveries(desk.db, desk.person, { status: 'dead', limit: 100 });
    expect(items.map((row) => row.case_id)).toContain(caseId);
    expect((await deliveryCounts(desk.db)).dead).toBe(items.length);
    desk.clock.advance(48 * 3600 * SECOND);
    await runDueJobs(desk);
    expect(heardOf(caseId)).toHaveLength(RETRY_PAUSES_MS.length + 1);
  });

  it('is not asked again when it says that the address is gone, until a person retries', async () => {
    const { caseId, delivery } = await firstAttempt(status(410));
    expect(delivery).toMatchObject({
      status: 'dead',
      attempts: 1,
      last_problem: 'The service answered 410.',
    });
    service.answer(status(204));
    const actor = { kind: 'person', id: desk.person.id } as const;
    await retryDelivery(desk, actor, delivery.id);
    await runDueJobs(desk);
    expect(await deliveryOf(desk, caseId)).toMatchObject({ status: 'delivered', attempts: 1 });
    await expect(retryDelivery(desk, actor, delivery.id)).rejects.toMatchObject({
      code: 'BW-DELIVERY-NOT-RETRYABLE',
    });
    await expect(retryDelivery(desk, actor, desk.person.id)).rejects.toMatchObject({ code: 'BW-NOT-FOUND' });
  });

  it('cannot lead the signed request elsewhere by a redirect', async () => {
    const elsewhere = await startService();
    for (const code of [301, 307, 308]) {
      const { caseId, delivery } = await firstAttempt(status(code, { location: elsewhere.url }));
      expect(delivery).toMatchObject({ status: 'pending', last_problem: `The service answered ${code}.` });
      expect(heardOf(caseId)).toHaveLength(1);
    }
    expect(elsewhere.heard).toEqual([]);
    await elsewhere.close();
  });
});

describe('an answer without end', () => {
  it('is not waited for: the time runs out before a status came', async () => {
    service.answer(() => {});
    const { caseId, decisionId } = await decideCase(desk);
    await carryOutDecision(desk, decisionId);
    const { id } = await deliveryOf(desk, caseId);
    await deliverWebhook({ ...desk, fetch, timeoutMs: 250 }, id);
    expect(await deliveryOf(desk, caseId)).toMatchObject({
      status: 'pending',
      attempts: 1,
      last_problem: 'The service did not answer within 0.25 seconds.',
    });
  });

  it('is not read: the status is enough, and the connection is closed', async () => {
    const closed = Promise.withResolvers<void>();
    const { delivery } = await firstAttempt((response) => {
      response.writeHead(200);
      const flood = () => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536)));
      };
      response.on('drain', flood);
      response.on('close', () => closed.resolve());
      flood();
    });
    expect(delivery).toMatchObject({ status: 'delivered' });
    await closed.promise;
  });

  it('counts as given when the connection breaks behind the status', async () => {
    const { delivery } = await firstAttempt((response) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('placeholder', () => response.destroy());
    });
    expect(delivery).toMatchObject({ status: 'delivered' });
  });
});

it('says why a service cannot be reached, without its address', async () => {
  const gone = await startService();
  await gone.close();
  const actor = { kind: 'system', part: 'test' } as const;
  await setWebhook(desk, actor, desk.service.serviceId, gone.url);
  const { delivery } = await firstAttempt(status(204));
  expect(delivery.last_problem).toBe('The service could not be reached (ECONNREFUSED).');
  ({ secret } = await setWebhook(desk, actor, desk.service.serviceId, service.url));
});

it('sends once when several jobs for one delivery are worked off at once', async () => {
  const { caseId, delivery } = await firstAttempt(status(500));
  service.answer((response) => void setTimeout(() => response.writeHead(204).end(), 50));
  await desk.pool.query(
    `SELECT graphile_worker.add_job('deliver-webhook', json_build_object('deliveryId', $1::text),
       queue_name => 'deliver:' || $1) FROM generate_series(1, 4)`,
    [delivery.id],
  );
  const jobs = await startJobs({
    pool: desk.pool,
    log: createLog({ level: 'silent', destination: process.stderr }),
    handlers: {
      'screen-user-report': idle,
      'open-case-for-user-report': idle,
      'examine-again': idle,
      'apply-hash-lists': idle,
      'compute-preservation': idle,
      'destroy-exhibit': idle,
      'review-preservation': idle,
      'watch-clock': idle,
      'carry-out-decision': idle,
      'expire-approval': idle,
      'queue-report': idle,
      'file-report': idle,
      'scrub-vault': idle,
      'deliver-webhook': (payload) => deliverWebhook({ ...desk, fetch }, payload.deliveryId),
    },
    concurrency: 4,
  });
  const left = () =>
    desk.pool
      .query(`SELECT 1 FROM graphile_worker._private_jobs WHERE run_at <= now()`)
      .then(({ rows }) => rows.length);
  await expect.poll(left, { timeout: 20_000 }).toBe(0);
  await jobs.stop();
  expect(heardOf(caseId)).toHaveLength(2);
  expect(await deliveryOf(desk, caseId)).toMatchObject({ status: 'delivered', attempts: 2 });
});
