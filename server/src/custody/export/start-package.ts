import { exhibitsOfCase } from '../../cases/index.ts';
import { CodedError, type Queryable, type Transaction } from '../../foundation/index.ts';
import { record, type Actor } from '../../ledger/index.ts';
import type { CaseExportsTable } from '../tables.ts';
import { writePackage, type ExportDeps, type PackageSink, type WrittenPackage } from './export-case.ts';

/** A package that may leave, and is in the ledger as having left. */
export interface LeavingPackage {
  readonly ordered: CaseExportsTable;
  /** @throws {CodedError} BW-EXHIBIT-CORRUPT */
  writeTo(sink: PackageSink): Promise<WrittenPackage>;
}

const FETCHED_WITHIN_MS = 7 * 24 * 60 * 60 * 1000;

/** Until when the package of an export may be fetched: signatures do not last for ever. */
export function fetchedUntil(ordered: Pick<CaseExportsTable, 'ordered_at'>): Date {
  return new Date(ordered.ordered_at.getTime() + FETCHED_WITHIN_MS);
}

/**
 * Lets the package of an ordered export leave the house. It is in the ledger for each exhibit, each time, before a byte of
 * it goes. A person fetches their own only; `system` is whoever has the machine, and is bound to an ordered export too.
 * @throws {CodedError} BW-NOT-FOUND, BW-FORBIDDEN for the export of another, BW-EXPORT-LAPSED
 */
export async function startPackage(
  deps: ExportDeps,
  actor: Actor,
  exportId: string,
): Promise<LeavingPackage> {
  const ordered = await deps.db.transaction().execute(async (trx) => {
    const row = await exportById(trx, exportId);
    if (actor.kind === 'person' && !isOf(row, actor.id))
      throw new CodedError('BW-FORBIDDEN', { message: 'Only who ordered an export fetches its package.' });
    if (row.exhibits === null || fetchedUntil(row) <= deps.clock.now())
      throw new CodedError('BW-EXPORT-LAPSED');
    await recordLeaving(trx, actor, row, deps.clock.now());
    return row;
  });
  return { ordered, writeTo: (sink) => writePackage(deps, { ordered, by: actor }, sink) };
}

/** Whether this person ordered the export. */
export function isOf({ ordered_by: by }: Pick<CaseExportsTable, 'ordered_by'>, personId: string): boolean {
  return by.kind === 'person' && by.id === personId;
}

async function exportById(db: Queryable, exportId: string): Promise<CaseExportsTable> {
  const row = await db.selectFrom('case_exports').selectAll().where('id', '=', exportId).executeTakeFirst();
  if (row === undefined) throw new CodedError('BW-NOT-FOUND', { message: 'There is no such export.' });
  return row;
}

async function recordLeaving(
  trx: Transaction,
  actor: Actor,
  row: CaseExportsTable,
  now: Date,
): Promise<void> {
  const { id: exportId, case_id: caseId, recipient, why, links } = row;
  const leaving = (await exhibitsOfCase(trx, caseId)).filter(
    (one) => one.destroyed_at === null && row.exhibits?.includes(one.id) === true,
  );
  const about = { at: now, actor, caseId };
  for (const { id: exhibitId, sha256 } of leaving)
    await record(trx, {
      ...about,
      type: 'exhibit.exported',
      payload: { exhibitId, sha256, exportId, recipient, why },
    });
  const payload = { caseId, exportId, recipient, exhibits: leaving.length, links };
  await record(trx, { ...about, type: 'case.exported', payload });
}
