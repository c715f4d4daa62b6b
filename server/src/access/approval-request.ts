import { randomUUID } from 'node:crypto';
import { CodedError, enqueue, isUniqueViolation, type Clock, type Transaction } from '../foundation/index.ts';
import { record } from '../ledger/index.ts';
import { expireApproval } from './approval-conclusion.ts';
import { approvalKind, type ApprovalKind } from './approval-kinds.ts';
import type { Person } from './people.ts';
import { permissionsOf } from './permissions.ts';
import { loneSignatureAllowed, signers, twoPersonRule } from './two-person-rules.ts';
import { isVisible } from './visibility.ts';

/** What each kind of request carries. Each folder adds its own by declaration merging; it must be JSON. */
// oxlint-disable-next-line typescript/no-empty-object-type -- filled by declaration merging
export interface ApprovalPayloads {}

/** The kinds that something can be asked for under. */
export type AskedKind = keyof ApprovalPayloads & ApprovalKind;

export interface Request<Kind extends AskedKind> {
  readonly kind: Kind;
  readonly payload: ApprovalPayloads[Kind];
  readonly requestedBy: Person;
  readonly reason: string;
  /** Of whom or what it is: `person:<id>`, `case:<id>`, `list:<slug>`. A person does not sign what is about them. */
  readonly subject: string;
  readonly caseId?: string;
  /** How many at once, where a kind has a threshold. */
  readonly size?: number;
}

/** Done, or waiting for the second signature under this id. */
export type Outcome<Result> = { readonly done: Result } | { readonly waiting: string };

declare module '../foundation/jobs.ts' {
  interface Jobs {
    'expire-approval': { approvalId: string };
  }
}

const LIFE_MS = 7 * 24 * 60 * 60 * 1000;

/**
 * Does what needs two people: asks for the second signature, or performs it at once where the rule does not ask for one,
 * or where nobody else could sign and the desk says that one person may act alone. That is recorded as what it is.
 * @throws {CodedError} BW-APPROVAL-WAITING when the same waits already
 */
export async function withSecondPerson<Kind extends AskedKind, Result>(
  trx: Transaction,
  clock: Clock,
  request: Request<Kind>,
  perform: () => Promise<Result>,
): Promise<Outcome<Result>> {
  const rule = await twoPersonRule(trx, request.kind);
  const small = rule.threshold !== null && request.size !== undefined && request.size <= rule.threshold;
  if (!rule.required || small) return { done: await perform() };
  if ((await loneSignatureAllowed(trx)) && !(await somebodyElseCanSign(trx, request))) {
    await insert(trx, clock, request, 'waived');
    return { done: await perform() };
  }
  return { waiting: await insert(trx, clock, request, 'waiting') };
}

async function insert<Kind extends AskedKind>(
  trx: Transaction,
  clock: Clock,
  request: Request<Kind>,
  state: 'waiting' | 'waived',
): Promise<string> {
  const now = clock.now();
  const { kind, subject } = request;
  await clearExpired(trx, clock, { kind, subject });
  const id = randomUUID();
  const expiresAt = new Date(now.getTime() + LIFE_MS);
  try {
    await trx
      .insertInto('approvals')
      .values({
        id,
        kind,
        payload: JSON.stringify(request.payload),
        reason: request.reason,
        subject,
        case_id: request.caseId ?? null,
        requested_by: request.requestedBy.id,
        requested_at: now,
        expires_at: expiresAt,
        state,
        concluded_by: null,
        concluded_at: state === 'waived' ? now : null,
        note: null,
        result: null,
      })
      .execute();
  } catch (error) {
    if (isUniqueViolation(error, 'approvals_one_waiting'))
      throw new CodedError('BW-APPROVAL-WAITING', { cause: error });
    throw error;
  }
  await record(trx, {
    type: state === 'waived' ? 'approval.waived' : 'approval.requested',
    at: now,
    actor: { kind: 'person', id: request.requestedBy.id },
    ...(request.caseId === undefined ? {} : { caseId: request.caseId }),
    payload: { approvalId: id, kind, subject },
  });
  if (state === 'waiting') await enqueue(trx, 'expire-approval', { approvalId: id }, { runAt: expiresAt });
  return id;
}

async function somebodyElseCanSign<Kind extends AskedKind>(
  trx: Transaction,
  request: Request<Kind>,
): Promise<boolean> {
  for (const signer of await signers(trx)) {
    if (signer.id === request.requestedBy.id || request.subject === `person:${signer.id}`) continue;
    if (!permissionsOf(signer.roles).includes(approvalKind(request.kind).permission)) continue;
    if (request.caseId === undefined || (await isVisible(trx, signer, 'case', request.caseId))) return true;
  }
  return false;
}

/** So that one whose time is over does not stand in the way of the next. */
async function clearExpired(
  trx: Transaction,
  clock: Clock,
  same: { readonly kind: ApprovalKind; readonly subject: string },
): Promise<void> {
  const over = await trx
    .selectFrom('approvals')
    .selectAll()
    .where('kind', '=', same.kind)
    .where('subject', '=', same.subject)
    .where('state', '=', 'waiting')
    .where('expires_at', '<=', clock.now())
    .forUpdate()
    .execute();
  for (const row of over) await expireApproval(trx, clock, row);
}
