import { exhibitById } from '../cases/index.ts';
import { enqueue, type Database, type Transaction } from '../foundation/index.ts';
import { record, type Actor } from '../ledger/index.ts';
import type { Vault } from '../vault/index.ts';
import { actorName } from './actor-names.ts';
import type { Certificate } from './certificate.ts';
import { requireBelievableClock } from './clock-watch.ts';
import { isHeld } from './holds.ts';
import { inTurn, mayBeDestroyed, type OrderDeps } from './order-destruction.ts';
import { currentTerm } from './preservation.ts';
import type { DestructionsTable } from './tables.ts';

export interface DestructionDeps extends OrderDeps {
  readonly vault: Vault;
}

const SYSTEM: Actor = { kind: 'system', part: 'custody' };

/**
 * Carries an ordered destruction out, from wherever it stands:
 * - `ordered`: nothing is gone yet. One transaction looks again at hold and term, takes the exhibit its object and erases
 *   the wrapped key, or halts;
 * - `erased`: nobody can open it any more. The sealed bytes are removed, which may be done again;
 * - then event and certificate are written in one transaction, and it is `destroyed`.
 * Killed at any instant, it goes on from there; no step undoes another.
 */
export async function carryOutDestruction(deps: DestructionDeps, destructionId: string): Promise<void> {
  const found = await destructionById(deps.db, destructionId);
  if (found.status === 'ordered') await requireBelievableClock(deps);
  const erased = await deps.db.transaction().execute((trx) => eraseKey(deps, trx, destructionId));
  if (erased?.status !== 'erased') return;
  if (erased.stored_as !== null) await deps.vault.removeSealed([erased.stored_as]);
  await deps.db.transaction().execute((trx) => certify(deps, trx, destructionId));
}

/** Enqueues what a killed program left under way. */
export function resumeDestructions(db: Database): Promise<void> {
  return db.transaction().execute(async (trx) => {
    const waiting = await trx
      .selectFrom('destructions')
      .select('id')
      .where('status', 'in', ['ordered', 'erased'])
      .execute();
    for (const { id } of waiting) await enqueue(trx, 'destroy-exhibit', { destructionId: id }, inTurn(id));
  });
}

async function destructionById(db: Database, id: string): Promise<DestructionsTable> {
  return db.selectFrom('destructions').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
}

async function lockDestruction(trx: Transaction, id: string): Promise<DestructionsTable> {
  return trx
    .selectFrom('destructions')
    .selectAll()
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirstOrThrow();
}

async function eraseKey(
  deps: DestructionDeps,
  trx: Transaction,
  destructionId: string,
): Promise<DestructionsTable | undefined> {
  const ordered = await lockDestruction(trx, destructionId);
  if (ordered.status !== 'ordered') return ordered;
  await trx
    .selectFrom('exhibits')
    .select('id')
    .where('id', '=', ordered.exhibit_id)
    .forUpdate()
    .executeTakeFirst();
  const exhibit = await exhibitById(trx, ordered.exhibit_id);
  if (await isHeld(trx, exhibit)) return halt(deps, trx, ordered, 'held');
  const term = await currentTerm(trx, deps.profiles, exhibit.case_id);
  if (!mayBeDestroyed(term, ordered.ground, deps.clock.now())) return halt(deps, trx, ordered, 'not-due');
  const objectId = exhibit.object_id;
  if (objectId === null) throw new Error('an exhibit lost its object before its destruction was carried out');
  const now = deps.clock.now();
  // Locked, so that of two exhibits with one object that are destroyed at once, the second knows that it is the last.
  await trx.selectFrom('vault_objects').select('id').where('id', '=', objectId).forUpdate().execute();
  await trx
    .updateTable('exhibits')
    .set({ object_id: null, destroyed_at: now })
    .where('id', '=', exhibit.id)
    .execute();
  const other = await trx
    .selectFrom('exhibits')
    .select('id')
    .where('object_id', '=', objectId)
    .limit(1)
    .executeTakeFirst();
  const [storedAs] = other === undefined ? await deps.vault.storedNames(trx, [objectId]) : [];
  if (other === undefined) await deps.vault.forget(trx, [objectId]);
  return trx
    .updateTable('destructions')
    .set({ status: 'erased', key_erased_at: now, stored_as: storedAs ?? null })
    .where('id', '=', destructionId)
    .returningAll()
    .executeTakeFirstOrThrow();
}

async function halt(
  deps: DestructionDeps,
  trx: Transaction,
  ordered: DestructionsTable,
  because: 'held' | 'not-due',
): Promise<undefined> {
  await trx
    .updateTable('destructions')
    .set({ status: 'halted', halted_because: because })
    .where('id', '=', ordered.id)
    .execute();
  await record(trx, {
    type: 'exhibit.destruction-halted',
    at: deps.clock.now(),
    actor: SYSTEM,
    ...(ordered.case_id === null ? {} : { caseId: ordered.case_id }),
    payload: { exhibitId: ordered.exhibit_id, sha256: ordered.sha256, destructionId: ordered.id, because },
  });
}

async function certify(deps: DestructionDeps, trx: Transaction, destructionId: string): Promise<void> {
  const erased = await lockDestruction(trx, destructionId);
  if (erased.status !== 'erased') return;
  const now = deps.clock.now();
  const sealedBytes = erased.stored_as === null ? 'kept-for-another-exhibit' : 'erased';
  const eventId = await record(trx, {
    type: 'exhibit.destroyed',
    at: now,
    actor: erased.ordered_by,
    ...(erased.case_id === null ? {} : { caseId: erased.case_id }),
    payload: { exhibitId: erased.exhibit_id, sha256: erased.sha256, destructionId, sealedBytes },
  });
  const approvedBy = erased.approved_by;
  const certificate: Certificate = {
    format: 'breakwater-destruction-certificate/1',
    id: destructionId,
    what: {
      exhibitId: erased.exhibit_id,
      caseId: erased.case_id,
      sha256: erased.sha256,
      bytes: erased.bytes,
    },
    why: { ground: erased.ground, reference: erased.reference, why: erased.why, terms: erased.basis },
    when: {
      ordered: erased.ordered_at.toISOString(),
      keyErased: (erased.key_erased_at ?? now).toISOString(),
      destroyed: now.toISOString(),
    },
    by: await actorName(trx, erased.ordered_by),
    ...(approvedBy && { approvedBy: await actorName(trx, approvedBy) }),
    sealedBytes,
    ledgerEventId: eventId,
  };
  await trx
    .updateTable('destructions')
    .set({
      status: 'destroyed',
      destroyed_at: now,
      event_id: eventId,
      certificate: JSON.stringify(certificate) as never,
    })
    .where('id', '=', destructionId)
    .execute();
}
