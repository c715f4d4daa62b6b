import { isVisible, permissionsOf, personById, requirePermission, type Person } from '../access/index.ts';
import { CodedError, type Clock, type Database } from '../foundation/index.ts';
import { record } from '../ledger/index.ts';
import { lockCase } from './cases.ts';

/**
 * Says who works on an open case. Anyone who reads cases takes what is nobody's and gives back what is theirs; all else is
 * for a lead.
 * @throws {CodedError} BW-NOT-FOUND, BW-CASE-CLOSED, BW-FORBIDDEN, BW-PERSON-UNFIT
 */
export function assignCase(
  deps: { readonly db: Database; readonly clock: Clock },
  by: Person,
  caseId: string,
  personId: string | null,
): Promise<void> {
  const { db, clock } = deps;
  return db.transaction().execute(async (trx) => {
    const found = await lockCase(trx, caseId);
    if (found.status === 'closed') throw new CodedError('BW-CASE-CLOSED');
    const before = found.assignee_id;
    if (before === personId) return;
    const own = [before, personId].every((id) => id === null || id === by.id);
    if (!own) requirePermission(by.roles, 'cases.assign');
    if (personId !== null) {
      const person = await personById(trx, personId);
      const fit =
        person.deactivated_at === null &&
        permissionsOf(person.roles).includes('cases.read') &&
        (await isVisible(trx, person, 'case', caseId));
      if (!fit) throw new CodedError('BW-PERSON-UNFIT');
    }
    await trx
      .updateTable('cases')
      .set({ assignee_id: personId, updated_at: clock.now() })
      .where('id', '=', caseId)
      .execute();
    await record(trx, {
      type: 'case.assigned',
      at: clock.now(),
      actor: { kind: 'person', id: by.id },
      caseId,
      payload: { caseId, personId, before },
    });
  });
}
