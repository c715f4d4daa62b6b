import { sql } from 'kysely';
import { CodedError, type Clock, type Transaction } from '../foundation/index.ts';
import { record } from './record.ts';
import type { Actor } from './vocabulary.ts';

/**
 * Erases what events say, and their salts, in the caller's transaction, and records that it was done. Time, type, actor
 * and case of them stay, and so do their places in the ledger, which verifies as before. Events that are erased already
 * stay so and are not recorded again. Returns how many were erased.
 * @throws {CodedError} BW-LEDGER-ERASURE-REFUSED when one of them is no event, is not in the tree yet, which takes two
 * seconds, or is itself the record of an erasure
 */
export async function eraseEventContent(
  trx: Transaction,
  clock: Clock,
  actor: Actor,
  erasure: { readonly eventIds: readonly string[]; readonly because: string },
): Promise<number> {
  const eventIds = [...new Set(erasure.eventIds)];
  if (eventIds.length === 0) return 0;
  const { rows } = await sql<{ id: string }>`
    SELECT erase_event_content(${eventIds}::uuid[]) AS id`.execute(trx);
  const gone = await trx
    .selectFrom('events')
    .select((count) => count.fn.countAll<number>().as('count'))
    .where('id', 'in', eventIds)
    .where('payload', 'is', null)
    .executeTakeFirstOrThrow();
  if (gone.count !== eventIds.length) throw new CodedError('BW-LEDGER-ERASURE-REFUSED');
  if (rows.length === 0) return 0;
  await record(trx, {
    type: 'ledger.content-erased',
    at: clock.now(),
    actor,
    payload: { eventIds: rows.map(({ id }) => id).toSorted(), because: erasure.because },
  });
  return rows.length;
}
