import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import {
  addPasskey,
  beginAuthenticator,
  countRecoveryCodes,
  endSessions,
  listPasskeys,
  listSessions,
  makeRecoveryCodes,
  passkeyRegistration,
  passwordOf,
  rememberDevice,
  removePasskey,
  removePassword,
  setPassword,
  type Enrolled,
  type Session,
} from '../../access/index.ts';
import { CodedError } from '../../foundation/index.ts';
import { actorOf, sessionOf } from '../authentication.ts';
import {
  account,
  authenticatorAnswer,
  id,
  passkeyInput,
  passkeyOptions,
  passwordInput,
  recoveryCodes,
  session as sessionAnswer,
  type Account,
} from '../contract/index.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { presentSession } from '../present-session.ts';
import { sessionCookies } from '../session-cookies.ts';

const own = { access: { kind: 'own-account', signedIn: 'at-all' } } as const;
const ownRecently = { access: { kind: 'own-account', signedIn: 'recently' } } as const;

/** What somebody sets up for themselves: the ways in, and the sessions that are open. */
export function accountRoutes(app: Api, deps: ApiDeps): void {
  const { db, clock, publicAddress } = deps;
  const cookies = sessionCookies(deps);
  const enrolled = async (request: FastifyRequest, reply: FastifyReply, gained: Enrolled) => {
    const session = sessionOf(request);
    cookies.setSession(request, reply, gained.sessionToken, session);
    await rememberDevice(db, clock, cookies.keepDevice(request, reply), session.person.id);
    return { recoveryCodes: gained.recoveryCodes };
  };

  app.get(
    '/v1/session',
    {
      config: own,
      schema: { tags: ['People'], summary: 'Who is signed in', response: { 200: sessionAnswer } },
    },
    async (request) => presentSession(deps, sessionOf(request)),
  );

  app.get(
    '/v1/account',
    {
      config: own,
      schema: { tags: ['Account'], summary: 'Your ways in and your sessions', response: { 200: account } },
    },
    async (request) => presentAccount(deps, sessionOf(request)),
  );

  app.post(
    '/v1/account/passkeys/options',
    {
      config: ownRecently,
      schema: { tags: ['Account'], summary: 'Begin a new passkey', response: { 200: passkeyOptions } },
    },
    async (request) => ({
      ...(await passkeyRegistration(db, clock, sessionOf(request), publicAddress())),
    }),
  );

  app.post(
    '/v1/account/passkeys',
    {
      config: ownRecently,
      schema: {
        tags: ['Account'],
        summary: 'Add a passkey',
        body: passkeyInput,
        response: { 201: recoveryCodes },
      },
    },
    async (request, reply) => {
      const { name, response } = request.body;
      const made = { address: publicAddress(), name, response: response as never };
      const gained = await addPasskey(db, clock, sessionOf(request), made);
      return reply.status(201).send(await enrolled(request, reply, gained));
    },
  );

  app.delete(
    '/v1/account/passkeys/:passkeyId',
    {
      config: ownRecently,
      schema: {
        tags: ['Account'],
        summary: 'Remove a passkey, unless it is the last way in',
        params: z.object({ passkeyId: id }),
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      await removePasskey(db, clock, sessionOf(request).person.id, request.params.passkeyId);
      return reply.status(204).send(null);
    },
  );

  app.post(
    '/v1/account/authenticator',
    {
      config: ownRecently,
      schema: {
        tags: ['Account'],
        summary: 'Begin to set up an authenticator app',
        response: { 200: authenticatorAnswer },
      },
    },
    async (request) => beginAuthenticator(deps, sessionOf(request)),
  );

  app.put(
    '/v1/account/password',
    {
      config: ownRecently,
      schema: {
        tags: ['Account'],
        summary: 'Set a password, with the authenticator app that was begun',
        body: passwordInput,
        response: { 200: recoveryCodes },
      },
    },
    async (request, reply) =>
      enrolled(request, reply, await setPassword(deps, sessionOf(request), request.body)),
  );

  app.delete(
    '/v1/account/password',
    {
      config: ownRecently,
      schema: {
        tags: ['Account'],
        summary: 'Remove the password, unless it is the last way in',
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      await removePassword(db, clock, sessionOf(request));
      return reply.status(204).send(null);
    },
  );

  app.post(
    '/v1/account/recovery-codes',
    {
      config: ownRecently,
      schema: {
        tags: ['Account'],
        summary: 'New recovery codes, shown this once, in place of those from before',
        response: { 200: recoveryCodes },
      },
    },
    async (request) => ({
      recoveryCodes: await db
        .transaction()
        .execute((trx) => makeRecoveryCodes(trx, clock, sessionOf(request).person.id)),
    }),
  );

  app.delete(
    '/v1/account/sessions/:sessionId',
    {
      config: own,
      schema: {
        tags: ['Account'],
        summary: 'End one of your sessions',
        params: z.object({ sessionId: id }),
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const personId = sessionOf(request).person.id;
      const ending = { personId, because: 'revoked', only: request.params.sessionId } as const;
      const ended = await db
        .transaction()
        .execute((trx) => endSessions(trx, clock, actorOf(request), ending));
      if (ended === 0) throw new CodedError('BW-NOT-FOUND');
      return reply.status(204).send(null);
    },
  );

  app.delete(
    '/v1/account/sessions',
    {
      config: own,
      schema: {
        tags: ['Account'],
        summary: 'End all of your sessions but this one',
        response: { 200: z.object({ ended: z.number().int() }) },
      },
    },
    async (request) => {
      const session = sessionOf(request);
      const ending = { personId: session.person.id, because: 'revoked', except: session.id } as const;
      const ended = await db
        .transaction()
        .execute((trx) => endSessions(trx, clock, actorOf(request), ending));
      return { ended };
    },
  );
}

async function presentAccount({ db, clock }: ApiDeps, session: Session): Promise<Account> {
  const { id: personId, displayName } = session.person;
  const password = await passwordOf(db, personId);
  const sessions = await listSessions(db, clock, personId);
  const passkeys = await listPasskeys(db, personId);
  return {
    person: { id: personId, displayName },
    passkeys: passkeys.map(({ createdAt, lastUsedAt, ...passkey }) => ({
      ...passkey,
      createdAt: createdAt.toISOString(),
      lastUsedAt: lastUsedAt?.toISOString() ?? null,
    })),
    password: password ? { name: password.name, changedAt: password.changedAt.toISOString() } : null,
    recoveryCodesLeft: await countRecoveryCodes(db, personId),
    sessions: sessions.map(({ openedAt, lastSeenAt, ...listed }) => ({
      ...listed,
      openedAt: openedAt.toISOString(),
      lastSeenAt: lastSeenAt.toISOString(),
      current: listed.id === session.id,
    })),
  };
}
