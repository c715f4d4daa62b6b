import { bringForward, lockCase, reweighCase, type ExhibitsTable } from '../cases/index.ts';
import type { Clock, Transaction } from '../foundation/index.ts';
import { reportedFacts } from './reported-facts.ts';

/**
 * Weighs the case of an exhibit anew whose verdict has changed. If that case is closed and the exhibit is known material
 * only now, it is brought before people again in the open case of its group.
 */
export async function raiseCase(
  trx: Transaction,
  clock: Clock,
  exhibit: Pick<ExhibitsTable, 'id' | 'case_id'>,
  became: 'match' | 'other',
): Promise<void> {
  // It is weighed when its report joins a case.
  if (exhibit.case_id === null) return;
  const found = await lockCase(trx, exhibit.case_id);
  if (found.status === 'open') {
    await reweighCase(trx, clock, found.id, await reportedFacts(trx, found.id));
    return;
  }
  if (became === 'other') return;
  const { caseId } = await bringForward(trx, clock, exhibit.id, found.id);
  await reweighCase(trx, clock, caseId, await reportedFacts(trx, caseId));
}
