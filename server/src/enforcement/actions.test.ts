import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Desk } from '../../test/desk/index.ts';
import { actionsOfCase, carryOutDecision } from './actions.ts';
import {
  createDeskInTheFuture,
  decideCase,
  runDueJobs,
  startService,
  type Service,
} from '../../test/enforcement/decided-cases.ts';
import { pageOfDeliveries } from './deliveries.ts';
import { setWebhook } from './webhook-endpoints.ts';

let desk: Desk;
let service: Service;

beforeAll(async () => {
  desk = await createDeskInTheFuture();
  service = await startService();
  await setWebhook(desk, { kind: 'system', part: 'test' }, desk.service.serviceId, service.url);
});
afterAll(async () => {
  await desk.close();
  await service.close();
});

async function deliveriesOf(caseId: string) {
  return (await pageOfDeliveries(desk.db, desk.person, { limit: 100 })).items.filter(
    (row) => row.case_id === caseId,
  );
}

it('makes one delivery of each action, however often and however much at once it runs', async () => {
  const { decisionId, caseId } = await decideCase(desk, 3);
  await Promise.all(Array.from({ length: 5 }, () => carryOutDecision(desk, decisionId)));
  await carryOutDecision(desk, decisionId);
  await runDueJobs(desk);
  const deliveries = await deliveriesOf(caseId);
  expect(deliveries.map((row) => row.status)).toEqual(['delivered', 'delivered', 'delivered']);
  const heard = service.heard.filter(({ body }) => body.includes(caseId));
  expect(heard).toHaveLength(3);
  expect(new Set(heard.map(({ headers }) => headers['webhook-id']))).toEqual(
    new Set(deliveries.map((row) => row.id)),
  );
  const { rows } = await desk.pool.query(
    `SELECT 1 FROM events WHERE type = 'action.requested' AND case_id = $1`,
    [caseId],
  );
  expect(rows).toHaveLength(3);
});

it('names each target as the service knows it, and says under which policy and when it was decided', async () => {
  const { caseId, number, exhibit_id } = await decideCase(desk, 3);
  const decidedAt = desk.clock.now();
  desk.clock.advance(60_000);
  await runDueJobs(desk);
  const bodies = new Map<string, unknown>(
    (await deliveriesOf(caseId)).map((row) => [JSON.parse(row.body).data.action, JSON.parse(row.body)]),
  );
  expect(bodies.get('remove-group')).toEqual({
    type: 'action.requested',
    timestamp: desk.clock.now().toISOString(),
    data: {
      actionId: expect.any(String),
      action: 'remove-group',
      target: { kind: 'group', id: `group-${number}` },
      caseId,
      caseNumber: expect.any(Number),
      policyId: 'child-safety.csam',
      decidedAt: decidedAt.toISOString(),
    },
  });
  expect(bodies.get('ban-account')).toMatchObject({
    data: { target: { kind: 'account', id: `sender-${number}` } },
  });
  expect(bodies.get('quarantine-media')).toMatchObject({
    data: {
      target: {
        kind: 'exhibit',
        id: exhibit_id,
        name: 'Möwe 🐦.jpg',
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
    },
  });
});

it('lists the actions of a case in the order in which they were ordered, with what became of each', async () => {
  const { caseId } = await decideCase(desk, 3);
  expect(await actionsOfCase(desk.db, caseId)).toEqual([]);
  await runDueJobs(desk);
  const actions = await actionsOfCase(desk.db, caseId);
  expect(actions.map(({ kind, delivery_status }) => `${kind} ${delivery_status}`)).toEqual([
    'remove-group delivered',
    'ban-account delivered',
    'quarantine-media delivered',
  ]);
});

it('does nothing for a decision that is not there', async () => {
  await carryOutDecision(desk, '00000000-0000-4000-8000-000000000000');
  expect((await deliveriesOf('00000000-0000-4000-8000-000000000000')).length).toBe(0);
});
