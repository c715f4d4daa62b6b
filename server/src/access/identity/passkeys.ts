import { randomUUID } from 'node:crypto';
import {
  generateRegistrationOptions,
  verifyRegistrationResponse,
  type PublicKeyCredentialCreationOptionsJSON,
  type RegistrationResponseJSON,
} from '@simplewebauthn/server';
import {
  CodedError,
  isUniqueViolation,
  type Clock,
  type Database,
  type Queryable,
} from '../../foundation/index.ts';
import { record } from '../../ledger/index.ts';
import { createChallenge } from './challenges.ts';
import { takeChallengeOf } from './passkey-answers.ts';
import { recoveryCodesIfNone } from './recovery-codes.ts';
import { requireRelyingParty } from './relying-party.ts';
import { completeEnrolment, refreshSession, replaceToken, type Session } from './sessions.ts';
import { lockWaysIn, requireWayIn } from './ways-in.ts';

export interface Passkey {
  readonly id: string;
  readonly name: string;
  /** Host name at which it works. */
  readonly relyingParty: string;
  /** Kept by a provider on several devices, rather than in one piece of hardware. */
  readonly synced: boolean;
  readonly createdAt: Date;
  readonly lastUsedAt: Date | null;
}

/** What a session gains when a way in is added. */
export interface Enrolled {
  /** Shown once; null when the person has some already. */
  readonly recoveryCodes: string[] | null;
  readonly sessionToken: string;
}

/** The options for a new passkey: discoverable, and with the person verified by the authenticator. */
export async function passkeyRegistration(
  db: Database,
  clock: Clock,
  session: Session,
  address: string,
): Promise<PublicKeyCredentialCreationOptionsJSON> {
  const party = requireRelyingParty(address);
  const present = await db
    .selectFrom('passkeys')
    .select(['credential_id', 'transports'])
    .where('person_id', '=', session.person.id)
    .where('relying_party', '=', party.id)
    .execute();
  const challenge = await createChallenge(db, clock, {
    purpose: 'passkey-registration',
    boundTo: session.id,
  });
  return generateRegistrationOptions({
    rpName: 'Breakwater',
    rpID: party.id,
    userID: userHandleOf(session.person.id),
    userName: session.person.displayName,
    userDisplayName: session.person.displayName,
    challenge: new Uint8Array(Buffer.from(challenge, 'base64url')),
    attestationType: 'none',
    excludeCredentials: present.map((row) => ({
      id: row.credential_id.toString('base64url'),
      transports: row.transports as never,
    })),
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  });
}

/**
 * Adds the passkey that a browser has made.
 * @throws {CodedError} BW-PASSKEY-ADDRESS, BW-PASSKEY-ORIGIN, BW-PASSKEY-CHALLENGE, BW-PASSKEY-INVALID
 */
export async function addPasskey(
  db: Database,
  clock: Clock,
  session: Session,
  options: { readonly address: string; readonly name: string; readonly response: RegistrationResponseJSON },
): Promise<Enrolled> {
  const { address, name, response } = options;
  const party = requireRelyingParty(address);
  const personId = session.person.id;
  const challenge = await takeChallengeOf(db, clock, response.response.clientDataJSON, {
    use: { purpose: 'passkey-registration', boundTo: session.id },
    party,
    personId,
  });
  const { verified, registrationInfo } = await verifyRegistrationResponse({
    response,
    expectedChallenge: challenge,
    expectedOrigin: party.origin,
    expectedRPID: party.id,
    requireUserVerification: true,
  }).catch((cause: unknown) => {
    throw new CodedError('BW-PASSKEY-INVALID', { cause });
  });
  if (!verified) throw new CodedError('BW-PASSKEY-INVALID');
  const { credential, credentialBackedUp } = registrationInfo;
  const id = randomUUID();
  const now = clock.now();
  try {
    return await db.transaction().execute(async (trx) => {
      await lockWaysIn(trx, personId);
      await trx
        .insertInto('passkeys')
        .values({
          id,
          person_id: personId,
          credential_id: Buffer.from(credential.id, 'base64url'),
          public_key: Buffer.from(credential.publicKey),
          counter: credential.counter,
          transports: [...(credential.transports ?? [])],
          relying_party: party.id,
          name,
          synced: credentialBackedUp,
          created_at: now,
          last_used_at: null,
        })
        .execute();
      const payload = { personId, passkeyId: id };
      await record(trx, { type: 'passkey.added', at: now, actor: { kind: 'person', id: personId }, payload });
      const recoveryCodes = await recoveryCodesIfNone(trx, clock, personId);
      await completeEnrolment(trx, clock, session.id);
      await refreshSession(trx, clock, session.id);
      return { recoveryCodes, sessionToken: await replaceToken(trx, clock, session.id) };
    });
  } catch (error) {
    if (isUniqueViolation(error, 'passkeys_credential_id_key')) throw new CodedError('BW-PASSKEY-INVALID');
    throw error;
  }
}

/** The passkeys of a person, oldest first. */
export function listPasskeys(db: Queryable, personId: string): Promise<Passkey[]> {
  return db
    .selectFrom('passkeys')
    .select(['id', 'name', 'relying_party as relyingParty', 'synced', 'created_at as createdAt'])
    .select('last_used_at as lastUsedAt')
    .where('person_id', '=', personId)
    .orderBy('created_at')
    .orderBy('id')
    .execute();
}

/** @throws {CodedError} BW-NOT-FOUND; BW-LAST-WAY-IN when the person could not get in without it */
export function removePasskey(
  db: Database,
  clock: Clock,
  personId: string,
  passkeyId: string,
): Promise<void> {
  return db.transaction().execute(async (trx) => {
    await lockWaysIn(trx, personId);
    const { numDeletedRows } = await trx
      .deleteFrom('passkeys')
      .where('id', '=', passkeyId)
      .where('person_id', '=', personId)
      .executeTakeFirst();
    if (numDeletedRows === 0n) throw new CodedError('BW-NOT-FOUND');
    await requireWayIn(trx, personId);
    await record(trx, {
      type: 'passkey.removed',
      at: clock.now(),
      actor: { kind: 'person', id: personId },
      payload: { personId, passkeyId },
    });
  });
}

/** What an authenticator keeps to know the person by: the bytes of the id, which say nothing about anybody. */
export function userHandleOf(personId: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from(personId.replaceAll('-', ''), 'hex'));
}
