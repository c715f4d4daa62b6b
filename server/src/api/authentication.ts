import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  authenticateService,
  createKeyRates,
  requireFresh,
  requirePermission,
  requireVisible,
  STEP_UP,
  useSession,
  type Permission,
  type Person,
  type ServiceScope,
  type ThingOfCase,
  type ServiceIdentity,
  type Session,
} from '../access/index.ts';
import { CodedError, type Clock, type Database } from '../foundation/index.ts';
import type { Actor } from '../ledger/index.ts';
import { browserOfRequest, sessionCookies, type SessionCookies } from './session-cookies.ts';

declare module 'fastify' {
  interface FastifyRequest {
    session: Session | null;
    service: ServiceIdentity | null;
  }
  interface FastifyContextConfig {
    /** Who may call this route. Every route under /v1 says so; one that does not is refused. */
    access?: Access;
  }
}

export type Access =
  | { readonly kind: 'anyone' }
  | { readonly kind: 'signed-in' }
  /** For one's own ways in, also while there is none yet; `recently` asks for a recent proof as well. */
  | { readonly kind: 'own-account'; readonly signedIn: 'at-all' | 'recently' }
  | { readonly kind: 'person'; readonly permission: Permission }
  | { readonly kind: 'service'; readonly scope: ServiceScope }
  /** A service for what is its own, or a person with the permission. */
  | { readonly kind: 'service-or-person'; readonly scope: ServiceScope; readonly permission: Permission };

/** What each parameter of an address names. A route that takes one is closed to those who may not know of its case. */
const THINGS: Readonly<Record<string, ThingOfCase>> = {
  caseId: 'case',
  exhibitId: 'exhibit',
  reportId: 'report',
  deliveryId: 'delivery',
  approvalId: 'approval',
  holdId: 'hold',
  exportId: 'export',
};

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Finds out who calls and whether they may, in one place for every route. */
export function authenticate(deps: {
  readonly db: Database;
  readonly clock: Clock;
  readonly publicAddress: () => string;
}) {
  const cookies = sessionCookies(deps);
  const spend = createKeyRates(deps.clock);
  return async (request: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const { access } = request.routeOptions.config;
    if (request.is404 || access === undefined) {
      if (isOfTheApi(request) && !request.is404)
        throw new Error(`${request.routeOptions.url} says not who may call it`);
      return;
    }
    if (access.kind === 'anyone') return refuseOtherSites(request);
    const key = bearer(request);
    if (access.kind === 'service' || (access.kind === 'service-or-person' && key !== undefined)) {
      if (key === undefined) throw new CodedError('BW-SERVICE-KEY-REQUIRED');
      const service = await authenticateService(deps.db, deps.clock, key);
      if (!service.scopes.includes(access.scope)) throw new CodedError('BW-SERVICE-KEY-SCOPE');
      request.service = service;
      spend(service.keyId, service.requestsAMinute);
      return;
    }
    refuseOtherSites(request);
    const session = await sessionOfCookie(deps, cookies, request, reply);
    requireRights(session, access, deps.clock);
    request.session = session;
  };
}

/** What is of a case of which the person who calls may not know is not there, whatever the route does with it. */
export function hideFromOthers(deps: { readonly db: Database }) {
  return async (request: FastifyRequest): Promise<void> => {
    if (request.session === null) return;
    const { person } = request.session;
    for (const [name, value] of Object.entries(request.params as Record<string, string>)) {
      const thing = THINGS[name];
      if (thing !== undefined) await requireVisible(deps.db, person, thing, value);
    }
  };
}

type Asked = Exclude<Access, { readonly kind: 'anyone' | 'service' }>;

/** The one place where permissions, and what a session alone is not enough for, are checked. */
function requireRights(session: Session, access: Asked, clock: Clock): void {
  if (access.kind === 'own-account') {
    if (access.signedIn === 'recently') requireFresh(session, clock);
    return;
  }
  if (session.enrolling) throw new CodedError('BW-ENROLMENT-REQUIRED');
  if (access.kind === 'signed-in') return;
  requirePermission(session.person.roles, access.permission);
  if (STEP_UP.has(access.permission)) requireFresh(session, clock);
}

async function sessionOfCookie(
  deps: { readonly db: Database; readonly clock: Clock },
  cookies: SessionCookies,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Session> {
  const token = cookies.session(request);
  const presence = request.headers['breakwater-presence'] === 'background' ? 'background' : 'active';
  const used =
    token === undefined
      ? undefined
      : await useSession(deps.db, deps.clock, { token, browser: browserOfRequest(request), presence });
  if (used === undefined) throw new CodedError('BW-SIGN-IN-REQUIRED');
  if (used.renewedToken !== undefined) cookies.setSession(request, reply, used.renewedToken, used.session);
  return used.session;
}

/** By its route and not by its address, which may be a whole URL or be written in other ways. */
export function isOfTheApi(request: FastifyRequest): boolean {
  return request.routeOptions.url?.startsWith('/v1/') === true;
}

/** The session of a route that asks for one. */
export function sessionOf(request: FastifyRequest): Session {
  if (request.session === null) throw new Error('a route that needs a session let somebody in without');
  return request.session;
}

/** The person who calls a route that asks for one. */
export function personOf(request: FastifyRequest): Person {
  return sessionOf(request).person;
}

/** The service of a route that asks for a service key. */
export function serviceOf(request: FastifyRequest): ServiceIdentity {
  if (request.service === null) throw new Error('a route that needs a service key let somebody in without');
  return request.service;
}

/** Whoever it is that calls, for the ledger. */
export function actorOf(request: FastifyRequest): Actor {
  if (request.service !== null) {
    return { kind: 'service', id: request.service.serviceId, keyId: request.service.keyId };
  }
  return { kind: 'person', id: sessionOf(request).person.id };
}

function bearer(request: FastifyRequest): string | undefined {
  const match = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '');
  return match?.[1];
}

/** A browser says where a request comes from; one that another site set off changes nothing here. */
function refuseOtherSites(request: FastifyRequest): void {
  if (SAFE_METHODS.has(request.method)) return;
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin' && site !== 'none')
    throw new CodedError('BW-CROSS-ORIGIN');
  const { origin } = request.headers;
  if (origin !== undefined && URL.parse(origin)?.host !== request.headers.host)
    throw new CodedError('BW-CROSS-ORIGIN');
  // An old browser says neither; then nothing counts that a form on another site could send.
  if (site === undefined && origin === undefined && FORM_TYPES.test(request.headers['content-type'] ?? ''))
    throw new CodedError('BW-CROSS-ORIGIN');
}

/** What a form can send without being asked for permission first (Fetch, "CORS-safelisted request-header"). */
const FORM_TYPES = /^\s*(?:application\/x-www-form-urlencoded|multipart\/form-data|text\/plain)\b/i;
