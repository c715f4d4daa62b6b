import {
  CodedError,
  type Clock,
  type Database,
  type Queryable,
  type Transaction,
} from '../foundation/index.ts';
import { concludeApproval, expireApproval } from './approval-conclusion.ts';
import { approvalKind } from './approval-kinds.ts';
import type { ApprovalPayloads, AskedKind } from './approval-request.ts';
import type { Person } from './people.ts';
import { permissionsOf, requirePermission } from './permissions.ts';
import type { ApprovalsTable, ApprovalState } from './tables.ts';
import { isVisible } from './visibility.ts';

/** What is done once both have signed, in the transaction of the second signature. */
export interface Executor<Kind extends AskedKind> {
  /** Returns what is to be kept as the result; what it throws leaves the request waiting and nothing done. */
  execute(trx: Transaction, payload: ApprovalPayloads[Kind], signed: Signed): Promise<object>;
}

export type Executors = { readonly [Kind in AskedKind]: Executor<Kind> };

export interface Signed {
  readonly approvalId: string;
  readonly requestedBy: Person;
  readonly approvedBy: Person;
}

/** What can be done with a request that waits. Each happens at most once, whoever else tries at the same time. */
export interface Approvals {
  /**
   * Gives the second signature and does what was asked for, in one transaction.
   * @throws {CodedError} BW-NOT-FOUND, BW-APPROVAL-CONCLUDED, BW-APPROVAL-EXPIRED, BW-APPROVAL-OWN, BW-FORBIDDEN,
   * BW-APPROVAL-STALE, and whatever what was asked for throws
   */
  approve(person: Person, approvalId: string, note: string | null): Promise<void>;
  /** @throws {CodedError} as `approve` */
  refuse(person: Person, approvalId: string, note: string | null): Promise<void>;
  /** By who asked. @throws {CodedError} BW-NOT-FOUND, BW-APPROVAL-CONCLUDED, BW-APPROVAL-EXPIRED */
  withdraw(person: Person, approvalId: string): Promise<void>;
  /** Ends a request whose time is over; otherwise does nothing. */
  expire(approvalId: string): Promise<void>;
}

export function createApprovals(deps: {
  readonly db: Database;
  readonly clock: Clock;
  readonly executors: Executors;
}): Approvals {
  const { db, clock } = deps;
  const executors = deps.executors as Readonly<Record<string, Executor<never>>>;

  /** Within a lock on the request. What has expired is ended, which stands although the caller is refused. */
  async function locked(
    approvalId: string,
    act: (trx: Transaction, row: ApprovalsTable) => Promise<void>,
  ): Promise<void> {
    const found = await db.transaction().execute(async (trx) => {
      const row = await lock(trx, approvalId);
      if (row.expires_at > clock.now()) {
        await act(trx, row);
        return 'in-time';
      }
      await expireApproval(trx, clock, row);
      return 'expired';
    });
    if (found === 'expired') throw new CodedError('BW-APPROVAL-EXPIRED');
  }

  return {
    approve: (person, approvalId, note) =>
      locked(approvalId, async (trx, row) => {
        await requireSigner(trx, person, row);
        const requestedBy = await requireRequester(trx, row);
        const executor = executorOf(executors, row.kind);
        const signed = { approvalId, requestedBy, approvedBy: person };
        const result = await executor.execute(trx, row.payload as never, signed);
        await concludeApproval(trx, clock, row, { state: 'approved', person, note, result });
      }),
    refuse: (person, approvalId, note) =>
      locked(approvalId, async (trx, row) => {
        await requireSigner(trx, person, row);
        await concludeApproval(trx, clock, row, { state: 'refused', person, note, result: null });
      }),
    withdraw: (person, approvalId) =>
      locked(approvalId, async (trx, row) => {
        // To anybody else it is not theirs to know of.
        if (row.requested_by !== person.id) throw new CodedError('BW-NOT-FOUND');
        await concludeApproval(trx, clock, row, { state: 'withdrawn', person, note: null, result: null });
      }),
    expire: (approvalId) =>
      db.transaction().execute(async (trx) => {
        const row = await trx
          .selectFrom('approvals')
          .selectAll()
          .where('id', '=', approvalId)
          .where('state', '=', 'waiting')
          .where('expires_at', '<=', clock.now())
          .forUpdate()
          .executeTakeFirst();
        if (row !== undefined) await expireApproval(trx, clock, row);
      }),
  };
}

/** A request that nobody signed in time counts as expired from that moment, also before it was marked so. */
export function stateAt(row: Pick<ApprovalsTable, 'state' | 'expires_at'>, now: Date): ApprovalState {
  return row.state === 'waiting' && row.expires_at <= now ? 'expired' : row.state;
}

/** Whether this person could give the second signature, leaving aside whether it is in time. */
export function maySign(
  person: { readonly id: string; readonly roles: readonly string[] },
  row: Pick<ApprovalsTable, 'kind' | 'requested_by' | 'subject'>,
): boolean {
  const permissions = permissionsOf(person.roles);
  return (
    row.requested_by !== person.id &&
    row.subject !== `person:${person.id}` &&
    permissions.includes('approvals.give') &&
    permissions.includes(approvalKind(row.kind).permission)
  );
}

async function lock(trx: Transaction, approvalId: string): Promise<ApprovalsTable> {
  const row = await trx
    .selectFrom('approvals')
    .selectAll()
    .where('id', '=', approvalId)
    .forUpdate()
    .executeTakeFirst();
  if (row === undefined) throw new CodedError('BW-NOT-FOUND', { message: 'There is no such request.' });
  if (row.state !== 'waiting') throw new CodedError('BW-APPROVAL-CONCLUDED');
  return row;
}

async function requireSigner(trx: Transaction, person: Person, row: ApprovalsTable): Promise<void> {
  requirePermission(person.roles, 'approvals.give');
  requirePermission(person.roles, approvalKind(row.kind).permission);
  if (row.case_id !== null && !(await isVisible(trx, person, 'case', row.case_id)))
    throw new CodedError('BW-NOT-FOUND', { message: 'There is no such request.' });
  if (!maySign(person, row)) throw new CodedError('BW-APPROVAL-OWN');
}

/** Who asked, if they still could ask. @throws {CodedError} BW-APPROVAL-STALE */
async function requireRequester(trx: Transaction, row: ApprovalsTable): Promise<Person> {
  const requester = await activePerson(trx, row.requested_by);
  const stillSees =
    requester !== undefined &&
    (row.case_id === null || (await isVisible(trx, requester, 'case', row.case_id)));
  if (!stillSees) throw new CodedError('BW-APPROVAL-STALE');
  return requester;
}

async function activePerson(db: Queryable, personId: string): Promise<Person | undefined> {
  const row = await db
    .selectFrom('people')
    .selectAll()
    .where('id', '=', personId)
    .where('deactivated_at', 'is', null)
    .executeTakeFirst();
  return row && { id: row.id, displayName: row.display_name, roles: row.roles };
}

function executorOf(executors: Readonly<Record<string, Executor<never>>>, kind: string): Executor<never> {
  const executor = executors[kind];
  if (executor === undefined) throw new Error(`nothing carries out ${kind}`);
  return executor;
}
