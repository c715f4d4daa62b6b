import { createHash, randomUUID } from 'node:crypto';
import { canonicalJson } from '@breakwater/ledger';
import { z } from 'zod';
import {
  permissionsOf,
  withSecondPerson,
  type Executor,
  type Outcome,
  type Person,
} from '../access/index.ts';
import {
  CodedError,
  enqueue,
  type Clock,
  type Database,
  type Queryable,
  type Transaction,
} from '../foundation/index.ts';
import { record, type Actor } from '../ledger/index.ts';
import { span } from './calendar.ts';
import { believeClock } from './clock-watch.ts';
import type { RetentionProfile } from './retention-profiles.ts';
import type { SignedBy } from './signed-by.ts';
import './tables.ts';

declare module '../access/approval-request.ts' {
  interface ApprovalPayloads {
    /** Other rules, or that the time is right: what can be destroyed follows from either. */
    'retention.change':
      | { before: DeskRules; after: DeskRules; why: string }
      | { clockSaid: string; why: string };
  }
}

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
 * Sets the desk's rules, which waits for the second signature. Terms are computed anew by them, which takes a moment; a
 * shorter term destroys nothing, as destroying takes two people each time.
 * @throws {CodedError} BW-RETENTION-INVALID when it names a jurisdiction without a profile, BW-APPROVAL-WAITING
 */
export async function setRules(
  deps: { readonly db: Database; readonly clock: Clock; readonly profiles: readonly RetentionProfile[] },
  person: Person,
  change: { readonly rules: DeskRules; readonly why: string },
): Promise<Outcome<void>> {
  requireProfiles(deps.profiles, change.rules);
  return deps.db.transaction().execute(async (trx) => {
    const before = (await rulesInForce(trx)).rules;
    return withSecondPerson(
      trx,
      deps.clock,
      {
        kind: 'retention.change',
        payload: { before, after: change.rules, why: change.why },
        requestedBy: person,
        reason: change.why,
        subject: 'setting:retention',
      },
      () => writeRules(trx, deps.clock, { orderedBy: person, approvedBy: null }, change),
    );
  });
}

/** Carries out `retention.change`: only the change that was signed, from the rules that it was seen to change. */
export function changeRetentionOnceSigned(deps: {
  readonly clock: Clock;
  readonly profiles: readonly RetentionProfile[];
}): Executor<'retention.change'> {
  return {
    async execute(trx, payload, { requestedBy, approvedBy }) {
      if (!permissionsOf(requestedBy.roles).includes('retention.change'))
        throw new CodedError('BW-APPROVAL-STALE');
      const by = { orderedBy: requestedBy, approvedBy };
      if ('clockSaid' in payload) {
        // They signed that the time is right; a clock that ran backwards since is not the one they looked at.
        if (deps.clock.now() < new Date(payload.clockSaid)) throw new CodedError('BW-APPROVAL-STALE');
        await believeClock(trx, deps.clock, by, payload.why);
        return {};
      }
      const { before, after: rules, why } = payload;
      requireProfiles(deps.profiles, rules);
      if (canonicalJson((await rulesInForce(trx)).rules) !== canonicalJson(before))
        throw new CodedError('BW-APPROVAL-STALE');
      await writeRules(trx, deps.clock, by, { rules, why });
      return {};
    },
  };
}

function requireProfiles(profiles: readonly RetentionProfile[], rules: DeskRules): void {
  const unknown = rules.jurisdictions.filter((id) => !profiles.some((one) => one.id === id));
  if (unknown.length === 0) return;
  throw new CodedError('BW-RETENTION-INVALID', {
    details: unknown.map((id) => ({ path: 'rules.jurisdictions', message: `there is no profile "${id}"` })),
  });
}

async function writeRules(
  trx: Transaction,
  clock: Clock,
  by: SignedBy,
  { rules, why }: { readonly rules: DeskRules; readonly why: string },
): Promise<void> {
  const id = randomUUID();
  const actor: Actor = { kind: 'person', id: by.orderedBy.id };
  await trx
    .insertInto('retention_policies')
    .values({
      id,
      rules: JSON.stringify(rules) as never,
      set_by: JSON.stringify(actor) as never,
      set_at: clock.now(),
    })
    .execute();
  await record(trx, {
    type: 'retention.changed',
    at: clock.now(),
    actor,
    payload: {
      policyId: id,
      jurisdictions: rules.jurisdictions,
      why,
      ...(by.approvedBy && { approvedBy: by.approvedBy.id }),
    },
  });
  await enqueue(trx, 'review-preservation', {}, { key: 'review-preservation' });
}

/** Tells one set of rules and profiles from another. */
export function fingerprintOfRules(rules: DeskRules, profiles: readonly RetentionProfile[]): string {
  return createHash('sha256').update(canonicalJson({ rules, profiles })).digest('hex').slice(0, 16);
}
