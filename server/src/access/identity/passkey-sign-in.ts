import {
  generateAuthenticationOptions,
  verifyAuthenticationResponse,
  type AuthenticationResponseJSON,
  type PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/server';
import { CodedError, type Clock, type Database, type Transaction } from '../../foundation/index.ts';
import { createChallenge, type ChallengeUse } from './challenges.ts';
import { takeChallengeOf } from './passkey-answers.ts';
import { userHandleOf } from './passkeys.ts';
import { refuse } from './refusal.ts';
import { requireRelyingParty } from './relying-party.ts';
import { openSession, type Session } from './sessions.ts';

/** The options for showing a passkey. Any that the browser has for this address will do: nobody types a name. */
export async function passkeyRequest(
  db: Database,
  clock: Clock,
  address: string,
  use: ChallengeUse,
): Promise<PublicKeyCredentialRequestOptionsJSON> {
  const party = requireRelyingParty(address);
  const challenge = await createChallenge(db, clock, use);
  return generateAuthenticationOptions({
    rpID: party.id,
    challenge: new Uint8Array(Buffer.from(challenge, 'base64url')),
    userVerification: 'required',
  });
}

export interface ShownPasskey {
  readonly address: string;
  readonly use: ChallengeUse;
  readonly response: AuthenticationResponseJSON;
}

/**
 * Opens a session for whoever shows a passkey. Wrong passwords never stand in its way.
 * @throws {CodedError} see `verifyPasskey`
 */
export function signInWithPasskey(
  db: Database,
  clock: Clock,
  shown: ShownPasskey & { readonly browser: string },
): Promise<{ sessionToken: string; session: Session }> {
  return verifyPasskey(db, clock, shown, (trx, personId) =>
    openSession(trx, clock, { personId, method: 'passkey', browser: shown.browser }),
  );
}

/**
 * Checks a passkey, and does `then` for its person in the transaction that notes its use.
 * @throws {CodedError} BW-PASSKEY-ADDRESS, BW-PASSKEY-ORIGIN, BW-PASSKEY-CHALLENGE, BW-PASSKEY-UNKNOWN,
 *   BW-PASSKEY-COUNTER, BW-PASSKEY-INVALID
 */
export async function verifyPasskey<Result>(
  db: Database,
  clock: Clock,
  { address, use, response }: ShownPasskey,
  then: (trx: Transaction, personId: string) => Promise<Result>,
): Promise<Result> {
  const party = requireRelyingParty(address);
  const passkey = await db
    .selectFrom('passkeys')
    .selectAll()
    .where('credential_id', '=', Buffer.from(response.id, 'base64url'))
    .executeTakeFirst();
  const personId = passkey?.person_id ?? null;
  const challenge = await takeChallengeOf(db, clock, response.response.clientDataJSON, {
    use,
    party,
    personId,
  });
  if (passkey === undefined) throw new CodedError('BW-PASSKEY-UNKNOWN');
  const { userHandle } = response.response;
  if (userHandle !== undefined && !sameBytes(userHandle, userHandleOf(passkey.person_id)))
    throw new CodedError('BW-PASSKEY-INVALID');
  const { verified, authenticationInfo } = await verifyAuthenticationResponse({
    response,
    expectedChallenge: challenge,
    expectedOrigin: party.origin,
    expectedRPID: party.id,
    requireUserVerification: true,
    credential: {
      id: passkey.credential_id.toString('base64url'),
      publicKey: new Uint8Array(passkey.public_key),
      // The counter is compared below, where a copy can be told from a bad signature.
      counter: 0,
    },
  }).catch((cause: unknown) => {
    throw new CodedError('BW-PASSKEY-INVALID', { cause });
  });
  if (!verified) throw new CodedError('BW-PASSKEY-INVALID');
  const { newCounter, credentialBackedUp } = authenticationInfo;
  const result = await db.transaction().execute(async (trx) => {
    const { numUpdatedRows } = await trx
      .updateTable('passkeys')
      .set({ counter: newCounter, synced: credentialBackedUp, last_used_at: clock.now() })
      .where('id', '=', passkey.id)
      .where((where) =>
        // WebAuthn Level 3, section 6.1.1: it counts up, or it does not count and stays at zero.
        newCounter === 0 ? where('counter', '=', 0) : where('counter', '<', newCounter),
      )
      .executeTakeFirst();
    return numUpdatedRows === 0n ? copied : then(trx, passkey.person_id);
  });
  if (result === copied)
    throw await refuse(db, clock, {
      code: 'BW-PASSKEY-COUNTER',
      way: 'passkey',
      reason: 'counter',
      personId,
    });
  return result;
}

const copied = Symbol('the counter of a passkey went back');

function sameBytes(base64url: string, bytes: Uint8Array): boolean {
  return Buffer.from(base64url, 'base64url').equals(bytes);
}
