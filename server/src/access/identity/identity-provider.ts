import * as openid from 'openid-client';
import {
  CodedError,
  fingerprintOfSecret,
  type Clock,
  type Database,
  type ErrorCode,
  type Transaction,
} from '../../foundation/index.ts';
import type { Role } from '../permissions.ts';
import { stepUp } from './confirm.ts';
import { personOf, rolesOf } from './oidc-people.ts';
import { reasonOf } from './oidc-refusals.ts';
import { refuse } from './refusal.ts';
import { openSession, type Session } from './sessions.ts';

const REQUEST_LIFE_MS = 10 * 60_000;
/** How long what a provider says about itself is taken for true. */
const DISCOVERY_LIFE_MS = 60 * 60_000;
/** Between the provider's clock and ours, in seconds. */
const CLOCK_TOLERANCE = 30;

export interface OidcSettings {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** What people call it, on the button. */
  readonly name: string;
  /** The claim that says which groups somebody is in. */
  readonly rolesClaim: string;
  /** Which role a group brings. A group that is not here brings none. */
  readonly roles: ReadonlyMap<string, Role>;
}

/** Sign-in by an organization's OpenID Connect provider. */
export interface IdentityProvider {
  readonly name: string;
  /**
   * Where to send the browser: authorization code flow with PKCE, state and nonce. With a session, the provider is told to
   * ask for proof anew.
   * @throws {CodedError} BW-OIDC-UNAVAILABLE
   */
  begin(options: {
    readonly boundTo: string;
    readonly redirectUri: string;
    readonly session?: Session;
  }): Promise<URL>;
  /** Opens a session with what the browser brought back, or proves anew whose the session is. @throws {CodedError} BW-OIDC-… */
  complete(options: {
    readonly boundTo: string;
    readonly callback: URL;
    readonly browser: string;
  }): Promise<{ sessionToken: string; session: Session }>;
}

export function createIdentityProvider(
  deps: { readonly db: Database; readonly clock: Clock },
  settings: OidcSettings,
): IdentityProvider {
  const { db, clock } = deps;
  const discovered = discovery(settings);
  return {
    name: settings.name,
    async begin({ boundTo, redirectUri, session }) {
      const configuration = await discovered();
      const now = clock.now();
      const state = openid.randomState();
      const nonce = openid.randomNonce();
      const verifier = openid.randomPKCECodeVerifier();
      await db.deleteFrom('oidc_requests').where('expires_at', '<=', now).execute();
      await db
        .insertInto('oidc_requests')
        .values({
          state_hash: fingerprintOfSecret(state),
          bound_to: fingerprintOfSecret(boundTo),
          nonce,
          code_verifier: verifier,
          session_id: session?.id ?? null,
          started_at: now,
          expires_at: new Date(now.getTime() + REQUEST_LIFE_MS),
        })
        .execute();
      return openid.buildAuthorizationUrl(configuration, {
        redirect_uri: redirectUri,
        scope: 'openid profile',
        state,
        nonce,
        code_challenge: await openid.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        ...(session === undefined ? {} : { prompt: 'login', max_age: '0' }),
      });
    },
    async complete({ boundTo, callback, browser }) {
      const state = callback.searchParams.get('state') ?? '';
      const request = await db
        .deleteFrom('oidc_requests')
        .where('state_hash', '=', fingerprintOfSecret(state))
        .where('bound_to', '=', fingerprintOfSecret(boundTo))
        .where('expires_at', '>', clock.now())
        .returningAll()
        .executeTakeFirst();
      if (request === undefined) throw await refusal(deps, 'BW-OIDC-STATE', 'state');
      const claims = await claimsOf(deps, await discovered(), callback, state, request);
      const outcome = await db.transaction().execute((trx) =>
        request.session_id === null
          ? signInAs(trx, clock, settings, claims, browser)
          : stepUpAs(trx, clock, settings, claims, {
              sessionId: request.session_id,
              startedAt: request.started_at,
            }),
      );
      if ('refused' in outcome) throw await refusal(deps, outcome.refused, outcome.reason, outcome.personId);
      return outcome;
    },
  };
}

type Claims = openid.IDToken;
type Outcome =
  | { readonly sessionToken: string; readonly session: Session }
  | { readonly refused: ErrorCode; readonly reason: string; readonly personId: string | null };

/** Told once an hour; a failure is not remembered. */
function discovery(settings: OidcSettings): () => Promise<openid.Configuration> {
  let known: { readonly at: number; readonly configuration: Promise<openid.Configuration> } | undefined;
  return async () => {
    if (known === undefined || performance.now() - known.at > DISCOVERY_LIFE_MS)
      known = { at: performance.now(), configuration: discover(settings) };
    try {
      return await known.configuration;
    } catch (cause) {
      known = undefined;
      throw new CodedError('BW-OIDC-UNAVAILABLE', { cause });
    }
  };
}

function discover({ issuer, clientId, clientSecret }: OidcSettings): Promise<openid.Configuration> {
  const metadata = { client_secret: clientSecret, [openid.clockTolerance]: CLOCK_TOLERANCE };
  // Signatures are checked although the answer comes straight from the provider: a proxy in between may end TLS.
  const execute = [openid.enableNonRepudiationChecks];
  if (isOnThisMachine(issuer)) execute.push(openid.allowInsecureRequests);
  return openid.discovery(new URL(issuer), clientId, metadata, undefined, { execute, timeout: 10 });
}

function isOnThisMachine(issuer: string): boolean {
  const { protocol, hostname } = new URL(issuer);
  return protocol === 'http:' && /^(?:localhost|\[::1\]|127(?:\.\d+){3})$/.test(hostname);
}

async function claimsOf(
  deps: { readonly db: Database; readonly clock: Clock },
  configuration: openid.Configuration,
  callback: URL,
  state: string,
  request: { readonly nonce: string; readonly code_verifier: string },
): Promise<Claims> {
  try {
    const tokens = await openid.authorizationCodeGrant(configuration, callback, {
      expectedState: state,
      expectedNonce: request.nonce,
      pkceCodeVerifier: request.code_verifier,
      idTokenExpected: true,
    });
    const claims = tokens.claims();
    if (claims === undefined) throw new Error('an answer without claims was taken for one with them');
    return claims;
  } catch (error) {
    const found = reasonOf(error);
    if (found === undefined) throw new CodedError('BW-OIDC-UNAVAILABLE', { cause: error });
    throw await refusal(deps, found.code, found.reason);
  }
}

async function signInAs(
  trx: Transaction,
  clock: Clock,
  settings: OidcSettings,
  claims: Claims,
  browser: string,
): Promise<Outcome> {
  const roles = rolesOf(claims, settings);
  const personId = await personOf(trx, clock, claims, roles);
  if (personId === null || roles.length === 0)
    return { refused: 'BW-OIDC-NO-ROLE', reason: 'no-role', personId };
  // A provider may wave through whoever it knows from this morning. Only what it says about then counts as recent.
  const provenAt = typeof claims.auth_time === 'number' ? claims.auth_time * 1000 : 0;
  const freshUntil = new Date(Math.min(provenAt, clock.now().getTime()) + 10 * 60_000);
  return openSession(trx, clock, { personId, method: 'oidc', browser, freshUntil });
}

async function stepUpAs(
  trx: Transaction,
  clock: Clock,
  settings: OidcSettings,
  claims: Claims,
  request: { readonly sessionId: string; readonly startedAt: Date },
): Promise<Outcome> {
  const personId = await personOf(trx, clock, claims, rolesOf(claims, settings));
  const session = await trx
    .selectFrom('sessions')
    .innerJoin('people', 'people.id', 'sessions.person_id')
    .select(['sessions.id', 'people.id as personId', 'people.display_name as displayName', 'people.roles'])
    .where('sessions.id', '=', request.sessionId)
    .executeTakeFirst();
  if (session === undefined) return { refused: 'BW-OIDC-STATE', reason: 'session-ended', personId };
  if (session.personId !== personId)
    return { refused: 'BW-OIDC-ANOTHER-PERSON', reason: 'another-person', personId };
  // It was told to ask anew; an answer without the time, or of before we asked, is none.
  const earliest = request.startedAt.getTime() / 1000 - CLOCK_TOLERANCE;
  if (typeof claims.auth_time !== 'number' || claims.auth_time < earliest)
    return { refused: 'BW-OIDC-EXPIRED', reason: 'auth-time', personId };
  const person = { id: session.personId, displayName: session.displayName, roles: session.roles };
  return stepUp(trx, { clock }, { id: session.id, person }, 'oidc');
}

function refusal(
  { db, clock }: { readonly db: Database; readonly clock: Clock },
  code: ErrorCode,
  reason: string,
  personId: string | null = null,
): Promise<CodedError> {
  return refuse(db, clock, { code, way: 'oidc', reason, personId });
}
