import { createHash, randomUUID } from 'node:crypto';
import { canonicalJson } from '@breakwater/ledger';
import { z } from 'zod';
import { CodedError, enqueue, type Clock, type Database, type Queryable } from '../foundation/index.ts';
import { record, type Actor } from '../ledger/index.ts';
import { span } from './calendar.ts';
import type { RetentionProfile } from './retention-profiles.ts';
import './tables.ts';

/** What the desk itself rules about keeping: the laws it is under, and its own terms where no law states one. */
export const deskRules = z.strictObject({
  jurisdictions: z.array(z.string()).max(50),
  terms: z.strictObject({
    /** Reported, and no law that applies states a term: from the filing. */
    reported: span,
    /** Decided against and not reported: from the closing of the case. */
    decidedAgainst: span,
    /** Nothing was found against it: from the closing of the case, long enough to appeal. */
    notDecidedAgainst: span,
    /** That a report was made and its number, where no law states a term: from the filing. */
    reportReference: span,
  }),
});
export type DeskRules = z.infer<typeof deskRules>;

export const DEFAULT_RULES: DeskRules = {
  jurisdictions: [],
  terms: {
    reported: { years: 1 },
    decidedAgainst: { years: 1 },
    notDecidedAgainst: { days: 30 },
    reportReference: { years: 5 },
  },
};

/** The rules that are in force, and since when; the defaults until somebody sets others. */
export async function rulesInForce(
  db: Queryable,
): Promise<{ readonly rules: DeskRules; readonly setAt: Date | null }> {
  const row = await db
    .selectFrom('retention_policies')
    .selectAll()
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? { rules: DEFAULT_RULES, setAt: null } : { rules: row.rules, setAt: row.set_at };
}

/**
 * Sets the desk's rules. Terms are computed anew by them, which takes a moment; a shorter term destroys nothing, as
 * destroying takes a person each time.
 * @throws {CodedError} BW-RETENTION-INVALID when it names a jurisdiction without a profile
 */
export async function setRules(
  deps: { readonly db: Database; readonly clock: Clock; readonly profiles: readonly RetentionProfile[] },
  actor: Actor,
  change: { readonly rules: DeskRules; readonly why: string },
): Promise<void> {
  const unknown = change.rules.jurisdictions.filter((id) => !deps.profiles.some((one) => one.id === id));
  if (unknown.length > 0) {
    throw new CodedError('BW-RETENTION-INVALID', {
      details: unknown.map((id) => ({ path: 'rules.jurisdictions', message: `there is no profile "${id}"` })),
    });
  }
  return deps.db.transaction().execute(async (trx) => {
    const id = randomUUID();
    await trx
      .insertInto('retention_policies')
      .values({
        id,
        rules: JSON.stringify(change.rules) as never,
        set_by: JSON.stringify(actor) as never,
        set_at: deps.clock.now(),
      })
      .execute();
    await record(trx, {
      type: 'retention.changed',
      at: deps.clock.now(),
      actor,
      payload: { policyId: id, jurisdictions: change.rules.jurisdictions, why: change.why },
    });
    await enqueue(trx, 'review-preservation', {}, { key: 'review-preservation' });
  });
}

/** Tells one set of rules and profiles from another. */
export function fingerprintOfRules(rules: DeskRules, profiles: readonly RetentionProfile[]): string {
  return createHash('sha256').update(canonicalJson({ rules, profiles })).digest('hex').slice(0, 16);
}
