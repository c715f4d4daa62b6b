import { createHmac } from 'node:crypto';
import { isIPv6 } from 'node:net';
import { sql } from 'kysely';
import {
  CodedError,
  type Clock,
  type Database,
  type Secrets,
  type Transaction,
} from '../../foundation/index.ts';
import { record } from '../../ledger/index.ts';
import './tables.ts';

export interface AttemptDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly secrets: Secrets;
}

export interface Attempt {
  /** The name that somebody gave; null where none is asked for. Counted the same whether or not anybody has it. */
  readonly name: string | null;
  /** The address that it came from. */
  readonly source: string;
  /** The browser, where the person of this name has signed in with it before. */
  readonly device: string | null;
}

type Scope = 'device' | 'name-and-source' | 'source' | 'everywhere';

/** Failures that cost nothing, and the longest wait after that; waits double from one second. */
const LIMITS: Readonly<Record<Scope, { readonly free: number; readonly longestMs: number }>> = {
  device: { free: 10, longestMs: 15 * 60_000 },
  'name-and-source': { free: 5, longestMs: 15 * 60_000 },
  source: { free: 20, longestMs: 15 * 60_000 },
  // A brake on many machines at once. Short, because it slows strangers and the innocent alike.
  everywhere: { free: 500, longestMs: 5_000 },
};
/** After a day without another, failures are forgotten. */
const MEMORY_MS = 24 * 60 * 60_000;

/**
 * Counts an attempt as failed before it is made, so that a thousand at once are a thousand; `succeeded` takes it back.
 *
 * Somebody who tries the passwords of a colleague fills the counters of that name at their own address, of their own
 * address, and the one of everywhere. A browser that the colleague has used before has a counter of its own and looks at
 * no other, and passkeys are not counted at all: the colleague gets in.
 * @throws {CodedError} BW-SIGN-IN-THROTTLED, which looks at nothing, so the answer tells nothing
 */
export async function failedAttempt(
  { db, clock, secrets }: AttemptDeps,
  attempt: Attempt,
): Promise<{ succeeded(): Promise<void> }> {
  const key = secrets.derive('sign-in attempts', '');
  const buckets = scopesOf(attempt).map(([scope, text]) => ({
    scope,
    bucket: createHmac('sha256', key).update(`${scope}\n${text}`).digest(),
  }));
  const now = clock.now();
  const waitMs = await db.transaction().execute(async (trx) => {
    await trx
      .deleteFrom('sign_in_attempts')
      .where('last_at', '<', new Date(now.getTime() - MEMORY_MS))
      .execute();
    let wait = 0;
    for (const { bucket } of buckets) wait = Math.max(wait, await waitOf(trx, now, bucket));
    if (wait > 0) return wait;
    for (const { scope, bucket } of buckets) await count(trx, now, scope, bucket);
    return 0;
  });
  if (waitMs > 0)
    throw new CodedError('BW-SIGN-IN-THROTTLED', { retryAfterSeconds: Math.ceil(waitMs / 1000) });
  return {
    succeeded: () =>
      db.transaction().execute(async (trx) => {
        for (const { scope, bucket } of buckets) await takeBack(trx, scope, bucket);
      }),
  };
}

/** Always in the same order, so that two attempts at once wait for each other rather than for ever. */
function scopesOf({ name, source, device }: Attempt): [Scope, string][] {
  if (device !== null) return [['device', `${device}\n${name ?? ''}`]];
  const network = networkOf(source);
  const scopes: [Scope, string][] = [
    ['source', network],
    ['everywhere', ''],
  ];
  return name === null ? scopes : [['name-and-source', `${name}\n${network}`], ...scopes];
}

/** One subscriber has 2^64 addresses of IPv6: the network counts, which is the first four groups. */
function networkOf(source: string): string {
  if (!isIPv6(source)) return source;
  const mapped = /^::ffff:(\d+(?:\.\d+){3})$/i.exec(source)?.[1];
  if (mapped !== undefined) return mapped;
  const [head = '', tail] = source.toLowerCase().split('::');
  const groups = head === '' ? [] : head.split(':');
  const rest = tail === undefined || tail === '' ? [] : tail.split(':');
  const left = tail === undefined ? 0 : Math.max(0, 8 - groups.length - rest.length);
  return [...groups, ...Array.from({ length: left }, () => '0'), ...rest]
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':');
}

async function waitOf(trx: Transaction, now: Date, bucket: Buffer): Promise<number> {
  // There has to be a row to lock, or the first attempts of many at once would not wait for each other.
  await trx
    .insertInto('sign_in_attempts')
    .values({ bucket, failures: 0, last_at: now, blocked_until: null })
    .onConflict((conflict) => conflict.column('bucket').doNothing())
    .execute();
  const row = await trx
    .selectFrom('sign_in_attempts')
    .select('blocked_until')
    .where('bucket', '=', bucket)
    .forUpdate()
    .executeTakeFirst();
  return Math.max(0, (row?.blocked_until?.getTime() ?? 0) - now.getTime());
}

async function count(trx: Transaction, now: Date, scope: Scope, bucket: Buffer): Promise<void> {
  const { failures } = await trx
    .updateTable('sign_in_attempts')
    .set({ failures: sql<number>`failures + 1`, last_at: now })
    .where('bucket', '=', bucket)
    .returning('failures')
    .executeTakeFirstOrThrow();
  const { free, longestMs } = LIMITS[scope];
  const beyond = failures - free;
  if (beyond <= 0) return;
  const waitMs = Math.min(longestMs, 1000 * 2 ** Math.min(beyond - 1, 30));
  await trx
    .updateTable('sign_in_attempts')
    .set({ blocked_until: new Date(now.getTime() + waitMs) })
    .where('bucket', '=', bucket)
    .execute();
  // One event when it begins, and one at each doubling: a record of an attack, and not a second attack on the ledger.
  if (Number.isInteger(Math.log2(beyond)))
    await record(trx, {
      type: 'sign-in.throttled',
      at: now,
      actor: { kind: 'system', part: 'access' },
      payload: { scope, failures },
    });
}

async function takeBack(trx: Transaction, scope: Scope, bucket: Buffer): Promise<void> {
  const own = scope === 'device' || scope === 'name-and-source';
  await trx
    .updateTable('sign_in_attempts')
    .set({ failures: own ? 0 : sql<number>`greatest(failures - 1, 0)`, blocked_until: null })
    .where('bucket', '=', bucket)
    .execute();
}
