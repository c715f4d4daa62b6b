import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { verifyLedger } from '../../src/ledger/index.ts';
import { testPicture } from '../desk/index.ts';
import { sendUntilTaken, untilInCase, type OutgoingReport, type Receipt } from './client.ts';
import {
  findPostgres,
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

const REPORTS = 60;
const GROUPS = 20;
/** How many reports have been acknowledged when the program is killed. */
const KILLS = [3, 12, 21, 30, 39, 48];

let data: Awaited<ReturnType<typeof scratchData>>;
beforeEach(async () => {
  data = await scratchData();
});
afterEach(() => data.leave());

it('loses no acknowledged report and takes none twice when it is killed again and again', async () => {
  const port = await freePort();
  let program = await start(data.folder, { port });
  const taken = new Map<string, Receipt>();
  const sending = sendAll(program, await outgoing(), taken);
  for (const [index, acknowledged] of KILLS.entries()) {
    await expect.poll(() => taken.size >= acknowledged, { timeout: 60_000, interval: 2 }).toBe(true);
    await (index === 2 ? killWithDatabase(program) : killHard(program));
    program = await start(data.folder, { port });
  }
  await sending;
  for (const { userReportId } of taken.values()) await untilInCase(program.ready, userReportId);

  await withDatabase(data.folder, async ({ db, pool }) => {
    const stored = await pool.query<{ idempotency_key: string; id: string; case_id: string }>(
      'SELECT idempotency_key, id, case_id FROM user_reports',
    );
    expect(stored.rows).toHaveLength(REPORTS);
    for (const row of stored.rows) {
      expect(taken.get(row.idempotency_key)?.userReportId).toBe(row.id);
      expect(row.case_id).not.toBeNull();
    }
    expect(await count(pool, 'SELECT count(*)::int FROM cases')).toBe(GROUPS);
    expect(await count(pool, 'SELECT count(*)::int FROM exhibits')).toBe(REPORTS);
    for (const type of ['user-report.received', 'user-report.screened', 'case.user-report-joined']) {
      const distinct = `SELECT count(DISTINCT payload ->> 'userReportId')::int FROM events WHERE type = '${type}'`;
      expect(await count(pool, distinct)).toBe(REPORTS);
      expect(await count(pool, `SELECT count(*)::int FROM events WHERE type = '${type}'`)).toBe(REPORTS);
    }
    expect(await verifyLedger(db)).toMatchObject({ intact: true });
  });
  await stop(program);
});

async function outgoing(): Promise<OutgoingReport[]> {
  return Promise.all(
    Array.from({ length: REPORTS }, async (_, index) => ({
      key: `key-${index}`,
      groupId: `group-${index % GROUPS}`,
      picture: await testPicture(index, { width: 96, height: 72 }),
    })),
  );
}

/** Six clients that share the reports. Each keeps one on its way until it is acknowledged. */
async function sendAll(
  { ready }: RunningProgram,
  reports: readonly OutgoingReport[],
  taken: Map<string, Receipt>,
): Promise<void> {
  const left = [...reports];
  const client = async () => {
    for (let report = left.shift(); report !== undefined; report = left.shift())
      taken.set(report.key, await sendUntilTaken(ready, report));
  };
  await Promise.all(Array.from({ length: 6 }, client));
}

/** As a machine that loses its power does, but for what the system had in its memory. */
async function killWithDatabase(program: RunningProgram): Promise<void> {
  const postgres = await findPostgres(data.folder);
  process.kill(postgres!.pid, 'SIGKILL');
  await killHard(program);
}

async function count(
  pool: { query(text: string): Promise<{ rows: { count: number }[] }> },
  text: string,
): Promise<number | undefined> {
  return (await pool.query(text)).rows[0]?.count;
}
