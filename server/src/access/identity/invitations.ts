import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import {
  CodedError,
  fingerprintOfSecret,
  type Clock,
  type Database,
  type Transaction,
} from '../../foundation/index.ts';
import { record, type Actor } from '../../ledger/index.ts';
import { createPerson, type Person } from '../people.ts';
import type { Role } from '../permissions.ts';
import { openSession, type Session } from './sessions.ts';
import { hasWayIn } from './ways-in.ts';

const INVITATION_LIFE_MS = 3 * 24 * 60 * 60_000;

export interface Invitation {
  readonly person: Person;
  /** Shown once, to whoever invites, who passes it on by a way of their own. */
  readonly token: string;
  readonly expiresAt: Date;
}

/** Adds a person and makes the token with which they set up their ways in: once, within three days. */
export async function invite(
  trx: Transaction,
  clock: Clock,
  actor: Actor,
  invited: { readonly displayName: string; readonly roles: readonly Role[] },
): Promise<Invitation> {
  return invitationFor(trx, clock, actor, await createPerson(trx, clock, invited));
}

/**
 * A new invitation for somebody who has not come in yet; the one from before stops working.
 * @throws {CodedError} BW-NOT-FOUND; BW-INVITATION-NEEDLESS when they have a way in: nobody makes a link into an account
 *   that somebody else uses
 */
export function inviteAgain(db: Database, clock: Clock, actor: Actor, personId: string): Promise<Invitation> {
  return db.transaction().execute(async (trx) => {
    const row = await trx
      .selectFrom('people')
      .selectAll()
      .where('id', '=', personId)
      .forUpdate()
      .executeTakeFirst();
    if (row === undefined) throw new CodedError('BW-NOT-FOUND');
    if (await hasWayIn(trx, personId)) throw new CodedError('BW-INVITATION-NEEDLESS');
    if (await hasEverWorked(trx, personId)) throw new CodedError('BW-INVITATION-NEEDLESS');
    return invitationFor(trx, clock, actor, { id: row.id, displayName: row.display_name, roles: row.roles });
  });
}

/**
 * Uses up an invitation and opens a session for nothing but setting up a way in.
 * @throws {CodedError} BW-INVITATION-INVALID when it is unknown, used or expired
 */
export function acceptInvitation(
  db: Database,
  clock: Clock,
  { token, browser }: { readonly token: string; readonly browser: string },
): Promise<{ sessionToken: string; session: Session }> {
  return db.transaction().execute(async (trx) => {
    const invitation = await trx
      .deleteFrom('invitations')
      .where('token_hash', '=', fingerprintOfSecret(token))
      .where('expires_at', '>', clock.now())
      .returning('person_id')
      .executeTakeFirst();
    if (invitation === undefined) throw new CodedError('BW-INVITATION-INVALID');
    const personId = invitation.person_id;
    await record(trx, {
      type: 'invitation.accepted',
      at: clock.now(),
      actor: { kind: 'person', id: personId },
      payload: { personId },
    });
    const freshUntil = new Date(clock.now().getTime() + 60 * 60_000);
    return openSession(trx, clock, {
      personId,
      method: 'invitation',
      browser,
      purpose: 'enrolling',
      freshUntil,
    });
  });
}

/** Also whoever comes in by links alone, and so has no lasting way in. */
async function hasEverWorked(trx: Transaction, personId: string): Promise<boolean> {
  const signedIn = await trx
    .selectFrom('events')
    .select('id')
    .where('type', '=', 'person.signed-in')
    .where(sql`payload->>'personId'`, '=', personId)
    .where(sql`coalesce(payload->>'method', 'link')`, '!=', 'invitation')
    .limit(1)
    .executeTakeFirst();
  return signedIn !== undefined;
}

async function invitationFor(
  trx: Transaction,
  clock: Clock,
  actor: Actor,
  person: Person,
): Promise<Invitation> {
  const now = clock.now();
  const token = randomBytes(32).toString('base64url');
  const expiresAt = new Date(now.getTime() + INVITATION_LIFE_MS);
  await trx
    .deleteFrom('invitations')
    .where((where) => where.or([where('person_id', '=', person.id), where('expires_at', '<=', now)]))
    .execute();
  await trx
    .insertInto('invitations')
    .values({ token_hash: fingerprintOfSecret(token), person_id: person.id, expires_at: expiresAt })
    .execute();
  await record(trx, { type: 'person.invited', at: now, actor, payload: { personId: person.id } });
  return { person, token, expiresAt };
}
