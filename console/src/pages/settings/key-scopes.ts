import type { ServiceKey } from '@breakwater/server/contract';

export type Scope = ServiceKey['scopes'][number];

/** What a key can be good for, in the order in which it is offered. */
export const scopeWords: readonly (readonly [Scope, string])[] = [
  ['screen', 'Screen pictures'],
  ['report', 'Send user reports'],
  ['read-own', 'Read its own reports'],
  ['webhooks', 'Set its webhook'],
  ['hash-lists', 'Import hash lists'],
];

export function nameOfScope(scope: Scope): string {
  return scopeWords.find(([one]) => one === scope)?.[1] ?? scope;
}
