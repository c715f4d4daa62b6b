/** One measurement of bench/ledger.ts in a process of its own: `node ledger-measurements.ts WHAT FOLDER` prints one JSON line. */
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseVerifierKey, verifyExport, type Verification } from '@breakwater/ledger';
import { cpuSecondsOfTree } from './process-cpu.ts';
import { createLog, openDatabase, openSecrets, systemClock } from '../../src/foundation/index.ts';
import { findEmbeddedPostgres, type EmbeddedPostgres } from '../../src/foundation/postgres/index.ts';
import { startStore, readConfig, type Store } from '../../src/program/index.ts';
import {
  exportLedger,
  forgetfulMemory,
  openLedgerKey,
  record,
  sequenceEvents,
  startSequencer,
  verifyLedger,
  type Signing,
} from '../../src/ledger/index.ts';

const EVENTS = 20_000;
const MILLION = 1_000_000;
/** As many as the pool of the program has, less those for others. */
const WRITERS = 10;
const ID = '00000000-0000-4000-8000-000000000001';

const [what = '', folder = ''] = process.argv.slice(2);
const log = createLog({ level: 'silent', destination: process.stderr });
const exportFile = join(folder, 'export.jsonl');
const keyFile = join(folder, 'key');

const measurements: Readonly<Record<string, () => Promise<{ value: number; unit: string }>>> = {
  plain: () => withStore(insertPlainly),
  record: () => withStore(recordAndSign),
  fill: () => withStore(fill),
  hash: () =>
    timed(() => pipeline(createReadStream(exportFile, { highWaterMark: 1 << 18 }), createHash('sha256'))),
  'verify-database': () =>
    withStore(async ({ db }, signing) =>
      timed(async () => requireIntact(await verifyLedger(db, { log: signing.signer.verifier }))),
    ),
  'verify-export': () =>
    timed(async () => {
      const key = parseVerifierKey(await readFile(keyFile, 'utf8'));
      requireIntact(
        await verifyExport(createReadStream(exportFile, { highWaterMark: 1 << 18 }), { log: key }),
      );
    }),
};

const measure = measurements[what];
if (measure === undefined) throw new Error(`there is no measurement ${what}`);
let databaseCpuSeconds = 0;
const { value, unit } = await measure();
const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
process.stdout.write(
  JSON.stringify({
    value,
    unit,
    cpuSeconds: (userCPUTime + systemCPUTime) / 1e6,
    databaseCpuSeconds,
    peakMebibytes: maxRSS / 1024,
  }),
);

async function recordAndSign(store: Store, signing: Signing): Promise<{ value: number; unit: string }> {
  const { db } = store;
  const sequencer = startSequencer({ ...signing, db, log });
  const at = new Date();
  const since = performance.now();
  await inWriters(() =>
    db.transaction().execute(async (trx) => {
      await record(trx, {
        type: 'user-report.screened',
        at,
        actor: { kind: 'service', id: ID, keyId: ID },
        caseId: ID,
        payload: { userReportId: ID, matched: 0, unmatched: 2, unscanned: 0 },
      });
    }),
  );
  // Done when the last of them is under a signed checkpoint.
  await sequencer.stop();
  return { value: (EVENTS * 1000) / (performance.now() - since), unit: 'events/s' };
}

/** The same rows, each in a transaction as well, into a table that has nothing but a primary key. */
async function insertPlainly(): Promise<{ value: number; unit: string }> {
  const database = openDatabase((await runningPostgres()).connection, { connections: 12, onError: () => {} });
  const { db, pool } = database;
  await pool.query(`CREATE TABLE plain_events (id uuid PRIMARY KEY, at timestamptz NOT NULL, type text NOT NULL,
    actor jsonb NOT NULL, case_id uuid, payload jsonb NOT NULL, salt bytea NOT NULL)`);
  const at = new Date();
  const since = performance.now();
  await inWriters(() =>
    db.transaction().execute(async (trx) => {
      const event = {
        id: randomUUID(),
        at,
        type: 'user-report.screened',
        actor: JSON.stringify({ kind: 'service', id: ID, keyId: ID }) as never,
        case_id: ID,
        payload: JSON.stringify({ userReportId: ID, matched: 0, unmatched: 2, unscanned: 0 }),
        salt: randomBytes(16),
      };
      await trx
        .insertInto('plain_events' as 'events')
        .values(event)
        .execute();
    }),
  );
  const rate = (EVENTS * 1000) / (performance.now() - since);
  await pool.query('DROP TABLE plain_events');
  await database.close();
  return { value: rate, unit: 'events/s' };
}

async function inWriters(write: () => Promise<void>): Promise<void> {
  let left = EVENTS;
  const writer = async () => {
    while (left > 0) {
      left -= 1;
      await write();
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, writer));
}

async function fill({ db, pool }: Store, signing: Signing): Promise<{ value: number; unit: string }> {
  const { rows } = await pool.query<{ count: number }>('SELECT count(*) FROM events');
  await pool.query(
    `INSERT INTO events (id, at, type, actor, case_id, payload, salt)
     SELECT gen_random_uuid(), now(), 'user-report.screened', jsonb_build_object('kind', 'service', 'id', $2::text, 'keyId', $2::text),
       $2::uuid, jsonb_build_object('userReportId', $2::text, 'matched', 0, 'unmatched', n % 5, 'unscanned', 0),
       decode(md5(n::text), 'hex')
     FROM generate_series(1, $1::int) AS n`,
    [MILLION - (rows[0]?.count ?? 0), ID],
  );
  const filled = await timed(async () => void (await sequenceEvents(db, signing)));
  await pipeline(Readable.from(exportLedger(db, signing.signer.verifier)), createWriteStream(exportFile));
  await writeFile(keyFile, signing.signer.verifier.verifierKey);
  return filled;
}

async function withStore<Result>(work: (store: Store, signing: Signing) => Promise<Result>): Promise<Result> {
  const config = readConfig({ BREAKWATER_DATA: folder });
  const store = await startStore(config, log);
  const signer = await openLedgerKey(await openSecrets(join(folder, 'secrets')));
  try {
    return await work(store, { signer, clock: systemClock, memory: forgetfulMemory() });
  } finally {
    // It was started for this measurement, so all that it has used went into it.
    databaseCpuSeconds = await cpuSecondsOfTree((await runningPostgres()).pid);
    await store.close();
  }
}

async function runningPostgres(): Promise<EmbeddedPostgres> {
  const postgres = await findEmbeddedPostgres({ folder: join(folder, 'postgres'), log: () => {} });
  if (postgres === undefined) throw new Error('the database is gone');
  return postgres;
}

async function timed(work: () => Promise<void>): Promise<{ value: number; unit: string }> {
  const since = performance.now();
  await work();
  return { value: (performance.now() - since) / 1000, unit: 's' };
}

function requireIntact(verification: Verification): void {
  if (!verification.intact || verification.events < MILLION) throw new Error(JSON.stringify(verification));
}
