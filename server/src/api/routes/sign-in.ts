import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import {
  acceptInvitation,
  passkeyRequest,
  relyingPartyOf,
  rememberDevice,
  signIn,
  signInWithPasskey,
  signInWithPassword,
  signInWithRecoveryCode,
  signOut,
  type Session,
} from '../../access/index.ts';
import { CodedError } from '../../foundation/index.ts';
import { sessionOf } from '../authentication.ts';
import {
  acceptInvitationInput,
  passkeyOptions,
  passkeySignInInput,
  passwordSignInInput,
  recoveryCodeInput,
  session,
  signInInput,
  waysToSignIn,
} from '../contract/index.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { presentSession } from '../present-session.ts';
import { browserOfRequest, sessionCookies } from '../session-cookies.ts';

/** A brake before anything is looked at; what is guessed at has finer ones behind it. */
const anyone = { access: { kind: 'anyone' }, rateLimit: { max: 20, timeWindow: 60_000 } } as const;
const often = { access: { kind: 'anyone' }, rateLimit: { max: 120, timeWindow: 60_000 } } as const;

/** Signing in, by every way that there is, and out. */
export function signInRoutes(app: Api, deps: ApiDeps): void {
  const { db, clock, publicAddress } = deps;
  const cookies = sessionCookies(deps);
  const safely = { preHandler: async (request: FastifyRequest) => cookies.requireSafeWay(request) };
  const enter = async (
    request: FastifyRequest,
    reply: FastifyReply,
    opened: { readonly sessionToken: string; readonly session: Session },
  ) => {
    cookies.setSession(request, reply, opened.sessionToken, opened.session);
    return presentSession(deps, opened.session);
  };

  app.get(
    '/v1/sign-in/ways',
    {
      config: often,
      schema: { tags: ['People'], summary: 'The ways to sign in', response: { 200: waysToSignIn } },
    },
    async () => ({
      passkeys: relyingPartyOf(publicAddress()) !== undefined,
      address: publicAddress(),
      identityProvider: deps.identityProvider && { name: deps.identityProvider.name },
    }),
  );

  app.post(
    '/v1/sign-in',
    {
      ...safely,
      config: anyone,
      schema: {
        tags: ['People'],
        summary: 'Sign in with a one-time link token',
        body: signInInput,
        response: { 200: session },
      },
    },
    async (request, reply) =>
      enter(request, reply, await signIn(db, clock, request.body.token, browserOfRequest(request))),
  );

  app.post(
    '/v1/sign-in/passkey/options',
    {
      ...safely,
      config: often,
      schema: { tags: ['People'], summary: 'Ask for a passkey', response: { 200: passkeyOptions } },
    },
    async (request, reply) => {
      const use = { purpose: 'passkey-sign-in', boundTo: cookies.keepAttempt(request, reply) } as const;
      return { ...(await passkeyRequest(db, clock, publicAddress(), use)) };
    },
  );

  app.post(
    '/v1/sign-in/passkey',
    {
      ...safely,
      config: often,
      schema: {
        tags: ['People'],
        summary: 'Sign in with a passkey',
        body: passkeySignInInput,
        response: { 200: session },
      },
    },
    async (request, reply) => {
      const boundTo = cookies.attempt(request);
      if (boundTo === undefined) throw new CodedError('BW-PASSKEY-CHALLENGE');
      const opened = await signInWithPasskey(db, clock, {
        address: publicAddress(),
        use: { purpose: 'passkey-sign-in', boundTo },
        response: request.body.response as never,
        browser: browserOfRequest(request),
      });
      const answer = await enter(request, reply, opened);
      await rememberDevice(db, clock, cookies.keepDevice(request, reply), opened.session.person.id);
      return answer;
    },
  );

  app.post(
    '/v1/sign-in/password',
    {
      ...safely,
      config: often,
      schema: {
        tags: ['People'],
        summary: 'Sign in with a password and the code of an authenticator app',
        body: passwordSignInInput,
        response: { 200: session },
      },
    },
    async (request, reply) => {
      const opened = await signInWithPassword(deps, {
        ...request.body,
        source: request.ip,
        device: cookies.device(request),
        browser: browserOfRequest(request),
      });
      const answer = await enter(request, reply, opened);
      await rememberDevice(db, clock, cookies.keepDevice(request, reply), opened.session.person.id);
      return answer;
    },
  );

  app.post(
    '/v1/sign-in/recovery-code',
    {
      ...safely,
      config: anyone,
      schema: {
        tags: ['People'],
        summary: 'Sign in with a recovery code, once',
        body: recoveryCodeInput,
        response: { 200: session },
      },
    },
    async (request, reply) => {
      const shown = { ...request.body, source: request.ip, browser: browserOfRequest(request) };
      return enter(request, reply, await signInWithRecoveryCode(deps, shown));
    },
  );

  app.post(
    '/v1/invitations/accept',
    {
      ...safely,
      config: anyone,
      schema: {
        tags: ['People'],
        summary: 'Use an invitation, once, to set up a way in',
        body: acceptInvitationInput,
        response: { 200: session },
      },
    },
    async (request, reply) => {
      const accepted = { ...request.body, browser: browserOfRequest(request) };
      return enter(request, reply, await acceptInvitation(db, clock, accepted));
    },
  );

  app.post(
    '/v1/sign-out',
    {
      config: { access: { kind: 'own-account', signedIn: 'at-all' } },
      schema: { tags: ['People'], summary: 'End this session', response: { 204: z.null() } },
    },
    async (request, reply) => {
      await signOut(db, clock, sessionOf(request));
      cookies.clearSession(request, reply);
      return reply.status(204).send(null);
    },
  );
}
