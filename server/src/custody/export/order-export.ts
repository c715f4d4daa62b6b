import { randomUUID } from 'node:crypto';
import {
  permissionsOf,
  withSecondPerson,
  type Executor,
  type Outcome,
  type Person,
} from '../../access/index.ts';
import { caseSummary, exhibitsOfCase, lockCase } from '../../cases/index.ts';
import {
  CodedError,
  type Clock,
  type Database,
  type Queryable,
  type Transaction,
} from '../../foundation/index.ts';
import { record, type Actor } from '../../ledger/index.ts';
import type { SignedBy } from '../signed-by.ts';
import type { CaseExportsTable } from '../tables.ts';
import { encrypterTo } from './recipient.ts';

export interface ExportOrder {
  readonly caseId: string;
  /** The recipient's age public key. */
  readonly recipient: string;
  readonly why: string;
  /** `included` only where the package is addressed to whoever acts on the links, as a report is. */
  readonly links: 'withheld' | 'included';
}

interface SignedOrder extends ExportOrder {
  readonly caseNumber: number;
  /** Those that may leave: what joins the case later was not signed. */
  readonly exhibits: readonly string[];
}

declare module '../../access/approval-request.ts' {
  interface ApprovalPayloads {
    'originals.export': SignedOrder;
  }
}

/**
 * Orders an export, which waits for the second signature. Nothing leaves the house by it: whoever ordered it fetches the
 * package afterwards, with `startPackage`. Returns the export, or the id of the request that waits.
 * @throws {CodedError} BW-NOT-FOUND, BW-RECIPIENT-INVALID, BW-APPROVAL-WAITING
 */
export async function orderExport(
  deps: { readonly db: Database; readonly clock: Clock },
  person: Person,
  order: ExportOrder,
): Promise<Outcome<CaseExportsTable>> {
  const { caseId, recipient, why, links } = order;
  if (encrypterTo(recipient) === null) throw new CodedError('BW-RECIPIENT-INVALID');
  return deps.db.transaction().execute(async (trx) => {
    const { number: caseNumber } = await caseSummary(trx, caseId);
    const payload = { caseId, recipient, why, links, caseNumber, exhibits: await idsThere(trx, caseId) };
    return withSecondPerson(
      trx,
      deps.clock,
      {
        kind: 'originals.export',
        payload,
        requestedBy: person,
        reason: why,
        subject: `case:${caseId}`,
        caseId,
      },
      () => writeExport(trx, deps.clock, { orderedBy: person, approvedBy: null }, payload),
    );
  });
}

/** Carries out `originals.export`: who asked may fetch the package from now on. */
export function exportOnceSigned(clock: Clock): Executor<'originals.export'> {
  return {
    async execute(trx, payload, { requestedBy, approvedBy }) {
      if (!permissionsOf(requestedBy.roles).includes('cases.export'))
        throw new CodedError('BW-APPROVAL-STALE');
      const { id } = await writeExport(trx, clock, { orderedBy: requestedBy, approvedBy }, payload);
      return { exportId: id };
    },
  };
}

async function writeExport(
  trx: Transaction,
  clock: Clock,
  by: SignedBy,
  order: SignedOrder,
): Promise<CaseExportsTable> {
  const { caseId, recipient, why, links, exhibits } = order;
  const now = clock.now();
  await lockCase(trx, caseId);
  const actor: Actor = { kind: 'person', id: by.orderedBy.id };
  const signer: Actor | null = by.approvedBy && { kind: 'person', id: by.approvedBy.id };
  const row = await trx
    .insertInto('case_exports')
    .values({
      id: randomUUID(),
      case_id: caseId,
      recipient,
      why,
      links,
      ordered_by: JSON.stringify(actor) as never,
      approved_by: signer && (JSON.stringify(signer) as never),
      exhibits: JSON.stringify(exhibits) as never,
      ordered_at: now,
      manifest_sha256: null,
      completed_at: null,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  await record(trx, {
    type: 'case.export-ordered',
    at: now,
    actor,
    caseId,
    payload: {
      caseId,
      exportId: row.id,
      recipient,
      exhibits: exhibits.length,
      links,
      why,
      ...(by.approvedBy && { approvedBy: by.approvedBy.id }),
    },
  });
  return row;
}

async function idsThere(db: Queryable, caseId: string): Promise<string[]> {
  const exhibits = await exhibitsOfCase(db, caseId);
  return exhibits.filter((one) => one.destroyed_at === null).map(({ id }) => id);
}
