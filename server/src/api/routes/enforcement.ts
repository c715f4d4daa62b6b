import { z } from 'zod';
import { deliveryById, pageOfDeliveries, retryDelivery } from '../../enforcement/index.ts';
import { actorOf, personOf } from '../authentication.ts';
import { delivery, deliveryQuery, id, page } from '../contract/index.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { presentDelivery } from '../present.ts';

export function enforcementRoutes(app: Api, deps: ApiDeps): void {
  app.get(
    '/v1/deliveries',
    {
      config: { access: { kind: 'person', permission: 'deliveries.read' } },
      schema: {
        tags: ['Enforcement'],
        summary: 'Webhooks to services, newest first',
        querystring: deliveryQuery,
        response: { 200: page(delivery) },
      },
    },
    async (request) => {
      const { items, nextCursor } = await pageOfDeliveries(deps.db, personOf(request), request.query);
      return { items: items.map(presentDelivery), nextCursor };
    },
  );

  app.post(
    '/v1/deliveries/:deliveryId/retry',
    {
      config: { access: { kind: 'person', permission: 'deliveries.retry' } },
      schema: {
        tags: ['Enforcement'],
        summary: 'Send a dead or waiting delivery again now',
        params: z.object({ deliveryId: id }),
        response: { 200: delivery },
      },
    },
    async (request) => {
      await retryDelivery(deps, actorOf(request), request.params.deliveryId);
      return presentDelivery(await deliveryById(deps.db, request.params.deliveryId));
    },
  );
}
