import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { openCheckpoint, type OpenedCheckpoint } from '@breakwater/ledger';
import { openSecrets } from '../../src/foundation/index.ts';
import { latestCheckpoint, openLedgerKey, verifyLedger } from '../../src/ledger/index.ts';
import { dataFolders } from '../../src/program/index.ts';
import { findPostgres, killHard, scratchData, start, stop, withDatabase } from './running-program.ts';

// Programs are started again and again, and a machine may have much else to do.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

const KILLS = 4;
const EVENTS_A_TIME = 3000;

let data: Awaited<ReturnType<typeof scratchData>>;
beforeEach(async () => {
  data = await scratchData();
});
afterEach(() => data.leave());

it('gives each event one place, and signs one history, when it is killed again and again while it sequences', async () => {
  let program = await start(data.folder);
  const { verifier } = await openLedgerKey(await openSecrets(dataFolders(data.folder).secrets));
  let kept: OpenedCheckpoint | null = null;
  let written = 0;
  for (let kill = 0; kill < KILLS; kill += 1) {
    await withDatabase(data.folder, async ({ db, pool }) => {
      await pool.query(
        `INSERT INTO events (id, at, type, actor, payload, salt)
         SELECT gen_random_uuid(), now(), 'webhook.set', '{}', '{}', decode(md5(n::text), 'hex')
         FROM generate_series(1, $1::int) AS n`,
        [EVENTS_A_TIME],
      );
      written += EVENTS_A_TIME;
      // Every time at another moment: at once, or when the first of them have their places.
      if (kill % 2 === 1)
        await expect
          .poll(() => latestCheckpoint(db), { timeout: 60_000, interval: 5 })
          .not.toBe(kept?.note ?? null);
    });
    if (kill === 2) process.kill((await findPostgres(data.folder))!.pid, 'SIGKILL');
    await killHard(program);
    program = await start(data.folder);
    kept = await withDatabase(data.folder, async ({ db, pool }) => {
      const waiting = async () => (await pool.query('SELECT FROM events_unsequenced')).rowCount;
      await expect.poll(waiting, { timeout: 60_000, interval: 20 }).toBe(0);
      const { rows } = await pool.query<{ count: number }>(
        `SELECT count(*) FROM events WHERE type = 'webhook.set'`,
      );
      expect(rows[0]?.count).toBe(written);
      const verification = await verifyLedger(db, { log: verifier, kept });
      expect(verification).toMatchObject({ intact: true });
      const latest = await latestCheckpoint(db);
      return openCheckpoint(latest ?? '', verifier);
    });
  }
  await stop(program);
});
