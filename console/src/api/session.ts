import type { SessionAnswer } from '@breakwater/server/contract';
import { queryOptions } from '@tanstack/react-query';
import { call } from './client.ts';
import { keys } from './keys.ts';

export const sessionQuery = queryOptions({
  queryKey: keys.session,
  queryFn: ({ signal }) => call<SessionAnswer>('/v1/session', { signal }),
  staleTime: 60_000,
});

export function signIn(token: string): Promise<SessionAnswer> {
  return call('/v1/sign-in', { method: 'POST', json: { token } });
}

export function signOut(): Promise<void> {
  return call('/v1/sign-out', { method: 'POST' });
}
