import '@fastify/cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isIP } from 'node:net';
import { browserOf, DEVICE_LIFE_SECONDS, newDevice, type Session } from '../access/index.ts';
import { CodedError } from '../foundation/index.ts';
import type { ApiDeps } from './deps.ts';

const SESSION = 'breakwater_session';
const DEVICE = 'breakwater_device';
/** Ties the two ends of a sign-in to one browser, before there is a session. */
const ATTEMPT = 'breakwater_attempt';
const ATTEMPT_SECONDS = 15 * 60;

type Addressed = Pick<ApiDeps, 'publicAddress'>;

/** The cookies that say who calls. Read and written here and nowhere else. */
export function sessionCookies(deps: Addressed) {
  const read = (request: FastifyRequest, name: string) => request.cookies[nameOf(deps, request, name)];
  const write = (
    request: FastifyRequest,
    reply: FastifyReply,
    name: string,
    value: string,
    more: { readonly expires?: Date; readonly maxAge?: number; readonly sameSite?: 'strict' | 'lax' },
  ) => {
    requireSafeWay(deps, request);
    reply.setCookie(nameOf(deps, request, name), value, {
      path: '/',
      httpOnly: true,
      sameSite: 'strict',
      secure: isEncrypted(deps, request),
      ...more,
    });
  };
  return {
    /** Before anything is used up for a session. @throws {CodedError} BW-INSECURE-CONNECTION */
    requireSafeWay: (request: FastifyRequest) => requireSafeWay(deps, request),
    session: (request: FastifyRequest) => read(request, SESSION),
    setSession: (request: FastifyRequest, reply: FastifyReply, token: string, session: Session) =>
      write(request, reply, SESSION, token, { expires: session.expiresAt }),
    clearSession: (request: FastifyRequest, reply: FastifyReply) =>
      reply.clearCookie(nameOf(deps, request, SESSION), {
        path: '/',
        httpOnly: true,
        sameSite: 'strict',
        secure: isEncrypted(deps, request),
      }),
    device: (request: FastifyRequest) => read(request, DEVICE),
    /** What the browser is known by from now on: as before, or a name of its own. */
    keepDevice: (request: FastifyRequest, reply: FastifyReply): string => {
      const device = read(request, DEVICE) ?? newDevice();
      write(request, reply, DEVICE, device, { maxAge: DEVICE_LIFE_SECONDS });
      return device;
    },
    attempt: (request: FastifyRequest) => read(request, ATTEMPT),
    /** Lax, because an identity provider sends the browser back from its own site. */
    keepAttempt: (request: FastifyRequest, reply: FastifyReply): string => {
      const attempt = read(request, ATTEMPT) ?? newDevice();
      write(request, reply, ATTEMPT, attempt, { maxAge: ATTEMPT_SECONDS, sameSite: 'lax' });
      return attempt;
    },
  };
}

export type SessionCookies = ReturnType<typeof sessionCookies>;

/** The family of browser and system that a session is bound to. */
export function browserOfRequest(request: FastifyRequest): string {
  return browserOf(request.headers['user-agent']);
}

/**
 * Over TLS a cookie carries the prefix with which browsers promise that this very host has set it, and nobody beside it
 * under the same domain (RFC 6265bis, section 4.1.3.2); then the name without it is not read at all.
 */
function nameOf(deps: Addressed, request: FastifyRequest, name: string): string {
  return isEncrypted(deps, request) ? `__Host-${name}` : name;
}

function isEncrypted({ publicAddress }: Addressed, request: FastifyRequest): boolean {
  return request.protocol === 'https' || publicAddress().startsWith('https:');
}

/** Without TLS, only where the browser is on this machine: everybody in between could read the cookie. */
function requireSafeWay(deps: Addressed, request: FastifyRequest): void {
  if (!isEncrypted(deps, request) && !isLoopback(hostnameOf(request)))
    throw new CodedError('BW-INSECURE-CONNECTION');
}

/** As the browser has it in its address bar; behind no proxy, `Host` is that. */
function hostnameOf(request: FastifyRequest): string {
  return URL.parse(`http://${request.host}`)?.hostname ?? '';
}

function isLoopback(hostname: string): boolean {
  if (hostname === 'localhost' || hostname.endsWith('.localhost') || hostname === '[::1]') return true;
  return isIP(hostname) === 4 && hostname.startsWith('127.');
}
