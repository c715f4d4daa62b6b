import { enqueue, type Clock, type Transaction } from '../foundation/index.ts';
import { scrubVault, type ScrubDeps } from './scrub.ts';

declare module '../foundation/jobs.ts' {
  interface Jobs {
    'scrub-vault': Record<string, never>;
  }
}

/** UTC: the quiet hours of most who will run this. */
const HOUR = 3;
const DAY_MS = 86_400_000;
/** After a start, before a scrub that is overdue. */
const GRACE_MS = 600_000;

/** Makes sure that a scrub is to come: tonight, or soon if the last one is more than a day ago. One waits at most. */
export async function scheduleScrub(trx: Transaction, clock: Clock): Promise<void> {
  const now = clock.now();
  const last = await trx
    .selectFrom('vault_scrubs')
    .select((expression) => expression.fn.max('finished_at').as('at'))
    .executeTakeFirst();
  const first = await trx
    .selectFrom('vault_objects')
    .select((expression) => expression.fn.min('sealed_at').as('at'))
    .executeTakeFirst();
  const since = last?.at ?? first?.at ?? now;
  const overdue = now.getTime() - since.getTime() > DAY_MS;
  const runAt = overdue ? new Date(now.getTime() + GRACE_MS) : nextNight(now);
  await enqueue(trx, 'scrub-vault', {}, { runAt, key: 'scrub-vault' });
}

/** Verifies the night's share, so that every object has its turn within so many days, and sees to the next night's. */
export async function scrubNightly(deps: ScrubDeps & { readonly scrubWithinDays?: number }): Promise<void> {
  await scrubVault(deps, { extent: { kind: 'sample', withinDays: deps.scrubWithinDays ?? 30 } });
  await deps.db.transaction().execute((trx) => scheduleScrub(trx, deps.clock));
}

function nextNight(now: Date): Date {
  const tonight = new Date(now);
  tonight.setUTCHours(HOUR, 0, 0, 0);
  return tonight > now ? tonight : new Date(tonight.getTime() + DAY_MS);
}
