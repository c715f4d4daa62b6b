import { CodedError, type Clock, type Database, type Queryable } from '../foundation/index.ts';
import { record } from '../ledger/index.ts';
import type { Person } from './people.ts';
import { permissionsOf } from './permissions.ts';
import { isVisible } from './visibility.ts';
import './tables.ts';

/** The people who may know of a restricted case; null of one that is not restricted. */
export async function accessOfCase(db: Queryable, caseId: string): Promise<Person[] | null> {
  const restricted = await db
    .selectFrom('restricted_cases')
    .select('case_id')
    .where('case_id', '=', caseId)
    .executeTakeFirst();
  if (restricted === undefined) return null;
  const rows = await db
    .selectFrom('case_access')
    .innerJoin('people', 'people.id', 'case_access.person_id')
    .select(['people.id', 'people.display_name', 'people.roles'])
    .where('case_access.case_id', '=', caseId)
    .orderBy('people.display_name')
    .execute();
  return rows.map((row) => ({ id: row.id, displayName: row.display_name, roles: row.roles }));
}

/**
 * Restricts a case to named people, or opens it to all with `null`. Each change is recorded with the whole list.
 * @throws {CodedError} BW-RESTRICTION-UNKEPT when none of them could change the list again
 */
export function restrictCase(
  deps: { readonly db: Database; readonly clock: Clock },
  by: Person,
  restriction: { readonly caseId: string; readonly people: readonly string[] | null },
): Promise<void> {
  const { db, clock } = deps;
  const { caseId, people } = restriction;
  return db.transaction().execute(async (trx) => {
    await trx.selectFrom('cases').select('id').where('id', '=', caseId).forUpdate().execute();
    const named = [...new Set(people)].toSorted();
    await trx.deleteFrom('restricted_cases').where('case_id', '=', caseId).execute();
    if (people !== null) {
      if (named.length === 0) throw new CodedError('BW-RESTRICTION-UNKEPT');
      if ((await activeAmong(trx, named)).length !== named.length) throw new CodedError('BW-PERSON-UNFIT');
      await trx
        .insertInto('restricted_cases')
        .values({ case_id: caseId, restricted_at: clock.now() })
        .execute();
      await trx
        .insertInto('case_access')
        .values(named.map((personId) => ({ case_id: caseId, person_id: personId })))
        .execute();
      await requireKeeper(trx, caseId, named);
    }
    await record(trx, {
      type: 'case.access-changed',
      at: clock.now(),
      actor: { kind: 'person', id: by.id },
      caseId,
      payload: { caseId, restricted: people !== null, people: named },
    });
  });
}

/** Somebody on the list who may change it, is here, and is not excluded. */
async function requireKeeper(db: Queryable, caseId: string, people: readonly string[]): Promise<void> {
  const rows = await activeAmong(db, people);
  for (const { id, roles } of rows) {
    if (!permissionsOf(roles).includes('cases.restrict')) continue;
    if (await isVisible(db, { id }, 'case', caseId)) return;
  }
  throw new CodedError('BW-RESTRICTION-UNKEPT');
}

function activeAmong(db: Queryable, people: readonly string[]): Promise<{ id: string; roles: string[] }[]> {
  return db
    .selectFrom('people')
    .select(['id', 'roles'])
    .where('id', 'in', people)
    .where('deactivated_at', 'is', null)
    .execute();
}
