import { enqueue, type Clock, type Database } from '../foundation/index.ts';
import { watchClock } from './clock-watch.ts';
import { computeAllPreservation, type PreservationDeps } from './preservation.ts';

declare module '../foundation/jobs.ts' {
  interface Jobs {
    'watch-clock': Record<string, never>;
    'review-preservation': Record<string, never>;
  }
}

const HOUR_MS = 60 * 60 * 1000;
const DAY_MS = 24 * HOUR_MS;

/** Looks at the clock, and again within the hour. */
export async function watchClockAgain(deps: { readonly db: Database; readonly clock: Clock }): Promise<void> {
  await deps.db.transaction().execute(async (trx) => {
    await watchClock(trx, deps.clock);
    await enqueue(trx, 'watch-clock', {}, { key: 'watch-clock', runAt: new Date(Date.now() + HOUR_MS) });
  });
}

/** Computes all terms anew, as rules, profiles and cases change, and again within the day. */
export async function reviewPreservation(deps: PreservationDeps): Promise<void> {
  await computeAllPreservation(deps);
  await deps.db
    .transaction()
    .execute((trx) =>
      enqueue(
        trx,
        'review-preservation',
        {},
        { key: 'review-preservation', runAt: new Date(Date.now() + DAY_MS) },
      ),
    );
}

/** Sets both going, for the start of the program; what is set going already is not doubled. */
export function startCustodyWatch(db: Database): Promise<void> {
  return db.transaction().execute(async (trx) => {
    await enqueue(trx, 'watch-clock', {}, { key: 'watch-clock' });
    await enqueue(trx, 'review-preservation', {}, { key: 'review-preservation' });
  });
}
