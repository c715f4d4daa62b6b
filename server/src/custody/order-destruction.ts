import { randomUUID } from 'node:crypto';
import { exhibitById, sealedObjectOf } from '../cases/index.ts';
import {
  CodedError,
  enqueue,
  isUniqueViolation,
  type Clock,
  type Database,
  type Transaction,
} from '../foundation/index.ts';
import { record, type Actor } from '../ledger/index.ts';
import { requireBelievableClock } from './clock-watch.ts';
import { isHeld } from './holds.ts';
import { currentTerm } from './preservation.ts';
import type { RetentionProfile } from './retention-profiles.ts';
import type { DestructionsTable } from './tables.ts';
import type { Term } from './terms.ts';

declare module '../foundation/jobs.ts' {
  interface Jobs {
    'destroy-exhibit': { destructionId: string };
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
 * Orders that an exhibit be destroyed, under the name of a person; a machine only ever proposes it. From the commit on
 * it is carried out, whatever dies in between, unless a hold comes first. Returns the id of the destruction.
 * @throws {CodedError} BW-NOT-FOUND, BW-EXHIBIT-DESTROYED, BW-EXHIBIT-HELD, BW-EXHIBIT-NOT-DUE, BW-CLOCK-DOUBTED,
 *   BW-DESTRUCTION-UNDER-WAY, BW-BODY-INVALID where an authority's request has no reference
 */
export async function orderDestruction(
  deps: OrderDeps,
  actor: Actor,
  order: DestructionOrder,
): Promise<string> {
  if (order.ground === 'authority-request' && order.reference === undefined) {
    const message = 'is needed where an authority asks for it';
    throw new CodedError('BW-BODY-INVALID', { details: [{ path: 'reference', message }] });
  }
  await requireBelievableClock(deps);
  try {
    return await deps.db.transaction().execute((trx) => writeOrder(deps, trx, actor, order));
  } catch (error) {
    if (isUniqueViolation(error, 'destructions_one_under_way'))
      throw new CodedError('BW-DESTRUCTION-UNDER-WAY', { cause: error });
    throw error;
  }
}

async function writeOrder(
  deps: OrderDeps,
  trx: Transaction,
  actor: Actor,
  order: DestructionOrder,
): Promise<string> {
  const { exhibitId } = order;
  await trx.selectFrom('exhibits').select('id').where('id', '=', exhibitId).forUpdate().executeTakeFirst();
  const exhibit = await exhibitById(trx, exhibitId);
  sealedObjectOf(exhibit);
  if (await isHeld(trx, exhibit)) throw new CodedError('BW-EXHIBIT-HELD');
  const term = await currentTerm(trx, deps.profiles, exhibit.case_id);
  if (!mayBeDestroyed(term, order.ground, deps.clock.now())) throw new CodedError('BW-EXHIBIT-NOT-DUE');
  const id = randomUUID();
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
    caseId: exhibit.case_id,
    payload: {
      exhibitId,
      sha256: exhibit.sha256,
      destructionId: id,
      ground: order.ground,
      why: order.why,
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
