import { hasWayIn, listPasskeys, passwordOf, relyingPartyOf, type Session } from '../access/index.ts';
import type { SessionAnswer } from './contract/index.ts';
import type { ApiDeps } from './deps.ts';

/** A session as its person sees it, with the ways in which they can show again that it is them. */
export async function presentSession(
  { db, publicAddress, identityProvider }: Pick<ApiDeps, 'db' | 'publicAddress' | 'identityProvider'>,
  open: Session,
): Promise<SessionAnswer> {
  const { id: personId, displayName } = open.person;
  const party = relyingPartyOf(publicAddress());
  const passkeys = await listPasskeys(db, personId);
  const ways: SessionAnswer['ways'] = [];
  if (passkeys.some((passkey) => passkey.relyingParty === party?.id)) ways.push('passkey');
  if ((await passwordOf(db, personId)) !== undefined) ways.push('password');
  if (open.method === 'oidc' && identityProvider !== null) ways.push('organization');
  return {
    person: { id: personId, displayName },
    permissions: [...open.permissions],
    expiresAt: open.expiresAt.toISOString(),
    freshUntil: open.freshUntil.toISOString(),
    enrolling: open.enrolling,
    enrolled: await hasWayIn(db, personId),
    ways,
  };
}
