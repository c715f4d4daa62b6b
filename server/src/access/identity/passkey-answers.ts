import { z } from 'zod';
import { CodedError, type Clock, type Database } from '../../foundation/index.ts';
import { takeChallenge, type ChallengeUse } from './challenges.ts';
import { refuse } from './refusal.ts';
import type { RelyingParty } from './relying-party.ts';

/** What the browser signed: WebAuthn Level 3, section 5.8.1. */
const clientData = z.object({ challenge: z.string().min(1).max(200), origin: z.string().max(2000) });

/**
 * Uses up the challenge that a passkey answers, and returns it. A browser writes into what it signs where it was asked, so
 * a page that passes our challenge on to somebody and their answer back to us gives itself away.
 * @throws {CodedError} BW-PASSKEY-INVALID, BW-PASSKEY-ORIGIN, BW-PASSKEY-CHALLENGE
 */
export async function takeChallengeOf(
  db: Database,
  clock: Clock,
  clientDataJson: string,
  expected: { readonly use: ChallengeUse; readonly party: RelyingParty; readonly personId: string | null },
): Promise<string> {
  const { use, party, personId } = expected;
  const { challenge, origin } = parseClientData(clientDataJson);
  const ours = await takeChallenge(db, clock, challenge, use);
  if (origin !== party.origin)
    throw await refuse(db, clock, { code: 'BW-PASSKEY-ORIGIN', way: 'passkey', reason: 'origin', personId });
  if (!ours) throw new CodedError('BW-PASSKEY-CHALLENGE');
  return challenge;
}

function parseClientData(base64url: string): z.infer<typeof clientData> {
  try {
    return clientData.parse(JSON.parse(Buffer.from(base64url, 'base64url').toString('utf8')));
  } catch (cause) {
    throw new CodedError('BW-PASSKEY-INVALID', { cause });
  }
}
