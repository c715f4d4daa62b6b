import { randomBytes } from 'node:crypto';
import { CodedError, fingerprintOfSecret, type Clock, type Database } from '../../foundation/index.ts';
import { record } from '../../ledger/index.ts';
import { hasWayIn } from './ways-in.ts';
import { FRESH_BY_LINK_MS, FRESH_MS, openSession, type Session } from './sessions.ts';

const LINK_LIFE_MS = 60 * 60 * 1000;

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
 * Uses up a sign-in token and opens a session. Whoever has no other way in yet counts as having just shown who they are
 * for an hour, so that a first look around asks for nothing.
 * @throws {CodedError} BW-SIGN-IN-LINK-INVALID when the token is unknown, used or expired.
 */
export function signIn(
  db: Database,
  clock: Clock,
  token: string,
  browser = 'Another program',
): Promise<{ sessionToken: string; session: Session }> {
  return db.transaction().execute(async (trx) => {
    const now = clock.now();
    const link = await trx
      .deleteFrom('sign_in_links')
      .where('token_hash', '=', fingerprintOfSecret(token))
      .where('expires_at', '>', now)
      .where('person_id', 'in', (people) =>
        people.selectFrom('people').select('id').where('deactivated_at', 'is', null),
      )
      .returning('person_id')
      .executeTakeFirst();
    if (link === undefined) throw new CodedError('BW-SIGN-IN-LINK-INVALID');
    const freshMs = (await hasWayIn(trx, link.person_id)) ? FRESH_MS : FRESH_BY_LINK_MS;
    return openSession(trx, clock, {
      personId: link.person_id,
      method: 'link',
      browser,
      freshUntil: new Date(now.getTime() + freshMs),
    });
  });
}
