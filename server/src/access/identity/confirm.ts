import { CodedError, type Transaction } from '../../foundation/index.ts';
import { record } from '../../ledger/index.ts';
import type { AttemptDeps } from './attempts.ts';
import { verifyPasskey, type ShownPasskey } from './passkey-sign-in.ts';
import { verifyBoth, type ShownPassword } from './password-sign-in.ts';
import { passwordOf } from './passwords.ts';
import { refreshSession, replaceToken, type Session, type SignInMethod } from './sessions.ts';

export interface SteppedUp {
  readonly session: Session;
  /** In place of the token from before: the session has gained a right. */
  readonly sessionToken: string;
}

/**
 * Shows by a passkey that it is still the same person who holds the session.
 * @throws {CodedError} as `verifyPasskey`; BW-PASSKEY-UNKNOWN for the passkey of somebody else
 */
export function stepUpWithPasskey(
  { db, clock }: AttemptDeps,
  session: Session,
  shown: ShownPasskey,
): Promise<SteppedUp> {
  return verifyPasskey(db, clock, shown, (trx, personId) => {
    if (personId !== session.person.id) throw new CodedError('BW-PASSKEY-UNKNOWN');
    return stepUp(trx, { clock }, session, 'passkey');
  });
}

/** The same by password and authenticator. @throws {CodedError} as `verifyBoth` */
export async function stepUpWithPassword(
  deps: AttemptDeps,
  session: Session,
  shown: Omit<ShownPassword, 'name'>,
): Promise<SteppedUp> {
  const own = await passwordOf(deps.db, session.person.id);
  if (own === undefined) throw new CodedError('BW-SIGN-IN-FAILED');
  return verifyBoth(deps, { ...shown, name: own.name }, (trx) => stepUp(trx, deps, session, 'password'));
}

/** Notes in the caller's transaction that the person has just shown who they are. */
export async function stepUp(
  trx: Transaction,
  { clock }: Pick<AttemptDeps, 'clock'>,
  session: Pick<Session, 'id' | 'person'>,
  method: SignInMethod,
): Promise<SteppedUp> {
  const personId = session.person.id;
  await record(trx, {
    type: 'person.stepped-up',
    at: clock.now(),
    actor: { kind: 'person', id: personId },
    payload: { personId, sessionId: session.id, method },
  });
  const refreshed = await refreshSession(trx, clock, session.id);
  return { session: refreshed, sessionToken: await replaceToken(trx, clock, session.id) };
}
