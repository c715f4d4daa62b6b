import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { CodedError, enqueue, type Clock, type Transaction } from '../foundation/index.ts';
import { record, type Actor } from '../ledger/index.ts';
import { priorityOf, type PriorityFacts } from './priority.ts';
import type { CaseRow } from './tables.ts';

const SYSTEM: Actor = { kind: 'system', part: 'cases' };

declare module '../foundation/jobs.ts' {
  interface Jobs {
    /** Something happened from which the terms of preservation of a case run. */
    'compute-preservation': { caseId: string };
  }
}

/** What of a case is not known to this folder and weighs in its priority. */
export type ReportedFacts = Pick<PriorityFacts, 'userReports' | 'vouchedFor' | 'harms'>;

export interface Joining {
  readonly userReportId: string;
  readonly serviceId: string;
  readonly groupId: string;
  readonly exhibitIds: readonly string[];
  readonly senderOfReportedMessage: string | null;
  readonly accountIds: readonly string[];
  readonly reporterId: string | null;
}

/**
 * Puts a user report into the open case of its group, which is opened if there is none, and returns the case.
 * `weigh` tells the facts of all user reports of the case, this one included, once it is known which case that is.
 */
export async function joinOrOpenCase(
  trx: Transaction,
  clock: Clock,
  joining: Joining,
  weigh: (caseId: string) => Promise<ReportedFacts>,
): Promise<CaseRow> {
  const { found, opened } = await openCaseOf(trx, clock, joining);
  if (joining.exhibitIds.length > 0) {
    await trx
      .updateTable('exhibits')
      .set({ case_id: found.id })
      .where('id', 'in', joining.exhibitIds)
      .execute();
  }
  await joinAccounts(trx, found.id, joining);
  const priority = priorityOf({ ...(await weigh(found.id)), ...(await verdictCounts(trx, found.id)) });
  const updated = await trx
    .updateTable('cases')
    .set({
      priority: priority.value,
      priority_reasons: JSON.stringify(priority.reasons) as never,
      updated_at: clock.now(),
    })
    .where('id', '=', found.id)
    .returningAll()
    .executeTakeFirstOrThrow();
  if (opened) {
    await record(trx, {
      type: 'case.opened',
      at: clock.now(),
      actor: SYSTEM,
      caseId: found.id,
      payload: { caseId: found.id, number: found.number, groupId: joining.groupId, priority: priority.value },
    });
  }
  await record(trx, {
    type: 'case.user-report-joined',
    at: clock.now(),
    actor: SYSTEM,
    caseId: found.id,
    payload: { caseId: found.id, userReportId: joining.userReportId, priority: priority.value },
  });
  return updated;
}

/** The open case of a group, locked, or a new one. */
export async function openCaseOf(
  trx: Transaction,
  clock: Clock,
  joining: Pick<Joining, 'serviceId' | 'groupId'>,
): Promise<{ found: CaseRow; opened: boolean }> {
  // Reports about one group take turns here, so that no two of them open a case for it.
  await trx
    .selectFrom('groups')
    .select('id')
    .where('id', '=', joining.groupId)
    .forNoKeyUpdate()
    .executeTakeFirstOrThrow();
  const found = await trx
    .selectFrom('cases')
    .selectAll()
    .where('group_id', '=', joining.groupId)
    .where('status', '=', 'open')
    .forUpdate()
    .executeTakeFirst();
  if (found !== undefined) return { found, opened: false };
  const opened = await trx
    .insertInto('cases')
    .values({
      id: randomUUID(),
      service_id: joining.serviceId,
      group_id: joining.groupId,
      status: 'open',
      priority: 0,
      priority_reasons: '[]' as never,
      opened_at: clock.now(),
      updated_at: clock.now(),
      closed_at: null,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  return { found: opened, opened: true };
}

async function joinAccounts(trx: Transaction, caseId: string, joining: Joining): Promise<void> {
  const { senderOfReportedMessage, reporterId } = joining;
  const ids = new Set([...joining.accountIds, senderOfReportedMessage, reporterId]);
  // In one order everywhere, and as one parameter, however many there are.
  const sorted = [...ids].filter((accountId) => accountId !== null).toSorted();
  await sql`
    INSERT INTO case_accounts (case_id, account_id, sent_reported_message, reporter)
    SELECT ${caseId}::uuid, account_id,
      account_id IS NOT DISTINCT FROM ${senderOfReportedMessage}::uuid,
      account_id IS NOT DISTINCT FROM ${reporterId}::uuid
    FROM unnest(${sorted}::uuid[]) AS joining (account_id)
    ON CONFLICT (case_id, account_id) DO UPDATE SET
      sent_reported_message = case_accounts.sent_reported_message OR excluded.sent_reported_message,
      reporter = case_accounts.reporter OR excluded.reporter`.execute(trx);
}

/** Weighs an open case anew after something in it has changed; what that did to its place in the queue is recorded. */
export async function reweighCase(
  trx: Transaction,
  clock: Clock,
  caseId: string,
  facts: ReportedFacts,
): Promise<number> {
  const found = await lockCase(trx, caseId);
  const priority = priorityOf({ ...facts, ...(await verdictCounts(trx, caseId)) });
  if (
    priority.value === found.priority &&
    JSON.stringify(priority.reasons) === JSON.stringify(found.priority_reasons)
  )
    return priority.value;
  await trx
    .updateTable('cases')
    .set({
      priority: priority.value,
      priority_reasons: JSON.stringify(priority.reasons) as never,
      updated_at: clock.now(),
    })
    .where('id', '=', caseId)
    .execute();
  if (priority.value !== found.priority) {
    await record(trx, {
      type: 'case.priority-changed',
      at: clock.now(),
      actor: SYSTEM,
      caseId,
      payload: { caseId, priority: priority.value },
    });
  }
  return priority.value;
}

async function verdictCounts(
  trx: Transaction,
  caseId: string,
): Promise<Pick<PriorityFacts, 'knownMatches' | 'unscanned'>> {
  const rows = await trx
    .selectFrom('exhibits')
    .where('case_id', '=', caseId)
    .groupBy('verdict')
    .select((expression) => ['verdict', expression.fn.countAll<number>().as('count')])
    .execute();
  const count = (verdict: string) => rows.find((row) => row.verdict === verdict)?.count ?? 0;
  return { knownMatches: count('match'), unscanned: count('unscanned') };
}

/** The case, locked until the transaction ends. @throws {CodedError} BW-NOT-FOUND */
export async function lockCase(trx: Transaction, caseId: string): Promise<CaseRow> {
  const row = await trx
    .selectFrom('cases')
    .selectAll()
    .where('id', '=', caseId)
    .forUpdate()
    .executeTakeFirst();
  if (row === undefined) throw new CodedError('BW-NOT-FOUND', { message: 'There is no such case.' });
  return row;
}

/** Closes a locked case because of a decision. */
export async function closeCase(
  trx: Transaction,
  clock: Clock,
  actor: Actor,
  options: { readonly caseId: string; readonly decisionId: string },
): Promise<void> {
  await trx
    .updateTable('cases')
    .set({ status: 'closed', closed_at: clock.now(), updated_at: clock.now() })
    .where('id', '=', options.caseId)
    .execute();
  await record(trx, {
    type: 'case.closed',
    at: clock.now(),
    actor,
    caseId: options.caseId,
    payload: options,
  });
  await enqueue(trx, 'compute-preservation', { caseId: options.caseId });
}
