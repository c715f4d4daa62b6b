import type { FastifyReply, FastifyRequest } from 'fastify';
import { passkeyRequest, stepUpWithPasskey, stepUpWithPassword, type SteppedUp } from '../../access/index.ts';
import { sessionOf } from '../authentication.ts';
import { passkeyOptions, passkeySignInInput, passwordStepUpInput, session } from '../contract/index.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { presentSession } from '../present-session.ts';
import { sessionCookies } from '../session-cookies.ts';

const config = {
  access: { kind: 'own-account', signedIn: 'at-all' },
  rateLimit: { max: 60, timeWindow: 60_000 },
} as const;

/** Showing again who one is, for what a session alone is not enough for. */
export function stepUpRoutes(app: Api, deps: ApiDeps): void {
  const { db, clock, publicAddress } = deps;
  const cookies = sessionCookies(deps);
  const use = (request: FastifyRequest) =>
    ({ purpose: 'passkey-step-up', boundTo: sessionOf(request).id }) as const;
  const goOn = (request: FastifyRequest, reply: FastifyReply, proven: SteppedUp) => {
    cookies.setSession(request, reply, proven.sessionToken, proven.session);
    return presentSession(deps, proven.session);
  };

  app.post(
    '/v1/step-up/passkey/options',
    {
      config,
      schema: { tags: ['Account'], summary: 'Ask for a passkey of yours', response: { 200: passkeyOptions } },
    },
    async (request) => ({ ...(await passkeyRequest(db, clock, publicAddress(), use(request))) }),
  );

  app.post(
    '/v1/step-up/passkey',
    {
      config,
      schema: {
        tags: ['Account'],
        summary: 'Show by a passkey that it is still you',
        body: passkeySignInInput,
        response: { 200: session },
      },
    },
    async (request, reply) => {
      const response = request.body.response as never;
      const shown = { address: publicAddress(), use: use(request), response };
      return goOn(request, reply, await stepUpWithPasskey(deps, sessionOf(request), shown));
    },
  );

  app.post(
    '/v1/step-up/password',
    {
      config,
      schema: {
        tags: ['Account'],
        summary: 'Show by password and code that it is still you',
        body: passwordStepUpInput,
        response: { 200: session },
      },
    },
    async (request, reply) => {
      const shown = { ...request.body, source: request.ip, device: cookies.device(request) };
      return goOn(request, reply, await stepUpWithPassword(deps, sessionOf(request), shown));
    },
  );
}
