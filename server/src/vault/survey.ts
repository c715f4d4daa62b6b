import type { Clock, Database } from '../foundation/index.ts';
import { noteFinding, openFindings, resolveFinding } from './findings.ts';
import type { StoredEntry } from './object-store.ts';
import { storedAs } from './tables.ts';
import type { Vault } from './vault.ts';

const BATCH = 500;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Walks through all that lies in the store and notes what no row knows: sealed objects whose transaction never came to
 * be, and whatever is not the vault's. The former are taken away when they are old enough; the latter never.
 */
export async function surveyStore(
  deps: { readonly db: Database; readonly clock: Clock; readonly vault: Vault },
  ages: { readonly orphanedAfterMs: number; readonly sweptAfterMs: number },
): Promise<{ swept: number }> {
  const { db, clock, vault } = deps;
  // What was found before and is not met again is gone.
  const unmet = new Set(
    (await openFindings(db, ['orphaned', 'unexpected'])).map((finding) => finding.stored_as),
  );
  let swept = 0;
  const judge = async (batch: readonly StoredEntry[]): Promise<void> => {
    const known = await knownNames(db, batch);
    for (const entry of batch) {
      if (known.has(entry.name)) continue;
      const age = clock.now().getTime() - entry.modifiedAt.getTime();
      if (entry.kind === 'object' && age < ages.orphanedAfterMs) continue;
      unmet.delete(entry.name);
      const kind = entry.kind === 'object' ? 'orphaned' : 'unexpected';
      const finding = { kind, stored_as: entry.name, object_id: null } as const;
      await db.transaction().execute((trx) => noteFinding(trx, clock, finding));
      if (kind === 'unexpected' || age < ages.sweptAfterMs) continue;
      await vault.store.delete(entry.name);
      await db.transaction().execute((trx) => resolveFinding(trx, clock, entry.name, 'swept'));
      swept += 1;
    }
  };
  let batch: StoredEntry[] = [];
  for await (const entry of vault.store.list()) {
    batch.push(entry);
    if (batch.length < BATCH) continue;
    await judge(batch);
    batch = [];
  }
  await judge(batch);
  for (const name of unmet) await db.transaction().execute((trx) => resolveFinding(trx, clock, name, 'gone'));
  return { swept };
}

async function knownNames(db: Database, batch: readonly StoredEntry[]): Promise<Set<string>> {
  const names = batch.map((entry) => entry.name);
  if (names.length === 0) return new Set();
  const ids = names.filter((name) => UUID.test(name));
  const rows = await db
    .selectFrom('vault_objects')
    .select(['id', 'stored_as'])
    .where((expression) =>
      expression.or([
        expression('stored_as', 'in', names),
        ...(ids.length === 0
          ? []
          : [expression.and([expression('stored_as', 'is', null), expression('id', 'in', ids)])]),
      ]),
    )
    .execute();
  return new Set(rows.map(storedAs));
}
