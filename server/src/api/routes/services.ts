import { z } from 'zod';
import {
  createService,
  createServiceKey,
  listServiceKeys,
  listServices,
  revokeServiceKey,
  rotateServiceKey,
  serviceBySlug,
} from '../../access/index.ts';
import { removeWebhook, setWebhook, webhookUrls } from '../../enforcement/index.ts';
import { CodedError } from '../../foundation/index.ts';
import type { FastifyRequest } from 'fastify';
import { actorOf } from '../authentication.ts';
import {
  id,
  rotationInput,
  service,
  serviceInput,
  serviceKey,
  serviceKeyAnswer,
  serviceKeyInput,
  slug,
  webhookAnswer,
  webhookInput,
} from '../contract/index.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { iso, presentService, presentServiceKey } from '../present.ts';

const HOUR_MS = 60 * 60 * 1000;
const serviceParams = z.object({ slug });
const changes = { access: { kind: 'person', permission: 'services.change' } } as const;
const reads = { access: { kind: 'person', permission: 'services.read' } } as const;
const ownOrChanges = {
  access: { kind: 'service-or-person', scope: 'webhooks', permission: 'services.change' },
} as const;

export function serviceRoutes(app: Api, deps: ApiDeps): void {
  const { db, clock } = deps;

  app.get(
    '/v1/services',
    {
      config: reads,
      schema: {
        tags: ['Services'],
        summary: 'Services under watch',
        response: { 200: z.object({ items: z.array(service) }) },
      },
    },
    async () => {
      const urls = await webhookUrls(db);
      return { items: (await listServices(db)).map((row) => presentService(row, urls.get(row.id))) };
    },
  );

  app.post(
    '/v1/services',
    {
      config: changes,
      schema: {
        tags: ['Services'],
        summary: 'Add a service',
        body: serviceInput,
        response: { 201: service },
      },
    },
    async (request, reply) => {
      const row = await db
        .transaction()
        .execute((trx) => createService(trx, clock, actorOf(request), request.body));
      return reply.status(201).send(presentService(row, undefined));
    },
  );

  app.put(
    '/v1/services/:slug/webhook',
    {
      config: ownOrChanges,
      schema: {
        tags: ['Services'],
        summary: 'Say where the service takes webhooks',
        description:
          'A service sets its own with its key. Every call makes a new signing secret, shown this once; the one before signs as well until the overlap is over.',
        params: serviceParams,
        body: webhookInput,
        response: { 200: webhookAnswer },
      },
    },
    async (request) => {
      const row = await ownService(deps, request, request.params.slug);
      const { url, overlapHours } = request.body;
      const set = await setWebhook(deps, actorOf(request), row.id, url, overlapHours * HOUR_MS);
      return { ...set, previousUntil: iso(set.previousUntil) };
    },
  );

  app.delete(
    '/v1/services/:slug/webhook',
    {
      config: ownOrChanges,
      schema: {
        tags: ['Services'],
        summary: 'Send the service no more webhooks; what is due waits',
        params: serviceParams,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const row = await ownService(deps, request, request.params.slug);
      await removeWebhook(deps, actorOf(request), row.id);
      return reply.status(204).send(null);
    },
  );

  app.get(
    '/v1/services/:slug/keys',
    {
      config: reads,
      schema: {
        tags: ['Services'],
        summary: 'Keys of a service, without the keys themselves',
        params: serviceParams,
        response: { 200: z.object({ items: z.array(serviceKey) }) },
      },
    },
    async (request) => {
      const row = await serviceBySlug(db, request.params.slug);
      return { items: (await listServiceKeys(db, row.id)).map(presentServiceKey) };
    },
  );

  app.post(
    '/v1/services/:slug/keys',
    {
      config: changes,
      schema: {
        tags: ['Services'],
        summary: 'Make a key, shown this once',
        params: serviceParams,
        body: serviceKeyInput,
        response: { 201: serviceKeyAnswer },
      },
    },
    async (request, reply) => {
      const { id: serviceId } = await serviceBySlug(db, request.params.slug);
      const { label, scopes, requestsAMinute } = request.body;
      const expiresAt = request.body.expiresAt === null ? null : new Date(request.body.expiresAt);
      if (expiresAt !== null && expiresAt <= clock.now()) {
        const details = [{ path: 'expiresAt', message: 'this time is past' }];
        throw new CodedError('BW-BODY-INVALID', { details });
      }
      const terms = { scopes, requestsAMinute, expiresAt };
      const made = await db
        .transaction()
        .execute((trx) => createServiceKey(trx, clock, actorOf(request), { serviceId, label, ...terms }));
      return reply
        .status(201)
        .header('cache-control', 'no-store')
        .send({ ...presentServiceKey(made.row), key: made.key });
    },
  );

  app.post(
    '/v1/services/:slug/keys/:keyId/rotation',
    {
      config: changes,
      schema: {
        tags: ['Services'],
        summary: 'Make a key that takes the place of another, shown this once',
        description: 'On the same terms. The old key works until the overlap is over.',
        params: z.object({ slug, keyId: id }),
        body: rotationInput,
        response: { 201: serviceKeyAnswer },
      },
    },
    async (request, reply) => {
      const { id: serviceId } = await serviceBySlug(db, request.params.slug);
      const made = await rotateServiceKey(db, clock, actorOf(request), {
        serviceId,
        keyId: request.params.keyId,
        overlapMs: request.body.overlapHours * HOUR_MS,
      });
      return reply
        .status(201)
        .header('cache-control', 'no-store')
        .send({ ...presentServiceKey(made.row), key: made.key });
    },
  );

  app.delete(
    '/v1/services/:slug/keys/:keyId',
    {
      config: changes,
      schema: {
        tags: ['Services'],
        summary: 'Revoke a key at once',
        params: z.object({ slug, keyId: id }),
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const { id: serviceId } = await serviceBySlug(db, request.params.slug);
      await revokeServiceKey(db, clock, actorOf(request), { serviceId, keyId: request.params.keyId });
      return reply.status(204).send(null);
    },
  );
}

/** A service may change what is its own, and cannot learn of others. */
async function ownService({ db }: ApiDeps, request: FastifyRequest, wanted: string) {
  if (request.service !== null && request.service.slug !== wanted) {
    throw new CodedError('BW-FORBIDDEN', { message: 'A service key can only change its own service.' });
  }
  return serviceBySlug(db, wanted);
}
