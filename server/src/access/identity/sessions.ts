import { randomBytes, randomUUID } from 'node:crypto';
import {
  CodedError,
  fingerprintOfSecret,
  type Clock,
  type Database,
  type Queryable,
  type Transaction,
} from '../../foundation/index.ts';
import { record, type Actor } from '../../ledger/index.ts';
import type { Person } from '../people.ts';
import { permissionsOf, type Permission } from '../permissions.ts';
import './tables.ts';

const MINUTE_MS = 60_000;
/** However busy: the length of a shift. */
const LONGEST_MS = 12 * 60 * MINUTE_MS;
/** Without a sign of a person. */
const IDLE_MS = 30 * MINUTE_MS;
const SEEN_GRAIN_MS = MINUTE_MS;
const ENROLLING_MS = 60 * MINUTE_MS;
const TOKEN_LIFE_MS = 15 * MINUTE_MS;
/** How long the token before still works, for requests that were on their way when it changed. */
const GRACE_MS = MINUTE_MS;
/** How long proof of who somebody is counts as recent. */
export const FRESH_MS = 10 * MINUTE_MS;
/** The same for a link that somebody opens who has no other way in yet: as long as the link itself would have worked. */
export const FRESH_BY_LINK_MS = 60 * MINUTE_MS;

export type SignInMethod = 'link' | 'invitation' | 'passkey' | 'password' | 'recovery-code' | 'oidc';

export interface Session {
  readonly id: string;
  readonly person: Person;
  readonly permissions: readonly Permission[];
  readonly method: SignInMethod;
  /** Open for nothing but setting up a way in. */
  readonly enrolling: boolean;
  /** Until when the person counts as having just shown who they are. */
  readonly freshUntil: Date;
  readonly expiresAt: Date;
}

export interface NewSession {
  readonly personId: string;
  readonly method: SignInMethod;
  readonly browser: string;
  readonly purpose?: 'work' | 'enrolling';
  readonly freshUntil?: Date;
}

/** Opens a session; only the hash of its token is stored. @throws {CodedError} BW-ACCOUNT-CLOSED */
export async function openSession(
  trx: Transaction,
  clock: Clock,
  options: NewSession,
): Promise<{ sessionToken: string; session: Session }> {
  const now = clock.now();
  const { personId, method, browser, purpose = 'work' } = options;
  const person = await trx
    .selectFrom('people')
    .select(['roles', 'deactivated_at'])
    .where('id', '=', personId)
    .executeTakeFirstOrThrow();
  if (person.deactivated_at !== null) throw new CodedError('BW-ACCOUNT-CLOSED');
  await trx
    .deleteFrom('sessions')
    .where((where) =>
      where.or([where('expires_at', '<=', now), where('last_seen_at', '<=', before(now, IDLE_MS))]),
    )
    .execute();
  const id = randomUUID();
  const row = {
    id,
    person_id: personId,
    method,
    browser,
    roles: person.roles,
    enrolling: purpose === 'enrolling',
    opened_at: now,
    last_seen_at: now,
    fresh_until: options.freshUntil ?? after(now, FRESH_MS),
    expires_at: after(now, purpose === 'enrolling' ? ENROLLING_MS : LONGEST_MS),
  };
  await trx.insertInto('sessions').values(row).execute();
  const sessionToken = await issueToken(trx, now, id, 'confirmed');
  await record(trx, {
    type: 'person.signed-in',
    at: now,
    actor: { kind: 'person', id: personId },
    payload: { personId, sessionId: id, method },
  });
  return { sessionToken, session: await readSession(trx, id) };
}

export interface TokenUse {
  readonly token: string;
  readonly browser: string;
  /** What a page asks for by itself does not keep a session open in front of an empty chair. */
  readonly presence: 'active' | 'background';
}

/**
 * The session that a token stands for, and a new token when the one shown is due for a change; undefined when the session
 * has ended. The old token works on until the new one has come back, so an answer that got lost signs nobody out.
 * @throws {CodedError} BW-SESSION-REVOKED when a token came back after it had been replaced, or from another browser:
 *   somebody has copied it, and the session ends for both.
 */
export async function useSession(
  db: Database,
  clock: Clock,
  { token, browser, presence }: TokenUse,
): Promise<{ session: Session; renewedToken: string | undefined } | undefined> {
  const now = clock.now();
  const found = await db
    .selectFrom('session_tokens')
    .innerJoin('sessions', 'sessions.id', 'session_tokens.session_id')
    .innerJoin('people', 'people.id', 'sessions.person_id')
    .where('session_tokens.token_hash', '=', fingerprintOfSecret(token))
    .where('people.deactivated_at', 'is', null)
    .selectAll('sessions')
    .select(['session_tokens.issued_at', 'session_tokens.confirmed_at', 'session_tokens.retired_at'])
    .select(['people.display_name', 'people.roles as roles_now'])
    .executeTakeFirst();
  if (found === undefined || found.expires_at <= now) return undefined;
  if (found.last_seen_at <= before(now, IDLE_MS)) return undefined;
  if (found.retired_at !== null && found.retired_at < before(now, GRACE_MS)) {
    await revoke(db, clock, found, 'token-reused');
    throw new CodedError('BW-SESSION-REVOKED');
  }
  if (found.browser !== browser) {
    await revoke(db, clock, found, 'another-browser');
    throw new CodedError('BW-SESSION-REVOKED');
  }
  if (!sameRoles(found.roles, found.roles_now)) {
    await revoke(db, clock, found, 'roles-changed');
    return undefined;
  }
  if (presence === 'active' && found.last_seen_at <= before(now, SEEN_GRAIN_MS))
    await db.updateTable('sessions').set({ last_seen_at: now }).where('id', '=', found.id).execute();
  if (found.confirmed_at === null) await confirmToken(db, now, token, found.id);
  const due = found.retired_at === null && found.issued_at <= before(now, TOKEN_LIFE_MS);
  const renewedToken = due ? await renewToken(db, now, found.id) : undefined;
  return { session: present(found, found), renewedToken };
}

/** A token in place of all that the session had; they retire when it comes back. For whenever a session gains a right. */
export function replaceToken(trx: Transaction, clock: Clock, sessionId: string): Promise<string> {
  return issueToken(trx, clock.now(), sessionId, 'unconfirmed');
}

/** The person has just shown again who they are. */
export async function refreshSession(trx: Transaction, clock: Clock, sessionId: string): Promise<Session> {
  await trx
    .updateTable('sessions')
    .set({ fresh_until: after(clock.now(), FRESH_MS), last_seen_at: clock.now() })
    .where('id', '=', sessionId)
    .execute();
  return readSession(trx, sessionId);
}

/** A session that was open for setting up a way in becomes one for work. */
export async function completeEnrolment(trx: Transaction, clock: Clock, sessionId: string): Promise<void> {
  const now = clock.now();
  await trx
    .updateTable('sessions')
    .set({ enrolling: false, expires_at: after(now, LONGEST_MS) })
    .where('id', '=', sessionId)
    .where('enrolling', '=', true)
    .execute();
}

export interface ListedSession {
  readonly id: string;
  readonly method: string;
  readonly browser: string;
  readonly openedAt: Date;
  readonly lastSeenAt: Date;
}

/** The sessions of a person that are open, newest first. */
export async function listSessions(db: Queryable, clock: Clock, personId: string): Promise<ListedSession[]> {
  const now = clock.now();
  const rows = await db
    .selectFrom('sessions')
    .select(['id', 'method', 'browser', 'opened_at as openedAt', 'last_seen_at as lastSeenAt'])
    .where('person_id', '=', personId)
    .where('expires_at', '>', now)
    .where('last_seen_at', '>', before(now, IDLE_MS))
    .orderBy('opened_at', 'desc')
    .orderBy('id')
    .execute();
  return rows;
}

/** Signs out: ends the one session that the person holds in hand. */
export function signOut(db: Database, clock: Clock, session: Session): Promise<void> {
  return db.transaction().execute(async (trx) => {
    const { numDeletedRows } = await trx
      .deleteFrom('sessions')
      .where('id', '=', session.id)
      .executeTakeFirst();
    if (numDeletedRows === 0n) return;
    await record(trx, {
      type: 'person.signed-out',
      at: clock.now(),
      actor: { kind: 'person', id: session.person.id },
      payload: { personId: session.person.id, sessionId: session.id },
    });
  });
}

export type EndOfSessions = 'revoked' | 'roles-changed' | 'deactivated' | 'credentials-changed';

/**
 * Ends sessions of a person: all, one, or all but one; returns how many. Call it in the transaction that takes a role or
 * the whole person away.
 */
export async function endSessions(
  trx: Transaction,
  clock: Clock,
  actor: Actor,
  options: {
    readonly personId: string;
    readonly because: EndOfSessions;
    readonly only?: string;
    readonly except?: string;
  },
): Promise<number> {
  const { personId, because, only, except } = options;
  let query = trx.deleteFrom('sessions').where('person_id', '=', personId);
  if (only !== undefined) query = query.where('id', '=', only);
  if (except !== undefined) query = query.where('id', '!=', except);
  const ended = await query.returning('id').execute();
  for (const { id } of ended)
    await record(trx, {
      type: 'session.ended',
      at: clock.now(),
      actor,
      payload: { personId, sessionId: id, because },
    });
  return ended.length;
}

async function issueToken(
  db: Queryable,
  now: Date,
  sessionId: string,
  state: 'confirmed' | 'unconfirmed',
): Promise<string> {
  const token = randomBytes(32).toString('base64url');
  await db
    .insertInto('session_tokens')
    .values({
      token_hash: fingerprintOfSecret(token),
      session_id: sessionId,
      issued_at: now,
      confirmed_at: state === 'confirmed' ? now : null,
      retired_at: null,
    })
    .execute();
  return token;
}

/** Only one of many requests at once gets a new token, and not again while that one may still be on its way. */
async function renewToken(db: Database, now: Date, sessionId: string): Promise<string | undefined> {
  return db.transaction().execute(async (trx) => {
    const open = await trx
      .selectFrom('sessions')
      .select('id')
      .where('id', '=', sessionId)
      .forUpdate()
      .executeTakeFirst();
    if (open === undefined) return undefined;
    const onItsWay = await trx
      .selectFrom('session_tokens')
      .select('issued_at')
      .where('session_id', '=', sessionId)
      .where('issued_at', '>', before(now, GRACE_MS))
      .executeTakeFirst();
    return onItsWay === undefined ? issueToken(trx, now, sessionId, 'unconfirmed') : undefined;
  });
}

async function confirmToken(db: Database, now: Date, token: string, sessionId: string): Promise<void> {
  const hash = fingerprintOfSecret(token);
  await db.transaction().execute(async (trx) => {
    await trx
      .updateTable('session_tokens')
      .set({ retired_at: now })
      .where('session_id', '=', sessionId)
      .where('token_hash', '!=', hash)
      .where('retired_at', 'is', null)
      .execute();
    await trx
      .updateTable('session_tokens')
      .set({ confirmed_at: now })
      .where('token_hash', '=', hash)
      .execute();
  });
}

async function revoke(
  db: Database,
  clock: Clock,
  { id, person_id: personId }: { readonly id: string; readonly person_id: string },
  because: 'token-reused' | 'another-browser' | 'roles-changed',
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const { numDeletedRows } = await trx.deleteFrom('sessions').where('id', '=', id).executeTakeFirst();
    if (numDeletedRows === 0n) return;
    await record(trx, {
      type: 'session.ended',
      at: clock.now(),
      actor: { kind: 'system', part: 'access' },
      payload: { personId, sessionId: id, because },
    });
  });
}

async function readSession(db: Queryable, id: string): Promise<Session> {
  const row = await db
    .selectFrom('sessions')
    .innerJoin('people', 'people.id', 'sessions.person_id')
    .where('sessions.id', '=', id)
    .selectAll('sessions')
    .select(['people.display_name', 'people.roles as roles_now'])
    .executeTakeFirstOrThrow();
  return present(row, row);
}

function present(
  row: {
    readonly id: string;
    readonly method: string;
    readonly enrolling: boolean;
    readonly fresh_until: Date;
    readonly expires_at: Date;
  },
  person: { readonly person_id: string; readonly display_name: string; readonly roles_now: string[] },
): Session {
  return {
    id: row.id,
    person: { id: person.person_id, displayName: person.display_name, roles: person.roles_now },
    permissions: permissionsOf(person.roles_now),
    method: row.method as SignInMethod,
    enrolling: row.enrolling,
    freshUntil: row.fresh_until,
    expiresAt: row.expires_at,
  };
}

function sameRoles(some: readonly string[], others: readonly string[]): boolean {
  return some.toSorted().join(' ') === others.toSorted().join(' ');
}

function after(at: Date, milliseconds: number): Date {
  return new Date(at.getTime() + milliseconds);
}

function before(at: Date, milliseconds: number): Date {
  return after(at, -milliseconds);
}
