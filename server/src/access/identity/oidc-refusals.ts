import * as openid from 'openid-client';
import type { ErrorCode } from '../../foundation/index.ts';

interface Refusal {
  readonly code: ErrorCode;
  readonly reason: string;
}

const OF_CLAIM: Readonly<Record<string, Refusal>> = {
  nonce: { code: 'BW-OIDC-NONCE', reason: 'nonce' },
  iss: { code: 'BW-OIDC-ISSUER', reason: 'issuer' },
  aud: { code: 'BW-OIDC-AUDIENCE', reason: 'audience' },
  azp: { code: 'BW-OIDC-AUDIENCE', reason: 'audience' },
};

/** What was wrong with a provider's answer; undefined when there was no answer, or none of OpenID Connect. */
export function reasonOf(error: unknown): Refusal | undefined {
  // The provider says no itself: a code that was used before, or a person who has changed their mind.
  if (error instanceof openid.ResponseBodyError || error instanceof openid.AuthorizationResponseError)
    return { code: 'BW-OIDC-REFUSED', reason: 'refused-by-provider' };
  if (!(error instanceof openid.ClientError)) return undefined;
  const cause = error.cause instanceof Error ? error.cause.cause : undefined;
  const claim = [error.cause, cause].map(claimOf).find((found) => found !== undefined);
  const known = claim === undefined ? undefined : OF_CLAIM[claim];
  if (error.code === 'OAUTH_JWT_CLAIM_COMPARISON_FAILED' && known !== undefined) return known;
  if (error.code === 'OAUTH_JWT_TIMESTAMP_CHECK_FAILED')
    return { code: 'BW-OIDC-EXPIRED', reason: 'expired' };
  const said = error.cause instanceof Error ? error.cause.message : error.message;
  if (/signature/i.test(said) || error.code === 'OAUTH_KEY_SELECTION_FAILED')
    return { code: 'BW-OIDC-SIGNATURE', reason: 'signature' };
  if (error.code?.startsWith('OAUTH_') === true) return { code: 'BW-OIDC-INVALID', reason: 'invalid' };
  return undefined;
}

function claimOf(cause: unknown): string | undefined {
  if (typeof cause !== 'object' || cause === null || !('claim' in cause)) return undefined;
  return typeof cause.claim === 'string' ? cause.claim : undefined;
}
