import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Signer } from '@breakwater/ledger';
import { createConfinedDecoder, type ConfinedDecoder } from '@breakwater/perceptual/node';
import { Logger as GraphileLogger, runOnce } from 'graphile-worker';
import type pg from 'pg';
import {
  createApprovals,
  createPerson,
  createService,
  createServiceKey,
  createSignInToken,
  ROLES,
  type Approvals,
  type IdentityProvider,
  type Person,
  type ServiceIdentity,
} from '../../src/access/index.ts';
import { createApi } from '../../src/api/index.ts';
import { BUILT_IN_PROFILES, type RetentionProfile } from '../../src/custody/index.ts';
import {
  createLog,
  createMetrics,
  ensureProgramRole,
  grantProgram,
  migrate,
  openDatabase,
  openSecrets,
  type Clock,
  type Database,
  type Jobs,
  type Secrets,
} from '../../src/foundation/index.ts';
import { openLedgerKey } from '../../src/ledger/index.ts';
import { executorsOf, handlersOf } from '../../src/program/index.ts';
import type { CyberTipline } from '../../src/reporting/index.ts';
import { createScreening, type Screening, type Verdict } from '../../src/screening/index.ts';
import type { Vault } from '../../src/vault/index.ts';
import { createTestDatabase, type TestConnection, type TestDatabase } from '../postgres-harness/index.ts';
import { deskVault } from './desk-vault.ts';

/** A clock that stands still until a test turns it. */
export interface TestClock extends Clock {
  set(at: Date | string): void;
  advance(milliseconds: number): void;
}

/** The whole desk without a network port, on a database of its own and real parts throughout. */
export interface Desk {
  readonly db: Database;
  /** As the owner of the database, who may do everything; `db` is the program's and may do what the program may. */
  readonly pool: pg.Pool;
  readonly connection: TestConnection;
  /** Signs the ledger. No sequencer runs by itself: `sequenceEvents` does, when a test calls it. */
  readonly ledgerKey: Signer;
  readonly clock: TestClock;
  readonly folder: string;
  readonly secrets: Secrets;
  readonly vault: Vault;
  readonly decoder: ConfinedDecoder;
  readonly screening: Screening;
  readonly profiles: readonly RetentionProfile[];
  /** Every verdict that was counted. */
  readonly verdicts: Verdict[];
  readonly approvals: Approvals;
  /** Holds every role. */
  readonly person: Person;
  readonly service: ServiceIdentity & { readonly key: string };
  /** Works off every job that is due, and whatever they enqueue. Rethrows the first failure. */
  runJobs(): Promise<void>;
  /** The HTTP server, for `inject`, which needs no port. */
  api(): Promise<Awaited<ReturnType<typeof createApi>>>;
  /** The cookie header of a person who has signed in. */
  signIn(): Promise<string>;
  close(): Promise<void>;
}

export interface DeskOptions {
  readonly cyberTipline?: CyberTipline;
  readonly fetch?: typeof fetch;
  /** Address by which people reach it; http://localhost unless told. */
  readonly publicAddress?: string;
  /** Sign-in by an organization, on the desk's own database. */
  readonly identityProvider?: (parts: { readonly db: Database; readonly clock: Clock }) => IdentityProvider;
}

export async function createDesk(options: DeskOptions = {}): Promise<Desk> {
  const { cyberTipline = { environment: 'unconfigured' }, fetch: ownFetch = fetch } = options;
  const database = await createTestDatabase({ migrate: migrateOnce });
  const opening = openDatabase(asProgram(database), { onError: () => {} });
  const { db, pool } = opening;
  const owner = openDatabase(database.connection, { onError: () => {} });
  const folder = await mkdtemp(join(tmpdir(), 'breakwater-desk-'));
  const clock = testClock('2026-01-15T09:00:00.000Z');
  const log = createLog({ level: 'silent', destination: process.stderr });
  const metrics = createMetrics();
  const secrets = await openSecrets(join(folder, 'secrets'));
  const ledgerKey = await openLedgerKey(secrets);
  const vault = await deskVault(folder, secrets, clock);
  const decoder = createConfinedDecoder();
  const verdicts: Verdict[] = [];
  const screening = createScreening({
    decoder,
    count: (verdict) => verdicts.push(verdict),
    spoolFolder: join(folder, 'spool'),
  });
  const profiles = BUILT_IN_PROFILES;
  const approvals = createApprovals({ db, clock, executors: executorsOf({ clock, profiles }) });
  const parts = { db, clock, secrets, vault, decoder, screening, metrics, approvals, profiles };
  const person = await db
    .transaction()
    .execute((trx) => createPerson(trx, clock, { displayName: 'Test person', roles: ROLES }));
  const service = await testService(db, clock);
  const handlers = handlersOf({ ...parts, cyberTipline, fetch: ownFetch });
  let opened: ReturnType<typeof createApi> | undefined;
  const api = () =>
    (opened ??= createApi({
      ...parts,
      version: 'test',
      pool,
      ledgerKey: ledgerKey.verifier,
      log,
      cyberTipline,
      consoleFolder: null,
      trustedProxies: [],
      publicAddress: () => options.publicAddress ?? 'http://localhost',
      identityProvider: options.identityProvider?.({ db, clock }) ?? null,
      demo: { present: async () => false, remove: async () => ({ removedCases: 0 }) },
    }));
  return {
    ...parts,
    pool: owner.pool,
    ledgerKey,
    connection: database.connection,
    folder,
    verdicts,
    person,
    service,
    api,
    runJobs: () => runDueJobs(pool, handlers),
    signIn: async () => {
      const token = await createSignInToken(db, clock, person.id);
      const answer = await (await api()).inject({ method: 'POST', url: '/v1/sign-in', payload: { token } });
      return String(answer.headers['set-cookie']).split(';')[0] ?? '';
    },
    close: async () => {
      await (await opened)?.close();
      await vault.close();
      await decoder.close();
      await opening.close();
      await owner.close();
      await database.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The desk works with the rights that the program has, and no more. */
function asProgram({ connection, programRole }: TestDatabase): TestConnection & { readonly options: string } {
  return { ...connection, options: `-c role=${programRole}` };
}

async function migrateOnce(connection: TestConnection, programRole: string): Promise<void> {
  const database = openDatabase(connection, { onError: () => {} });
  await ensureProgramRole(database.pool, programRole);
  await migrate(database.pool);
  await grantProgram(database.pool, programRole);
  await database.close();
}

export function testClock(start: string): TestClock {
  let now = new Date(start);
  return {
    now: () => now,
    set: (at) => {
      now = new Date(at);
    },
    advance: (milliseconds) => {
      now = new Date(now.getTime() + milliseconds);
    },
  };
}

async function testService(db: Database, clock: Clock): Promise<ServiceIdentity & { key: string }> {
  const actor = { kind: 'system', part: 'test' } as const;
  return db.transaction().execute(async (trx) => {
    const service = await createService(trx, clock, actor, { slug: 'test-service', name: 'Test service' });
    const { key, row } = await createServiceKey(trx, clock, actor, { serviceId: service.id, label: 'test' });
    return {
      serviceId: service.id,
      keyId: row.id,
      slug: service.slug,
      scopes: row.scopes,
      requestsAMinute: null,
      key,
    };
  });
}

type Handlers = {
  readonly [Name in keyof Jobs]: (payload: Jobs[Name], job: { attempt: number }) => Promise<void>;
};

async function runDueJobs(pool: pg.Pool, handlers: Handlers): Promise<void> {
  const failures: unknown[] = [];
  const taskList = Object.fromEntries(
    Object.entries(handlers).map(([name, handler]) => [
      name,
      async (payload: unknown, { job }: { job: { attempts: number } }) => {
        try {
          await (handler as (payload: unknown, job: { attempt: number }) => Promise<void>)(payload, {
            attempt: job.attempts,
          });
        } catch (error) {
          failures.push(error);
          throw error;
        }
      },
    ]),
  );
  await runOnce({
    pgPool: pool,
    taskList,
    noHandleSignals: true,
    logger: new GraphileLogger(() => () => {}),
  });
  await untilStruckOff(pool);
  if (failures.length > 0) throw failures[0];
}

/** The queue strikes off what is done without being waited for. */
async function untilStruckOff(pool: pg.Pool): Promise<void> {
  for (;;) {
    const { rowCount } = await pool.query(
      'SELECT FROM graphile_worker._private_jobs WHERE locked_by IS NOT NULL',
    );
    if (rowCount === 0) return;
    await pause(5);
  }
}
