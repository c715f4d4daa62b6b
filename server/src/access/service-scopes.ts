/** What a service key can be good for, in plain words. */
export const SERVICE_SCOPES = {
  screen: 'screen pictures',
  report: 'send user reports',
  'read-own': 'read how far its own user reports have come',
  webhooks: 'set and remove its own webhook',
  'hash-lists': 'import into hash lists that are not shared',
} as const;

export type ServiceScope = keyof typeof SERVICE_SCOPES;
export const ALL_SERVICE_SCOPES = Object.keys(SERVICE_SCOPES) as readonly ServiceScope[];
