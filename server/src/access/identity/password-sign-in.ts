import { CodedError, type Transaction } from '../../foundation/index.ts';
import { failedAttempt, type AttemptDeps } from './attempts.ts';
import { newAuthenticatorSecret, openAuthenticator, stepOfCode } from './authenticator.ts';
import { isKnownDevice } from './devices.ts';
import { verifyPassword } from './password-hashing.ts';
import { foldName } from './passwords.ts';
import { refuse } from './refusal.ts';
import { openSession, type Session } from './sessions.ts';

export interface ShownPassword {
  readonly name: string;
  readonly password: string;
  /** Of the authenticator app. */
  readonly code: string;
  readonly source: string;
  /** What the browser is known by, if it says so. */
  readonly device: string | undefined;
}

/** Opens a session for whoever has both the password and the authenticator. @throws {CodedError} see `verifyBoth` */
export function signInWithPassword(
  deps: AttemptDeps,
  shown: ShownPassword & { readonly browser: string },
): Promise<{ sessionToken: string; session: Session }> {
  return verifyBoth(deps, shown, (trx, personId) =>
    openSession(trx, deps.clock, { personId, method: 'password', browser: shown.browser }),
  );
}

/**
 * Checks name, password and code together, and does `then` in the transaction that uses the code up. One answer for
 * whatever was wrong, after the same work: nobody learns which names there are, or that a password was right.
 * @throws {CodedError} BW-SIGN-IN-FAILED, BW-SIGN-IN-THROTTLED; BW-CODE-REPLAYED when all is right but the code was used
 *   before (RFC 6238, section 5.2)
 */
export async function verifyBoth<Result>(
  deps: AttemptDeps,
  shown: ShownPassword,
  then: (trx: Transaction, personId: string) => Promise<Result>,
): Promise<Result> {
  const { db, clock, secrets } = deps;
  const name = foldName(shown.name);
  const row = await db
    .selectFrom('passwords')
    .selectAll()
    .where('sign_in_name', '=', name)
    .executeTakeFirst();
  const { device } = shown;
  const known =
    row !== undefined && device !== undefined && (await isKnownDevice(db, clock, device, row.person_id));
  const attempt = await failedAttempt(deps, { name, source: shown.source, device: known ? device : null });
  const secret =
    row === undefined
      ? newAuthenticatorSecret()
      : openAuthenticator(secrets, row.person_id, row.authenticator_secret);
  const right = await verifyPassword(secrets, row?.password_hash, shown.password);
  const step = stepOfCode(secret, shown.code, clock);
  if (row === undefined || !right || step === null) throw new CodedError('BW-SIGN-IN-FAILED');
  const result = await db.transaction().execute(async (trx) => {
    const { numUpdatedRows } = await trx
      .updateTable('passwords')
      .set({ last_step: step })
      .where('person_id', '=', row.person_id)
      .where('last_step', '<', step)
      .executeTakeFirst();
    return numUpdatedRows === 0n ? replayed : then(trx, row.person_id);
  });
  if (result === replayed) {
    const reason = 'code-replayed';
    throw await refuse(db, clock, {
      code: 'BW-CODE-REPLAYED',
      way: 'password',
      reason,
      personId: row.person_id,
    });
  }
  await attempt.succeeded();
  return result;
}

const replayed = Symbol('the code of an authenticator came a second time');
