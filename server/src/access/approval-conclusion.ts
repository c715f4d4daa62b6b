import type { Clock, Transaction } from '../foundation/index.ts';
import { record, type Actor } from '../ledger/index.ts';
import type { Person } from './people.ts';
import type { ApprovalsTable } from './tables.ts';

/** Ends a locked request in a person's name, and records it. */
export async function concludeApproval(
  trx: Transaction,
  clock: Clock,
  row: ApprovalsTable,
  conclusion: {
    readonly state: 'approved' | 'refused' | 'withdrawn';
    readonly person: Person;
    readonly note: string | null;
    readonly result: object | null;
  },
): Promise<void> {
  const { state, person, note, result } = conclusion;
  await trx
    .updateTable('approvals')
    .set({
      state,
      concluded_by: person.id,
      concluded_at: clock.now(),
      note,
      result: result === null ? null : JSON.stringify(result),
    })
    .where('id', '=', row.id)
    .execute();
  const about = { approvalId: row.id, kind: row.kind };
  const actor: Actor = { kind: 'person', id: person.id };
  const event = { at: clock.now(), actor, ...(row.case_id === null ? {} : { caseId: row.case_id }) };
  const signed = { ...about, requestedBy: row.requested_by };
  switch (state) {
    case 'approved':
      await record(trx, { type: 'approval.given', ...event, payload: signed });
      return;
    case 'refused':
      await record(trx, { type: 'approval.refused', ...event, payload: signed });
      return;
    case 'withdrawn':
      await record(trx, { type: 'approval.withdrawn', ...event, payload: about });
  }
}

/** Ends a locked request whose time is over, and records it. */
export async function expireApproval(trx: Transaction, clock: Clock, row: ApprovalsTable): Promise<void> {
  await trx
    .updateTable('approvals')
    .set({ state: 'expired', concluded_at: clock.now() })
    .where('id', '=', row.id)
    .execute();
  await record(trx, {
    type: 'approval.expired',
    at: clock.now(),
    actor: { kind: 'system', part: 'access' },
    ...(row.case_id === null ? {} : { caseId: row.case_id }),
    payload: { approvalId: row.id, kind: row.kind },
  });
}
