import type { NotNull } from 'kysely';
import type { Clock, Database, Transaction } from '../foundation/index.ts';
import { removeHashList } from '../hashlists/index.ts';
import { record, type Actor } from '../ledger/index.ts';
import type { Vault } from '../vault/index.ts';
import { findDemoService, lockDemo } from './state.ts';

/**
 * Removes the demo service with everything that came in under it, the demo lists, and the sealed pictures that nothing
 * else refers to. What the ledger says stays. Removing it again changes nothing.
 */
export async function removeDemo(
  deps: { readonly db: Database; readonly clock: Clock; readonly vault: Vault },
  actor: Actor,
): Promise<{ removedCases: number }> {
  const { db, clock, vault } = deps;
  const { cases, discard } = await db.transaction().execute(async (trx) => {
    await lockDemo(trx);
    await removeDemoLists(trx, clock, actor);
    const service = await findDemoService(trx);
    if (service === undefined) return { cases: 0, discard: async () => {} };
    const removed = await removeService(trx, service.id);
    await record(trx, {
      type: 'demo.removed',
      at: clock.now(),
      actor,
      payload: { serviceId: service.id, cases: removed.cases },
    });
    return { cases: removed.cases, discard: await vault.forget(trx, removed.objectIds) };
  });
  await discard();
  return { removedCases: cases };
}

async function removeDemoLists(trx: Transaction, clock: Clock, actor: Actor): Promise<void> {
  const slugs = await trx.selectFrom('hash_lists').select('slug').where('demo', '=', true).execute();
  for (const { slug } of slugs) await removeHashList(trx, clock, actor, slug);
}

/** Returns how many cases went with the service, and the vault objects that no exhibit refers to any more. */
async function removeService(
  trx: Transaction,
  serviceId: string,
): Promise<{ cases: number; objectIds: string[] }> {
  const { cases } = await trx
    .selectFrom('cases')
    .where('service_id', '=', serviceId)
    .select((expression) => expression.fn.countAll<number>().as('cases'))
    .executeTakeFirstOrThrow();
  // Locked, so that no report from elsewhere can take up one of these objects before it is forgotten.
  const objects = await trx
    .selectFrom('vault_objects')
    .select('id')
    .where('id', 'in', (inner) =>
      inner
        .selectFrom('exhibits')
        .select('object_id')
        .where('service_id', '=', serviceId)
        .where('object_id', 'is not', null)
        .$narrowType<{ object_id: NotNull }>(),
    )
    .orderBy('id')
    .forUpdate()
    .execute();
  // First, as the jobs of intake lock a report before its exhibits.
  await trx.deleteFrom('user_reports').where('service_id', '=', serviceId).execute();
  await trx.deleteFrom('services').where('id', '=', serviceId).execute();
  const ids = objects.map((object) => object.id);
  if (ids.length === 0) return { cases, objectIds: [] };
  const shared = await trx.selectFrom('exhibits').select('object_id').where('object_id', 'in', ids).execute();
  const kept = new Set(shared.map((exhibit) => exhibit.object_id));
  return { cases, objectIds: ids.filter((id) => !kept.has(id)) };
}
