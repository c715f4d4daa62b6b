import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { startService, type Service } from '../enforcement/decided-cases.ts';
import { testPicture } from '../desk/index.ts';
import { sendUntilTaken, signIn, untilInCase, type SignedIn } from './client.ts';
import {
  freePort,
  killHard,
  scratchData,
  start,
  stop,
  withDatabase,
  type RunningProgram,
} from './running-program.ts';

// Programs are started again and again, and a machine may have much else to do.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

const CASES = 12;
/** How many webhooks have been heard when the program is killed. */
const KILLS = [1, 6, 11, 16];

let data: Awaited<ReturnType<typeof scratchData>>;
let service: Service;
beforeEach(async () => {
  data = await scratchData();
  service = await startService();
});
afterEach(async () => {
  await data.leave();
  await service.close();
});

it('carries every action out, each under one id, when it is killed again and again', async () => {
  const port = await freePort();
  let program = await start(data.folder, { port });
  const person = await signIn(program.ready);
  await person.send('PUT', '/v1/services/my-service/webhook', { url: service.url });
  const cases = await openCases(program);
  // Slow enough that the program dies with requests under way.
  service.answer((response) => void setTimeout(() => response.writeHead(204).end(), 20));
  await Promise.all(cases.map((caseId) => decide(person, caseId)));
  for (const heard of KILLS) {
    await expect.poll(() => distinctIds() >= heard, { timeout: 60_000, interval: 1 }).toBe(true);
    await killHard(program);
    program = await start(data.folder, { port });
  }
  await expect.poll(() => distinctIds(), { timeout: 60_000 }).toBe(2 * CASES);

  const rows = await withDatabase(data.folder, async ({ pool }) => {
    const delivered = async () =>
      (await pool.query(`SELECT 1 FROM deliveries WHERE status = 'delivered'`)).rows.length;
    await expect.poll(delivered, { timeout: 60_000 }).toBe(2 * CASES);
    const actions = await pool.query<{ id: string; delivery_id: string }>(
      'SELECT id, delivery_id FROM actions',
    );
    return actions.rows;
  });
  expect(rows).toHaveLength(2 * CASES);
  const idOf = new Map(rows.map((row) => [row.id, row.delivery_id]));
  for (const { headers, body } of service.heard) {
    const { actionId } = (JSON.parse(body) as { data: { actionId: string } }).data;
    expect(headers['webhook-id']).toBe(idOf.get(actionId));
  }
  await stop(program);
});

function distinctIds(): number {
  return new Set(service.heard.map(({ headers }) => headers['webhook-id'])).size;
}

async function openCases({ ready }: RunningProgram): Promise<string[]> {
  const picture = await testPicture(1, { width: 96, height: 72 });
  const receipts = await Promise.all(
    Array.from({ length: CASES }, (_, index) =>
      sendUntilTaken(ready, { key: `key-${index}`, groupId: `group-${index}`, picture }),
    ),
  );
  return Promise.all(receipts.map(({ userReportId }) => untilInCase(ready, userReportId)));
}

async function decide(person: SignedIn, caseId: string): Promise<void> {
  const detail = (await person.get(`/v1/cases/${caseId}`)) as {
    group: { id: string };
    accounts: { id: string }[];
  };
  await person.send('POST', `/v1/cases/${caseId}/decisions`, {
    policyId: 'child-safety.csam',
    rationale: 'placeholder',
    actions: [
      { kind: 'remove-group', target: { kind: 'group', id: detail.group.id } },
      { kind: 'ban-account', target: { kind: 'account', id: detail.accounts[0]?.id } },
    ],
  });
}
