import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { Clock, Transaction } from '../foundation/index.ts';
import { record, type Actor } from '../ledger/index.ts';
import { lockCase, openCaseOf } from './cases.ts';

const SYSTEM: Actor = { kind: 'system', part: 'cases' };

/**
 * Brings an exhibit of a closed case, of which more is known now, before people again: a copy of it, of the same sealed
 * object, stands in the group's open case, which is opened if there is none. The closed case stays as it was decided.
 * Returns the open case and the copy.
 */
export async function bringForward(
  trx: Transaction,
  clock: Clock,
  exhibitId: string,
  fromCaseId: string,
): Promise<{ caseId: string; exhibitId: string }> {
  const from = await lockCase(trx, fromCaseId);
  const { found, opened } = await openCaseOf(trx, clock, {
    serviceId: from.service_id,
    groupId: from.group_id,
  });
  const copyId = randomUUID();
  // Whatever columns there are: only these differ.
  await sql`
    INSERT INTO exhibits
    SELECT (jsonb_populate_record(earlier, jsonb_build_object('id', ${copyId}::uuid, 'case_id', ${found.id}::uuid))).*
    FROM exhibits earlier WHERE id = ${exhibitId}::uuid`.execute(trx);
  await sql`
    INSERT INTO signals
    SELECT (jsonb_populate_record(earlier, jsonb_build_object('id', gen_random_uuid(), 'exhibit_id', ${copyId}::uuid))).*
    FROM signals earlier WHERE exhibit_id = ${exhibitId}::uuid`.execute(trx);
  await sql`
    INSERT INTO case_accounts
    SELECT (jsonb_populate_record(earlier, jsonb_build_object('case_id', ${found.id}::uuid))).*
    FROM case_accounts earlier WHERE case_id = ${fromCaseId}::uuid ORDER BY account_id
    ON CONFLICT (case_id, account_id) DO UPDATE SET
      sent_reported_message = case_accounts.sent_reported_message OR excluded.sent_reported_message,
      reporter = case_accounts.reporter OR excluded.reporter`.execute(trx);
  if (opened) {
    await hideAlike(trx, fromCaseId, found.id);
    await record(trx, {
      type: 'case.opened',
      at: clock.now(),
      actor: SYSTEM,
      caseId: found.id,
      payload: { caseId: found.id, number: found.number, groupId: from.group_id, priority: found.priority },
    });
  }
  await record(trx, {
    type: 'exhibit.brought-forward',
    at: clock.now(),
    actor: SYSTEM,
    caseId: found.id,
    payload: { exhibitId: copyId, fromExhibitId: exhibitId, fromCaseId },
  });
  return { caseId: found.id, exhibitId: copyId };
}

/** From whom the closed case is hidden, the new one is as well. */
async function hideAlike(trx: Transaction, fromCaseId: string, toCaseId: string): Promise<void> {
  await sql`
    INSERT INTO restricted_cases
    SELECT (jsonb_populate_record(earlier, jsonb_build_object('case_id', ${toCaseId}::uuid))).*
    FROM restricted_cases earlier WHERE case_id = ${fromCaseId}::uuid`.execute(trx);
  await sql`
    INSERT INTO case_access
    SELECT (jsonb_populate_record(earlier, jsonb_build_object('case_id', ${toCaseId}::uuid))).*
    FROM case_access earlier WHERE case_id = ${fromCaseId}::uuid`.execute(trx);
  await sql`
    INSERT INTO exclusions
    SELECT (jsonb_populate_record(
      earlier, jsonb_build_object('id', gen_random_uuid(), 'case_id', ${toCaseId}::uuid))).*
    FROM exclusions earlier WHERE case_id = ${fromCaseId}::uuid`.execute(trx);
}
