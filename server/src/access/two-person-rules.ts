import { CodedError, type Clock, type Queryable, type Transaction } from '../foundation/index.ts';
import { record, type Actor } from '../ledger/index.ts';
import { APPROVAL_KINDS, approvalKind, type ApprovalKind } from './approval-kinds.ts';
import { permissionsOf } from './permissions.ts';
import './tables.ts';

export interface TwoPersonRule {
  readonly kind: ApprovalKind;
  readonly required: boolean;
  /** Up to so many at once need no second person; null where that is no question. */
  readonly threshold: number | null;
}

/** How it stands for each kind. */
export async function twoPersonRules(db: Queryable): Promise<TwoPersonRule[]> {
  const rows = await db.selectFrom('two_person_rules').selectAll().execute();
  return (Object.keys(APPROVAL_KINDS) as ApprovalKind[]).map((kind) => {
    const { threshold = null, fixed } = approvalKind(kind);
    const row = fixed === true ? undefined : rows.find((one) => one.kind === kind);
    if (row === undefined) return { kind, required: true, threshold };
    return { kind, required: row.required, threshold: threshold === null ? null : row.threshold };
  });
}

export async function twoPersonRule(db: Queryable, kind: ApprovalKind): Promise<TwoPersonRule> {
  const rule = (await twoPersonRules(db)).find((one) => one.kind === kind);
  if (rule === undefined) throw new Error(`there is no rule for ${kind}`);
  return rule;
}

/** Whether a change asks for more second signatures than before, which one person may do. */
export function isTighter(before: TwoPersonRule, after: TwoPersonRule): boolean {
  if (before.required && !after.required) return false;
  return (after.threshold ?? 0) <= (before.threshold ?? 0);
}

/** @throws {CodedError} BW-RULE-FIXED */
export async function setTwoPersonRule(
  trx: Transaction,
  clock: Clock,
  actor: Actor,
  rule: TwoPersonRule,
): Promise<void> {
  const { kind, required, threshold } = rule;
  if (approvalKind(kind).fixed === true) throw new CodedError('BW-RULE-FIXED');
  await trx
    .insertInto('two_person_rules')
    .values(rule)
    .onConflict((conflict) => conflict.column('kind').doUpdateSet({ required, threshold }))
    .execute();
  await record(trx, {
    type: 'two-person.changed',
    at: clock.now(),
    actor,
    payload: { kind, required, threshold },
  });
}

/** Whether somebody may act alone while nobody else could sign. */
export async function loneSignatureAllowed(db: Queryable): Promise<boolean> {
  const row = await db.selectFrom('lone_signature').select('allowed').executeTakeFirst();
  return row?.allowed === true;
}

export async function setLoneSignature(
  trx: Transaction,
  clock: Clock,
  actor: Actor,
  change: { readonly allowed: boolean; readonly because: 'asked' | 'second-signer' },
): Promise<void> {
  const { numUpdatedRows } = await trx
    .updateTable('lone_signature')
    .set({ allowed: change.allowed })
    .where('allowed', '!=', change.allowed)
    .executeTakeFirstOrThrow();
  if (numUpdatedRows === 0n) return;
  await record(trx, { type: 'lone-signature.changed', at: clock.now(), actor, payload: change });
}

/** Once two people can sign, nobody acts alone any more, also if one of the two should leave. */
export async function endLoneSignature(trx: Transaction, clock: Clock): Promise<void> {
  if ((await signers(trx)).length < 2) return;
  const actor: Actor = { kind: 'system', part: 'access' };
  await setLoneSignature(trx, clock, actor, { allowed: false, because: 'second-signer' });
}

export interface Signer {
  readonly id: string;
  readonly roles: readonly string[];
}

/** Active people who may give second signatures. */
export async function signers(db: Queryable): Promise<Signer[]> {
  const people = await db
    .selectFrom('people')
    .select(['id', 'roles'])
    .where('deactivated_at', 'is', null)
    .execute();
  return people.filter(({ roles }) => permissionsOf(roles).includes('approvals.give'));
}
