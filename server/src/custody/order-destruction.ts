import { randomUUID } from 'node:crypto';
import {
  permissionsOf,
  withSecondPerson,
  type Executor,
  type Outcome,
  type Person,
} from '../access/index.ts';
import { caseSummary, exhibitById, sealedObjectOf, type ExhibitsTable } from '../cases/index.ts';
import { CodedError, enqueue, type Clock, type Database, type Transaction } from '../foundation/index.ts';
import { record, type Actor } from '../ledger/index.ts';
import { requireBelievableClock, watchClock } from './clock-watch.ts';
import { isHeld } from './holds.ts';
import { currentTerm } from './preservation.ts';
import type { RetentionProfile } from './retention-profiles.ts';
import type { SignedBy } from './signed-by.ts';
import type { DestructionsTable } from './tables.ts';
import type { Term } from './terms.ts';

declare module '../foundation/jobs.ts' {
  interface Jobs {
    'destroy-exhibit': { destructionId: string };
  }
}

declare module '../access/approval-request.ts' {
  interface ApprovalPayloads {
    /** With what the exhibit was when it was asked for, for the one who signs. */
    'exhibits.destroy': DestructionOrder & {
      caseId: string | null;
      caseNumber: number | null;
      sha256: string;
      preserveUntil: string | null;
    };
  }
}

export interface OrderDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly profiles: readonly RetentionProfile[];
}

export interface DestructionOrder {
  readonly exhibitId: string;
  /** `authority-request`: a law-enforcement agency asks for it (18 U.S.C. 2258B), under `reference`. */
  readonly ground: DestructionsTable['ground'];
  readonly reference?: string | undefined;
  readonly why: string;
}

/**
 * Orders that an exhibit be destroyed, under the name of a person; a machine only ever proposes it. It waits for the
 * second signature. Once ordered it is carried out, whatever dies in between, unless a hold comes first. Returns the id
 * of the destruction, or of the request that waits.
 * @throws {CodedError} BW-NOT-FOUND, BW-EXHIBIT-DESTROYED, BW-EXHIBIT-HELD, BW-EXHIBIT-NOT-DUE, BW-CLOCK-DOUBTED,
 *   BW-DESTRUCTION-UNDER-WAY, BW-APPROVAL-WAITING, BW-BODY-INVALID where an authority's request has no reference
 */
export async function orderDestruction(
  deps: OrderDeps,
  person: Person,
  order: DestructionOrder,
): Promise<Outcome<string>> {
  if (order.ground === 'authority-request' && order.reference === undefined) {
    const message = 'is needed where an authority asks for it';
    throw new CodedError('BW-BODY-INVALID', { details: [{ path: 'reference', message }] });
  }
  await requireBelievableClock(deps);
  return deps.db.transaction().execute(async (trx) => {
    // Not locked yet: a signature locks the request first and then the exhibit, and this must not go the other way.
    const { exhibit, term } = await requireDestroyable(deps, trx, order);
    const caseId = exhibit.case_id;
    return withSecondPerson(
      trx,
      deps.clock,
      {
        kind: 'exhibits.destroy',
        payload: {
          ...order,
          caseId,
          caseNumber: caseId === null ? null : (await caseSummary(trx, caseId)).number,
          sha256: exhibit.sha256,
          preserveUntil: term.preserveUntil?.toISOString() ?? null,
        },
        requestedBy: person,
        reason: order.why,
        subject: `exhibit:${exhibit.id}`,
        ...(caseId === null ? {} : { caseId }),
      },
      () => writeOrder(deps, trx, { orderedBy: person, approvedBy: null }, order),
    );
  });
}

/**
 * Carries out `exhibits.destroy`: looks at everything again, as holds, terms and the clock may be others than when it was
 * asked for, and orders it under the names of both.
 */
export function destroyOnceSigned(deps: Omit<OrderDeps, 'db'>): Executor<'exhibits.destroy'> {
  return {
    async execute(trx, payload, { requestedBy, approvedBy }) {
      if (!permissionsOf(requestedBy.roles).includes('exhibits.destroy'))
        throw new CodedError('BW-APPROVAL-STALE');
      // A finding is lost with the signature that is refused; the hourly look at the clock keeps it.
      if ((await watchClock(trx, deps.clock)) !== null) throw new CodedError('BW-CLOCK-DOUBTED');
      const { case_id: caseId } = await exhibitById(trx, payload.exhibitId);
      if (caseId !== payload.caseId) throw new CodedError('BW-APPROVAL-STALE');
      return { destructionId: await writeOrder(deps, trx, { orderedBy: requestedBy, approvedBy }, payload) };
    },
  };
}

/** @throws {CodedError} what stands in the way of destroying it now */
async function requireDestroyable(
  deps: Omit<OrderDeps, 'db'>,
  trx: Transaction,
  { exhibitId, ground }: DestructionOrder,
): Promise<{ readonly exhibit: ExhibitsTable; readonly term: Term }> {
  const exhibit = await exhibitById(trx, exhibitId);
  sealedObjectOf(exhibit);
  if (await isUnderWay(trx, exhibitId)) throw new CodedError('BW-DESTRUCTION-UNDER-WAY');
  if (await isHeld(trx, exhibit)) throw new CodedError('BW-EXHIBIT-HELD');
  const term = await currentTerm(trx, deps.profiles, exhibit.case_id);
  if (!mayBeDestroyed(term, ground, deps.clock.now())) throw new CodedError('BW-EXHIBIT-NOT-DUE');
  return { exhibit, term };
}

async function isUnderWay(trx: Transaction, exhibitId: string): Promise<boolean> {
  const row = await trx
    .selectFrom('destructions')
    .select('id')
    .where('exhibit_id', '=', exhibitId)
    .where('status', '<>', 'halted')
    .executeTakeFirst();
  return row !== undefined;
}

async function writeOrder(
  deps: Omit<OrderDeps, 'db'>,
  trx: Transaction,
  by: SignedBy,
  order: DestructionOrder,
): Promise<string> {
  const { exhibitId } = order;
  await trx.selectFrom('exhibits').select('id').where('id', '=', exhibitId).forUpdate().executeTakeFirst();
  const { exhibit, term } = await requireDestroyable(deps, trx, order);
  const id = randomUUID();
  const actor: Actor = { kind: 'person', id: by.orderedBy.id };
  const signer: Actor | null = by.approvedBy && { kind: 'person', id: by.approvedBy.id };
  await trx
    .insertInto('destructions')
    .values({
      id,
      exhibit_id: exhibitId,
      case_id: exhibit.case_id,
      sha256: exhibit.sha256,
      bytes: exhibit.bytes,
      ground: order.ground,
      reference: order.reference ?? null,
      why: order.why,
      basis: JSON.stringify(term.because) as never,
      ordered_by: JSON.stringify(actor) as never,
      approved_by: signer && (JSON.stringify(signer) as never),
      ordered_at: deps.clock.now(),
      status: 'ordered',
      halted_because: null,
      stored_as: null,
      key_erased_at: null,
      destroyed_at: null,
      event_id: null,
      certificate: null,
    })
    .execute();
  await record(trx, {
    type: 'exhibit.destruction-ordered',
    at: deps.clock.now(),
    actor,
    ...(exhibit.case_id === null ? {} : { caseId: exhibit.case_id }),
    payload: {
      exhibitId,
      sha256: exhibit.sha256,
      destructionId: id,
      ground: order.ground,
      why: order.why,
      ...(by.approvedBy && { approvedBy: by.approvedBy.id }),
    },
  });
  await enqueue(trx, 'destroy-exhibit', { destructionId: id }, inTurn(id));
  return id;
}

/** Whether a term, or an authority's word against it, allows destruction. A report that is to be filed never does. */
export function mayBeDestroyed(term: Term, ground: DestructionsTable['ground'], now: Date): boolean {
  if (ground === 'authority-request') return term.because.every(({ rule }) => rule !== 'report-pending');
  return term.preserveUntil !== null && term.preserveUntil <= now;
}

/** One job at a time for each destruction. */
export function inTurn(destructionId: string): { key: string; queue: string } {
  return { key: `destroy:${destructionId}`, queue: `destroy:${destructionId}` };
}
