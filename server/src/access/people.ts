import { randomUUID } from 'node:crypto';
import type { Clock, Database, Transaction } from '../foundation/index.ts';
import { record } from '../ledger/index.ts';
import type { Role } from './permissions.ts';
import { endLoneSignature } from './two-person-rules.ts';
import './tables.ts';

export interface Person {
  readonly id: string;
  readonly displayName: string;
  readonly roles: readonly string[];
}

/** Adds a person; they get in by a one-time link. */
export async function createPerson(
  trx: Transaction,
  clock: Clock,
  person: { readonly displayName: string; readonly roles: readonly Role[] },
): Promise<Person> {
  const id = randomUUID();
  await trx
    .insertInto('people')
    .values({ id, display_name: person.displayName, roles: [...person.roles], created_at: clock.now() })
    .execute();
  await record(trx, {
    type: 'person.created',
    at: clock.now(),
    actor: { kind: 'system', part: 'access' },
    payload: { personId: id, roles: [...person.roles] },
  });
  await endLoneSignature(trx, clock);
  return { id, ...person };
}

/** The person who was added first, who opened this desk; undefined while there is nobody. */
export async function firstPerson(db: Database | Transaction): Promise<Person | undefined> {
  const row = await db
    .selectFrom('people')
    .selectAll()
    .orderBy('created_at')
    .orderBy('id')
    .limit(1)
    .executeTakeFirst();
  return row && { id: row.id, displayName: row.display_name, roles: row.roles };
}
