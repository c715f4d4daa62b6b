import { approvalById, listPeople, type Person } from '../../access/index.ts';
import { CodedError } from '../../foundation/index.ts';
import type { Approval } from '../contract/index.ts';
import type { ApiDeps } from '../deps.ts';
import { presentApproval } from '../present-approvals.ts';

/** A request as the person may see it; the answer of what now waits. @throws {CodedError} BW-NOT-FOUND */
export async function awaited(
  { db, clock }: Pick<ApiDeps, 'db' | 'clock'>,
  person: Person,
  approvalId: string,
): Promise<Approval> {
  const row = await approvalById(db, person, approvalId);
  if (row === undefined) throw new CodedError('BW-NOT-FOUND', { message: 'There is no such request.' });
  return presentApproval(row, person, clock.now(), await namesOfPeople(db));
}

export async function namesOfPeople(db: ApiDeps['db']): Promise<Map<string, string>> {
  return new Map((await listPeople(db)).map((row) => [row.id, row.display_name]));
}
