import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { CodedError, type Clock, type Database, type Queryable } from '../foundation/index.ts';
import { record } from '../ledger/index.ts';
import { personById } from './administration.ts';
import type { Person } from './people.ts';
import './tables.ts';

export interface ExclusionTarget {
  readonly kind: 'case' | 'group' | 'account' | 'service';
  readonly id: string;
}

export interface ExclusionRow {
  readonly id: string;
  readonly person_id: string;
  readonly person_name: string;
  readonly target_kind: ExclusionTarget['kind'];
  readonly target_id: string;
  /** What people know the target by. */
  readonly target_label: string;
  readonly reason: string;
  readonly set_by_name: string;
  readonly set_at: Date;
}

/**
 * From now on the cases of the target are not there for this person. Doing it again changes nothing.
 * @throws {CodedError} BW-NOT-FOUND
 */
export function excludePerson(
  deps: { readonly db: Database; readonly clock: Clock },
  by: Person,
  exclusion: { readonly personId: string; readonly target: ExclusionTarget; readonly reason: string },
): Promise<void> {
  const { db, clock } = deps;
  const { personId, target, reason } = exclusion;
  return db.transaction().execute(async (trx) => {
    await personById(trx, personId);
    await requireTarget(trx, target);
    const ids = { case_id: null, group_id: null, account_id: null, service_id: null };
    const own = { ...ids, [`${target.kind}_id`]: target.id };
    const present = await trx
      .selectFrom('exclusions')
      .select('id')
      .where('person_id', '=', personId)
      .where('lifted_at', 'is', null)
      .where(sql<boolean>`coalesce(case_id, group_id, account_id, service_id) = ${target.id}::uuid`)
      .executeTakeFirst();
    if (present !== undefined) return;
    const id = randomUUID();
    await trx
      .insertInto('exclusions')
      .values({
        id,
        person_id: personId,
        ...own,
        reason,
        set_by: by.id,
        set_at: clock.now(),
        lifted_at: null,
      })
      .execute();
    await record(trx, {
      type: 'person.excluded',
      at: clock.now(),
      actor: { kind: 'person', id: by.id },
      payload: { exclusionId: id, personId, targetKind: target.kind, targetId: target.id },
    });
  });
}

/**
 * Ends an exclusion. Nobody ends one of their own, nor learns of what by trying.
 * @throws {CodedError} BW-NOT-FOUND
 */
export function liftExclusion(
  deps: { readonly db: Database; readonly clock: Clock },
  by: Person,
  exclusionId: string,
): Promise<void> {
  const { db, clock } = deps;
  return db.transaction().execute(async (trx) => {
    const lifted = await trx
      .updateTable('exclusions')
      .set({ lifted_at: clock.now() })
      .where('id', '=', exclusionId)
      .where('person_id', '!=', by.id)
      .where('lifted_at', 'is', null)
      .returning('person_id')
      .executeTakeFirst();
    if (lifted === undefined) throw new CodedError('BW-NOT-FOUND');
    await record(trx, {
      type: 'person.exclusion-lifted',
      at: clock.now(),
      actor: { kind: 'person', id: by.id },
      payload: { exclusionId, personId: lifted.person_id },
    });
  });
}

/** The exclusions in force, of everybody but the one who asks; a case that they may not know of is not named. */
export async function listExclusions(db: Queryable, viewer: Person): Promise<ExclusionRow[]> {
  const { rows } = await sql<ExclusionRow>`
    SELECT e.id, e.person_id, person.display_name AS person_name, e.reason, setter.display_name AS set_by_name, e.set_at,
      CASE WHEN e.case_id IS NOT NULL THEN 'case' WHEN e.group_id IS NOT NULL THEN 'group'
        WHEN e.account_id IS NOT NULL THEN 'account' ELSE 'service' END AS target_kind,
      coalesce(e.case_id, e.group_id, e.account_id, e.service_id) AS target_id,
      coalesce('Case ' || c.number, g.name, g.external_id, a.display_name, a.external_id, s.name) AS target_label
    FROM exclusions e
    JOIN people person ON person.id = e.person_id
    JOIN people setter ON setter.id = e.set_by
    LEFT JOIN cases c ON c.id = e.case_id
    LEFT JOIN groups g ON g.id = e.group_id
    LEFT JOIN accounts a ON a.id = e.account_id
    LEFT JOIN services s ON s.id = e.service_id
    WHERE e.lifted_at IS NULL AND e.person_id <> ${viewer.id}::uuid
      AND (e.case_id IS NULL OR case_visible_to(e.case_id, ${viewer.id}::uuid))
      AND NOT EXISTS (
        SELECT FROM exclusions own
        WHERE own.person_id = ${viewer.id}::uuid AND own.lifted_at IS NULL
          AND coalesce(own.case_id, own.group_id, own.account_id, own.service_id)
            = coalesce(e.case_id, e.group_id, e.account_id, e.service_id)
      )
    ORDER BY e.set_at DESC, e.id`.execute(db);
  return rows;
}

async function requireTarget(db: Queryable, target: ExclusionTarget): Promise<void> {
  const table = sql.table(`${target.kind}s`);
  const { rows } = await sql`SELECT FROM ${table} WHERE id = ${target.id}::uuid`.execute(db);
  if (rows.length === 0)
    throw new CodedError('BW-NOT-FOUND', { message: `There is no such ${target.kind}.` });
}
