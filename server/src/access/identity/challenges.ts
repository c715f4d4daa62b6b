import { randomBytes } from 'node:crypto';
import { fingerprintOfSecret, type Clock, type Database } from '../../foundation/index.ts';
import './tables.ts';

const CHALLENGE_LIFE_MS = 5 * 60 * 1000;

export interface ChallengeUse {
  readonly purpose: 'passkey-registration' | 'passkey-sign-in' | 'passkey-step-up';
  /** The session or the browser that asks; only the same one can answer. */
  readonly boundTo: string;
}

/** A challenge that can be answered once, within five minutes (WebAuthn Level 3, section 13.4.3). Base64url. */
export async function createChallenge(
  db: Database,
  clock: Clock,
  { purpose, boundTo }: ChallengeUse,
): Promise<string> {
  const now = clock.now();
  const challenge = randomBytes(32).toString('base64url');
  await db.deleteFrom('sign_in_challenges').where('expires_at', '<=', now).execute();
  await db
    .insertInto('sign_in_challenges')
    .values({
      challenge_hash: fingerprintOfSecret(challenge),
      purpose,
      bound_to: fingerprintOfSecret(boundTo),
      expires_at: new Date(now.getTime() + CHALLENGE_LIFE_MS),
    })
    .execute();
  return challenge;
}

/** Uses the challenge up, whether or not the rest of the answer will hold; tells whether it was there to be used. */
export async function takeChallenge(
  db: Database,
  clock: Clock,
  challenge: string,
  { purpose, boundTo }: ChallengeUse,
): Promise<boolean> {
  const taken = await db
    .deleteFrom('sign_in_challenges')
    .where('challenge_hash', '=', fingerprintOfSecret(challenge))
    .where('purpose', '=', purpose)
    .where('bound_to', '=', fingerprintOfSecret(boundTo))
    .where('expires_at', '>', clock.now())
    .returning('purpose')
    .executeTakeFirst();
  return taken !== undefined;
}
