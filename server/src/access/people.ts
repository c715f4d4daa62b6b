import { randomBytes, randomUUID } from 'node:crypto';
import {
  CodedError,
  fingerprintOfSecret,
  type Clock,
  type Database,
  type Transaction,
} from '../foundation/index.ts';
import { record } from '../ledger/index.ts';
import { permissionsOf, type Permission, type Role } from './permissions.ts';
import { endLoneSignature } from './two-person-rules.ts';
import './tables.ts';

const LINK_LIFE_MS = 60 * 60 * 1000;
const SESSION_LIFE_MS = 12 * 60 * 60 * 1000;

export interface Person {
  readonly id: string;
  readonly displayName: string;
  readonly roles: readonly string[];
}

export interface Session {
  readonly person: Person;
  readonly permissions: readonly Permission[];
  readonly expiresAt: Date;
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

/** A token that signs the person in once, within the hour. Only its hash is stored. */
export function createSignInToken(db: Database, clock: Clock, personId: string): Promise<string> {
  return db.transaction().execute(async (trx) => {
    const now = clock.now();
    const token = randomBytes(32).toString('base64url');
    await trx.deleteFrom('sign_in_links').where('expires_at', '<=', now).execute();
    await trx
      .insertInto('sign_in_links')
      .values({
        token_hash: fingerprintOfSecret(token),
        person_id: personId,
        expires_at: new Date(now.getTime() + LINK_LIFE_MS),
      })
      .execute();
    await record(trx, {
      type: 'sign-in-link.created',
      at: now,
      actor: { kind: 'system', part: 'access' },
      payload: { personId },
    });
    return token;
  });
}

/**
 * Uses up a sign-in token and opens a session.
 * @throws {CodedError} BW-SIGN-IN-LINK-INVALID when the token is unknown, used or expired.
 */
export function signIn(
  db: Database,
  clock: Clock,
  token: string,
): Promise<{ sessionToken: string; session: Session }> {
  return db.transaction().execute(async (trx) => {
    const now = clock.now();
    const link = await trx
      .deleteFrom('sign_in_links')
      .where('token_hash', '=', fingerprintOfSecret(token))
      .where('expires_at', '>', now)
      .returning('person_id')
      .executeTakeFirst();
    if (link === undefined) throw new CodedError('BW-SIGN-IN-LINK-INVALID');
    await requireActive(trx, link.person_id);
    const sessionToken = randomBytes(32).toString('base64url');
    await trx.deleteFrom('sessions').where('expires_at', '<=', now).execute();
    await trx
      .insertInto('sessions')
      .values({
        token_hash: fingerprintOfSecret(sessionToken),
        person_id: link.person_id,
        created_at: now,
        expires_at: new Date(now.getTime() + SESSION_LIFE_MS),
      })
      .execute();
    await record(trx, {
      type: 'person.signed-in',
      at: now,
      actor: { kind: 'person', id: link.person_id },
      payload: { personId: link.person_id },
    });
    const session = await findSession(trx, clock, sessionToken);
    if (session === undefined) throw new Error('a session that was just opened is not there');
    return { sessionToken, session };
  });
}

/** @throws {CodedError} BW-SIGN-IN-LINK-INVALID for somebody who was deactivated: no link of theirs is one. */
async function requireActive(trx: Transaction, personId: string): Promise<void> {
  const active = await trx
    .selectFrom('people')
    .select('id')
    .where('id', '=', personId)
    .where('deactivated_at', 'is', null)
    .executeTakeFirst();
  if (active === undefined) throw new CodedError('BW-SIGN-IN-LINK-INVALID');
}

/** The session that a token stands for, unless it has ended. */
export async function findSession(
  db: Database | Transaction,
  clock: Clock,
  sessionToken: string,
): Promise<Session | undefined> {
  const row = await db
    .selectFrom('sessions')
    .innerJoin('people', 'people.id', 'sessions.person_id')
    .where('sessions.token_hash', '=', fingerprintOfSecret(sessionToken))
    .where('sessions.expires_at', '>', clock.now())
    .where('people.deactivated_at', 'is', null)
    .select(['people.id', 'people.display_name', 'people.roles', 'sessions.expires_at'])
    .executeTakeFirst();
  return (
    row && {
      person: { id: row.id, displayName: row.display_name, roles: row.roles },
      permissions: permissionsOf(row.roles),
      expiresAt: row.expires_at,
    }
  );
}

export function signOut(db: Database, clock: Clock, sessionToken: string): Promise<void> {
  return db.transaction().execute(async (trx) => {
    const ended = await trx
      .deleteFrom('sessions')
      .where('token_hash', '=', fingerprintOfSecret(sessionToken))
      .returning('person_id')
      .executeTakeFirst();
    if (ended === undefined) return;
    await record(trx, {
      type: 'person.signed-out',
      at: clock.now(),
      actor: { kind: 'person', id: ended.person_id },
      payload: { personId: ended.person_id },
    });
  });
}
