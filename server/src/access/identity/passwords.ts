import {
  CodedError,
  isUniqueViolation,
  type Clock,
  type Database,
  type Queryable,
} from '../../foundation/index.ts';
import { record } from '../../ledger/index.ts';
import type { AttemptDeps } from './attempts.ts';
import {
  authenticatorUri,
  newAuthenticatorSecret,
  openAuthenticator,
  sealAuthenticator,
  stepOfCode,
} from './authenticator.ts';
import { hashPassword, requireStrongPassword } from './password-hashing.ts';
import type { Enrolled } from './passkeys.ts';
import { recoveryCodesIfNone } from './recovery-codes.ts';
import { completeEnrolment, endSessions, refreshSession, replaceToken, type Session } from './sessions.ts';
import { lockWaysIn, requireWayIn } from './ways-in.ts';

const PENDING_MS = 15 * 60_000;

/** Begins to set up an authenticator app; it counts from when it has shown its first code, with `setPassword`. */
export async function beginAuthenticator(
  { db, clock, secrets }: AttemptDeps,
  session: Session,
): Promise<{ secret: string; uri: string }> {
  const secret = newAuthenticatorSecret();
  const sealed = {
    authenticator_secret: sealAuthenticator(secrets, session.person.id, secret),
    expires_at: new Date(clock.now().getTime() + PENDING_MS),
  };
  await db
    .insertInto('pending_authenticators')
    .values({ session_id: session.id, ...sealed })
    .onConflict((conflict) => conflict.column('session_id').doUpdateSet(sealed))
    .execute();
  return { secret, uri: authenticatorUri(secret, session.person.displayName) };
}

export interface NewPassword {
  /** What the person types to say who they are; no case, no spaces around it. */
  readonly name: string;
  readonly password: string;
  /** Of the authenticator that is being set up. */
  readonly code: string;
}

/**
 * Sets the password and the authenticator of a person, in place of those from before. Their other sessions end.
 * @throws {CodedError} BW-PASSWORD-WEAK, BW-AUTHENTICATOR-CODE, BW-SIGN-IN-NAME-TAKEN
 */
export async function setPassword(
  { db, clock, secrets }: AttemptDeps,
  session: Session,
  { name, password, code }: NewPassword,
): Promise<Enrolled> {
  const personId = session.person.id;
  requireStrongPassword(password, [name, session.person.displayName]);
  const pending = await db
    .selectFrom('pending_authenticators')
    .select('authenticator_secret')
    .where('session_id', '=', session.id)
    .where('expires_at', '>', clock.now())
    .executeTakeFirst();
  const secret = pending && openAuthenticator(secrets, personId, pending.authenticator_secret);
  const step = secret === undefined ? null : stepOfCode(secret, code, clock);
  if (pending === undefined || step === null) throw new CodedError('BW-AUTHENTICATOR-CODE');
  const values = {
    sign_in_name: foldName(name),
    password_hash: await hashPassword(secrets, password),
    authenticator_secret: pending.authenticator_secret,
    last_step: step,
    changed_at: clock.now(),
  };
  const actor = { kind: 'person', id: personId } as const;
  try {
    return await db.transaction().execute(async (trx) => {
      await lockWaysIn(trx, personId);
      await trx.deleteFrom('pending_authenticators').where('session_id', '=', session.id).execute();
      await trx
        .insertInto('passwords')
        .values({ person_id: personId, ...values })
        .onConflict((conflict) => conflict.column('person_id').doUpdateSet(values))
        .execute();
      await record(trx, { type: 'password.set', at: clock.now(), actor, payload: { personId } });
      const because = 'credentials-changed';
      await endSessions(trx, clock, actor, { personId, because, except: session.id });
      const recoveryCodes = await recoveryCodesIfNone(trx, clock, personId);
      await completeEnrolment(trx, clock, session.id);
      await refreshSession(trx, clock, session.id);
      return { recoveryCodes, sessionToken: await replaceToken(trx, clock, session.id) };
    });
  } catch (error) {
    if (isUniqueViolation(error, 'passwords_sign_in_name_unique'))
      throw new CodedError('BW-SIGN-IN-NAME-TAKEN');
    throw error;
  }
}

/** @throws {CodedError} BW-NOT-FOUND; BW-LAST-WAY-IN when the person could not get in without it */
export function removePassword(db: Database, clock: Clock, session: Session): Promise<void> {
  const personId = session.person.id;
  return db.transaction().execute(async (trx) => {
    await lockWaysIn(trx, personId);
    const { numDeletedRows } = await trx
      .deleteFrom('passwords')
      .where('person_id', '=', personId)
      .executeTakeFirst();
    if (numDeletedRows === 0n) throw new CodedError('BW-NOT-FOUND');
    await requireWayIn(trx, personId);
    const actor = { kind: 'person', id: personId } as const;
    await record(trx, { type: 'password.removed', at: clock.now(), actor, payload: { personId } });
  });
}

/** The name that a person signs in with, and since when; undefined where they have no password. */
export function passwordOf(
  db: Queryable,
  personId: string,
): Promise<{ name: string; changedAt: Date } | undefined> {
  return db
    .selectFrom('passwords')
    .select(['sign_in_name as name', 'changed_at as changedAt'])
    .where('person_id', '=', personId)
    .executeTakeFirst();
}

export function foldName(name: string): string {
  return name.normalize('NFKC').trim().toLowerCase();
}
