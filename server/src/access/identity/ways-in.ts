import { sql } from 'kysely';
import { CodedError, type Queryable, type Transaction } from '../../foundation/index.ts';
import './tables.ts';

/** How many ways a person has to get in that last: passkeys, a password with an authenticator, an identity provider. */
export async function countWaysIn(db: Queryable, personId: string): Promise<number> {
  const { rows } = await sql<{ ways: number }>`
    SELECT (SELECT count(*) FROM passkeys WHERE person_id = ${personId})
         + (SELECT count(*) FROM passwords WHERE person_id = ${personId})
         + (SELECT count(*) FROM oidc_identities WHERE person_id = ${personId}) AS ways`.execute(db);
  return rows[0]?.ways ?? 0;
}

export async function hasWayIn(db: Queryable, personId: string): Promise<boolean> {
  return (await countWaysIn(db, personId)) > 0;
}

/** Lets changes to the ways in of one person happen one after the other. */
export async function lockWaysIn(trx: Transaction, personId: string): Promise<void> {
  await trx
    .selectFrom('people')
    .select('id')
    .where('id', '=', personId)
    .forUpdate()
    .executeTakeFirstOrThrow();
}

/** After a removal, in the same transaction. @throws {CodedError} BW-LAST-WAY-IN */
export async function requireWayIn(trx: Transaction, personId: string): Promise<void> {
  if (!(await hasWayIn(trx, personId))) throw new CodedError('BW-LAST-WAY-IN');
}
