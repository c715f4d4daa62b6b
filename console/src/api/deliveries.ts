import type { Delivery } from '@breakwater/server/contract';
import { call } from './client.ts';
import { keys } from './keys.ts';
import { liveMilliseconds, pagedList } from './paging.ts';

export type DeliveryStatus = Delivery['status'];

export function deliveriesQuery(status: DeliveryStatus) {
  return pagedList<Delivery>(keys.deliveriesOf(status), '/v1/deliveries', { status }, liveMilliseconds);
}

export function retryDelivery(deliveryId: string): Promise<Delivery> {
  return call(`/v1/deliveries/${encodeURIComponent(deliveryId)}/retry`, { method: 'POST' });
}
