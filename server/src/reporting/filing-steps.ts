import { mediaTypeOf, sealedObjectOf } from '../cases/index.ts';
import { enqueue, type Clock, type Database } from '../foundation/index.ts';
import { record } from '../ledger/index.ts';
import type { DecisionRow } from '../review/index.ts';
import type { Vault } from '../vault/index.ts';
import type { CyberTipline } from './authority.ts';
import { composeFileDetails, composeReport } from './compose.ts';
import {
  checkFileDetails,
  checkReport,
  CyberTiplineError,
  type CyberTiplineClient,
  type Problem,
} from './cybertipline/index.ts';
import { about, type NextStep, type Settle } from './filing-journal.ts';
import type { ReportFilesTable, ReportsTable } from './tables.ts';

export interface StepDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly vault: Vault;
}

export type Configured = Exclude<CyberTipline, { environment: 'unconfigured' }>;

interface Sending {
  readonly report: ReportsTable;
  readonly decision: DecisionRow;
  readonly next: NextStep;
}

/** Puts together what the step sends. What fails here has not left the house; what fails in the sending may have. */
export async function prepare(
  deps: StepDeps,
  authority: Configured,
  sending: Sending,
): Promise<() => Promise<Settle>> {
  const { report, decision, next } = sending;
  const { client } = authority;
  switch (next.step) {
    case 'submit': {
      const document = await composeReport(deps.db, decision, authority.reporterEmail);
      refuse(checkReport(document, { now: deps.clock.now() }));
      return async () => opened(report, (await client.submit(document)).reportId);
    }
    case 'upload': {
      const file = await fileOf(deps, next.file);
      return async () => {
        const { fileId } = await client.upload(openedId(report), file);
        return uploaded(deps, report, next.file, fileId);
      };
    }
    case 'fileinfo': {
      const ids = { reportId: openedId(report), fileId: next.file.file_id ?? '' };
      const details = await composeFileDetails(deps.db, decision, next.file, ids);
      refuse(checkFileDetails(details, { now: deps.clock.now() }));
      return async () => {
        await client.fileInfo(details);
        return setFile(next.file, { described: true, viewed_in_full: details.fileViewedByEsp });
      };
    }
    case 'finish':
      return async () => {
        await finishOnce(client, openedId(report));
        return filed(deps, report);
      };
    case 'retract':
      return async () => {
        await retractOnce(client, openedId(report));
        return startedOver(deps, report, 'a step was interrupted and may or may not have arrived');
      };
  }
}

/** "Already finished" can only mean that an earlier finishing, whose answer was lost, had arrived. */
async function finishOnce(client: CyberTiplineClient, externalId: string): Promise<void> {
  try {
    await client.finish(externalId);
  } catch (error) {
    if (error instanceof CyberTiplineError && error.kind === 'already-finished') return;
    throw error;
  }
}

/** Gone is gone, whoever or whatever took it back. */
async function retractOnce(client: CyberTiplineClient, externalId: string): Promise<void> {
  try {
    await client.retract(externalId);
  } catch (error) {
    if (
      error instanceof CyberTiplineError &&
      (error.kind === 'already-retracted' || error.kind === 'not-found')
    )
      return;
    throw error;
  }
}

async function fileOf(
  deps: StepDeps,
  file: ReportFilesTable,
): Promise<{ name: string; mediaType: string; bytes: Uint8Array }> {
  const exhibit = await deps.db
    .selectFrom('exhibits')
    .selectAll()
    .where('id', '=', file.exhibit_id)
    .executeTakeFirstOrThrow();
  const bytes = await deps.vault.open(deps.db, sealedObjectOf(exhibit));
  const kind = exhibit.decoded_as;
  return {
    // The original name goes into the description of the file; here it could break the form's headers.
    name: kind === null ? exhibit.id : `${exhibit.id}.${kind}`,
    mediaType: mediaTypeOf(exhibit) ?? 'application/octet-stream',
    bytes,
  };
}

function openedId(report: ReportsTable): string {
  if (report.external_id === null) throw new Error('a step was taken on a report that is not open');
  return report.external_id;
}

/** The document would be refused; its message says why, for a person. */
export class RefusedDocument extends Error {}

function refuse(problems: readonly Problem[]): void {
  const errors = problems.filter((problem) => problem.severity === 'error');
  if (errors.length === 0) return;
  throw new RefusedDocument(errors.map(({ path, message }) => `${path}: ${message}`).join(' '));
}

function opened(report: ReportsTable, externalId: string): Settle {
  return async (trx) => {
    await trx.updateTable('reports').set({ external_id: externalId }).where('id', '=', report.id).execute();
  };
}

function setFile(file: ReportFilesTable, values: Partial<ReportFilesTable>): Settle {
  return async (trx) => {
    await trx
      .updateTable('report_files')
      .set(values)
      .where('report_id', '=', file.report_id)
      .where('exhibit_id', '=', file.exhibit_id)
      .execute();
  };
}

/** The exhibit has left the house: its chain of custody goes on elsewhere. */
function uploaded(deps: StepDeps, report: ReportsTable, file: ReportFilesTable, fileId: string): Settle {
  return async (trx) => {
    await setFile(file, { file_id: fileId })(trx);
    const { sha256 } = await trx
      .selectFrom('exhibits')
      .select('sha256')
      .where('id', '=', file.exhibit_id)
      .executeTakeFirstOrThrow();
    await record(trx, {
      ...about(deps, report),
      actor: { kind: 'person', id: report.filed_by },
      type: 'exhibit.transferred',
      payload: {
        exhibitId: file.exhibit_id,
        sha256,
        reportId: report.id,
        authority: report.authority,
        environment: report.environment,
        fileId,
      },
    });
  };
}

function filed(deps: StepDeps, report: ReportsTable): Settle {
  return async (trx) => {
    const now = deps.clock.now();
    await trx
      .updateTable('reports')
      .set({ status: 'filed', filed_at: now, problem: null, failures: 0 })
      .where('id', '=', report.id)
      .execute();
    await record(trx, {
      ...about(deps, report),
      type: 'report.filed',
      payload: { reportId: report.id, externalId: openedId(report), environment: report.environment },
    });
    await enqueue(trx, 'compute-preservation', { caseId: report.case_id });
  };
}

/** The report begins anew, under a number yet to come. */
export function startedOver(deps: StepDeps, report: ReportsTable, because: string): Settle {
  return async (trx) => {
    await trx.updateTable('reports').set({ external_id: null }).where('id', '=', report.id).execute();
    await trx
      .updateTable('report_files')
      .set({ file_id: null, described: false, viewed_in_full: null })
      .where('report_id', '=', report.id)
      .execute();
    await record(trx, {
      ...about(deps, report),
      type: 'report.restarted',
      payload: { reportId: report.id, because },
    });
  };
}
