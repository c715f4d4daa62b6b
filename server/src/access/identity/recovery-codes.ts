import { randomInt } from 'node:crypto';
import {
  CodedError,
  fingerprintOfSecret,
  type Clock,
  type Queryable,
  type Transaction,
} from '../../foundation/index.ts';
import { record } from '../../ledger/index.ts';
import { failedAttempt, type AttemptDeps } from './attempts.ts';
import { openSession, type Session } from './sessions.ts';

const CODES = 8;
/** 20 characters of 32: 100 bits, which nobody guesses, so a code names its person and needs no slow hash. */
const GROUPS = 4;
const GROUP_LENGTH = 5;
/** Crockford's base 32: nothing that is read as something else. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** New recovery codes, shown this once; those from before stop working. */
export async function makeRecoveryCodes(trx: Transaction, clock: Clock, personId: string): Promise<string[]> {
  await trx.deleteFrom('recovery_codes').where('person_id', '=', personId).execute();
  const codes = Array.from({ length: CODES }, newCode);
  await trx
    .insertInto('recovery_codes')
    .values(codes.map((code) => ({ code_hash: hashOf(code), person_id: personId })))
    .execute();
  await record(trx, {
    type: 'recovery-codes.made',
    at: clock.now(),
    actor: { kind: 'person', id: personId },
    payload: { personId, codes: codes.length },
  });
  return codes;
}

/** Codes for whoever has none yet; null for whoever has. */
export async function recoveryCodesIfNone(
  trx: Transaction,
  clock: Clock,
  personId: string,
): Promise<string[] | null> {
  return (await countRecoveryCodes(trx, personId)) > 0 ? null : makeRecoveryCodes(trx, clock, personId);
}

export async function countRecoveryCodes(db: Queryable, personId: string): Promise<number> {
  const { count } = await db
    .selectFrom('recovery_codes')
    .select((select) => select.fn.countAll<number>().as('count'))
    .where('person_id', '=', personId)
    .executeTakeFirstOrThrow();
  return count;
}

/**
 * Uses up a recovery code and opens a session.
 * @throws {CodedError} BW-RECOVERY-CODE-INVALID; BW-SIGN-IN-THROTTLED when too many were tried from this address
 */
export async function signInWithRecoveryCode(
  deps: AttemptDeps,
  options: { readonly code: string; readonly source: string; readonly browser: string },
): Promise<{ sessionToken: string; session: Session }> {
  const { db, clock } = deps;
  const attempt = await failedAttempt(deps, { name: null, source: options.source, device: null });
  const opened = await db.transaction().execute(async (trx) => {
    const used = await trx
      .deleteFrom('recovery_codes')
      .where('code_hash', '=', hashOf(options.code))
      .returning('person_id')
      .executeTakeFirst();
    if (used === undefined) return undefined;
    const personId = used.person_id;
    await record(trx, {
      type: 'recovery-code.used',
      at: clock.now(),
      actor: { kind: 'person', id: personId },
      payload: { personId, left: await countRecoveryCodes(trx, personId) },
    });
    return openSession(trx, clock, { personId, method: 'recovery-code', browser: options.browser });
  });
  if (opened === undefined) throw new CodedError('BW-RECOVERY-CODE-INVALID');
  await attempt.succeeded();
  return opened;
}

function newCode(): string {
  const group = () =>
    Array.from({ length: GROUP_LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
  return Array.from({ length: GROUPS }, group).join('-');
}

/** However it was copied: without what separates the groups, in capitals, and with the letters that Crockford reads as digits. */
function hashOf(code: string): Buffer {
  const plain = code
    .toUpperCase()
    .replaceAll(/[^0-9A-Z]/g, '')
    .replaceAll('O', '0')
    .replaceAll(/[IL]/g, '1');
  return fingerprintOfSecret(`recovery code ${plain}`);
}
