import { sql } from 'kysely';
import { withSecondPerson, type Outcome, type Person } from '../access/index.ts';
import {
  CodedError,
  type Clock,
  type Database,
  type Queryable,
  type Transaction,
} from '../foundation/index.ts';
import { record } from '../ledger/index.ts';
import type { SignedBy } from './signed-by.ts';
import './tables.ts';

export type ClockProblem = 'behind' | 'jumped';

const HOUR_MS = 60 * 60 * 1000;
/** Clocks of several machines differ a little, and are set by a little. */
const TOLERANCE_MS = 5 * 60 * 1000;
/** Longer than a program is usually off; it looks at the clock each hour while it runs. */
const LONGEST_SILENCE_MS = 7 * 24 * HOUR_MS;

/**
 * Whether the clock can be right, given the latest time that was believed and that of the newest event. Time runs
 * forward, and not by leaps: after a long silence nobody can tell a desk that was off from a clock that was moved.
 */
export function judgeClock(seen: {
  readonly now: Date;
  readonly believedAt: Date;
  readonly newestEventAt: Date | null;
}): ClockProblem | null {
  const now = seen.now.getTime();
  const latest = Math.max(seen.believedAt.getTime(), seen.newestEventAt?.getTime() ?? 0);
  if (now < latest - TOLERANCE_MS) return 'behind';
  if (now - seen.believedAt.getTime() > LONGEST_SILENCE_MS) return 'jumped';
  return null;
}

/**
 * Looks at the clock and keeps what was seen: what is believed only ever grows, until a person says that the time is
 * right. A problem is recorded when it is first seen.
 */
export async function watchClock(trx: Transaction, clock: Clock): Promise<ClockProblem | null> {
  const now = clock.now();
  await trx
    .insertInto('clock_watch')
    .values({ believed_at: now, problem: null })
    .onConflict((conflict) => conflict.column('one').doNothing())
    .execute();
  const watch = await trx.selectFrom('clock_watch').selectAll().forUpdate().executeTakeFirstOrThrow();
  const problem = judgeClock({
    now,
    believedAt: watch.believed_at,
    newestEventAt: await newestEventAt(trx, watch.confirmed_inserted),
  });
  const believed = problem === null && now > watch.believed_at ? now : watch.believed_at;
  await trx.updateTable('clock_watch').set({ believed_at: believed, problem }).execute();
  if (problem !== null && problem !== watch.problem) {
    await record(trx, {
      type: 'clock.doubted',
      at: now,
      actor: { kind: 'system', part: 'custody' },
      payload: { problem, believedAt: watch.believed_at.toISOString() },
    });
  }
  return problem;
}

/** @throws {CodedError} BW-CLOCK-DOUBTED; the finding is kept even so, in a transaction of its own. */
export async function requireBelievableClock(deps: {
  readonly db: Database;
  readonly clock: Clock;
}): Promise<void> {
  const problem = await deps.db.transaction().execute((trx) => watchClock(trx, deps.clock));
  if (problem !== null) throw new CodedError('BW-CLOCK-DOUBTED');
}

/**
 * A person has looked: the time is right now, whatever was recorded before. It takes two, as a change of retention does:
 * whoever could move the clock and confirm it alone could end every term.
 * @throws {CodedError} BW-APPROVAL-WAITING
 */
export function confirmClock(
  deps: { readonly db: Database; readonly clock: Clock },
  person: Person,
  why: string,
): Promise<Outcome<void>> {
  const { db, clock } = deps;
  return db.transaction().execute((trx) =>
    withSecondPerson(
      trx,
      clock,
      {
        kind: 'retention.change',
        payload: { clockSaid: clock.now().toISOString(), why },
        requestedBy: person,
        reason: why,
        subject: 'setting:clock',
      },
      () => believeClock(trx, clock, { orderedBy: person, approvedBy: null }, why),
    ),
  );
}

/** Takes the time that it is now for right. */
export async function believeClock(trx: Transaction, clock: Clock, by: SignedBy, why: string): Promise<void> {
  await watchClock(trx, clock);
  const { inserted } = await trx
    .selectFrom('events')
    .select((expression) => expression.fn.max('inserted').as('inserted'))
    .executeTakeFirstOrThrow();
  await trx
    .updateTable('clock_watch')
    .set({ believed_at: clock.now(), confirmed_inserted: inserted ?? 0, problem: null })
    .execute();
  await record(trx, {
    type: 'clock.confirmed',
    at: clock.now(),
    actor: { kind: 'person', id: by.orderedBy.id },
    payload: { why, ...(by.approvedBy && { approvedBy: by.approvedBy.id }) },
  });
}

/** What is wrong with the clock, as seen last. */
export async function clockProblem(db: Queryable): Promise<ClockProblem | null> {
  const row = await db.selectFrom('clock_watch').select('problem').executeTakeFirst();
  return row?.problem ?? null;
}

/** The latest time among the newest events since the time was last confirmed. */
async function newestEventAt(trx: Transaction, confirmed: number): Promise<Date | null> {
  const { rows } = await sql<{ at: Date | null }>`
    SELECT max(at) AS at FROM
      (SELECT at FROM events WHERE inserted > ${confirmed} ORDER BY inserted DESC LIMIT 1000) AS newest`.execute(
    trx,
  );
  return rows[0]?.at ?? null;
}
