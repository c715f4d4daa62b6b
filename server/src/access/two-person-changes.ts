import type { Clock, Database } from '../foundation/index.ts';
import type { Actor } from '../ledger/index.ts';
import { withSecondPerson, type Outcome } from './approval-request.ts';
import type { Executor } from './approvals.ts';
import type { Person } from './people.ts';
import {
  isTighter,
  setLoneSignature,
  setTwoPersonRule,
  twoPersonRule,
  type TwoPersonRule,
} from './two-person-rules.ts';

type Change = { rule: TwoPersonRule } | { loneSignature: boolean };

declare module './approval-request.ts' {
  interface ApprovalPayloads {
    'two-person.change': Change;
  }
}

/**
 * Says what needs two people. To ask for more is done at once; to ask for less needs a second person itself.
 * @throws {CodedError} BW-RULE-FIXED, BW-APPROVAL-WAITING
 */
export function changeTwoPersonRule(
  deps: { readonly db: Database; readonly clock: Clock },
  by: Person,
  change: Change,
  reason: string,
): Promise<Outcome<void>> {
  const { db, clock } = deps;
  return db.transaction().execute(async (trx) => {
    const perform = () => apply(trx, clock, { kind: 'person', id: by.id }, change);
    const tighter =
      'rule' in change
        ? isTighter(await twoPersonRule(trx, change.rule.kind), change.rule)
        : !change.loneSignature;
    if (tighter) return { done: await perform() };
    const subject = `setting:${'rule' in change ? change.rule.kind : 'lone-signature'}`;
    return withSecondPerson(
      trx,
      clock,
      { kind: 'two-person.change', payload: change, requestedBy: by, reason, subject },
      perform,
    );
  });
}

/** Carries out `two-person.change`. */
export function loosenTwoPersonRule(clock: Clock): Executor<'two-person.change'> {
  return {
    async execute(trx, payload, { requestedBy }) {
      await apply(trx, clock, { kind: 'person', id: requestedBy.id }, payload);
      return {};
    },
  };
}

async function apply(
  trx: Parameters<typeof setTwoPersonRule>[0],
  clock: Clock,
  actor: Actor,
  change: Change,
): Promise<void> {
  if ('rule' in change) await setTwoPersonRule(trx, clock, actor, change.rule);
  else await setLoneSignature(trx, clock, actor, { allowed: change.loneSignature, because: 'asked' });
}
