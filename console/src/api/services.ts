import type { Service, ServiceKey, ServiceKeyAnswer, WebhookAnswer } from '@breakwater/server/contract';
import { queryOptions } from '@tanstack/react-query';
import { call } from './client.ts';
import { keys } from './keys.ts';

export const servicesQuery = queryOptions({
  queryKey: keys.services,
  queryFn: ({ signal }) => call<{ items: Service[] }>('/v1/services', { signal }),
});

export function serviceKeysQuery(slug: string) {
  return queryOptions({
    queryKey: keys.serviceKeys(slug),
    queryFn: ({ signal }) => call<{ items: ServiceKey[] }>(`${at(slug)}/keys`, { signal }),
  });
}

export function createService(service: { slug: string; name: string }): Promise<Service> {
  return call('/v1/services', { method: 'POST', json: service });
}

export function setWebhook(slug: string, url: string): Promise<WebhookAnswer> {
  return call(`${at(slug)}/webhook`, { method: 'PUT', json: { url } });
}

export function removeWebhook(slug: string): Promise<void> {
  return call(`${at(slug)}/webhook`, { method: 'DELETE' });
}

export type KeyTerms = {
  label: string;
  scopes: ServiceKey['scopes'];
  expiresAt: string | null;
  requestsAMinute: number | null;
};

export function createServiceKey(slug: string, terms: KeyTerms): Promise<ServiceKeyAnswer> {
  return call(`${at(slug)}/keys`, { method: 'POST', json: terms });
}

/** Makes a key in the place of another, which works on for `overlapHours`. */
export function rotateServiceKey(
  slug: string,
  keyId: string,
  overlapHours: number,
): Promise<ServiceKeyAnswer> {
  const path = `${at(slug)}/keys/${encodeURIComponent(keyId)}/rotation`;
  return call(path, { method: 'POST', json: { overlapHours } });
}

export function revokeServiceKey(slug: string, keyId: string): Promise<void> {
  return call(`${at(slug)}/keys/${encodeURIComponent(keyId)}`, { method: 'DELETE' });
}

function at(slug: string): string {
  return `/v1/services/${encodeURIComponent(slug)}`;
}
