import { CodedError, type Clock, type Database, type ErrorCode } from '../../foundation/index.ts';
import { record, type Actor } from '../../ledger/index.ts';

export interface RefusedSignIn {
  readonly code: ErrorCode;
  readonly way: 'passkey' | 'password' | 'oidc';
  /** What gave it away, in one word. */
  readonly reason: string;
  /** Whose way in it was, where that is known. */
  readonly personId: string | null;
}

/**
 * Writes down an attempt that no honest mistake explains, in a transaction of its own, because the attempt itself comes to
 * nothing; returns what to throw.
 */
export async function refuse(db: Database, clock: Clock, refused: RefusedSignIn): Promise<CodedError> {
  const { code, way, reason, personId } = refused;
  const actor: Actor = { kind: 'system', part: 'access' };
  await db
    .transaction()
    .execute((trx) =>
      record(trx, { type: 'sign-in.refused', at: clock.now(), actor, payload: { way, reason, personId } }),
    );
  return new CodedError(code);
}
