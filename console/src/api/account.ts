import type {
  Account,
  AuthenticatorAnswer,
  InvitationAnswer,
  RecoveryCodes,
  SessionAnswer,
  WaysToSignIn,
} from '@breakwater/server/contract';
import { queryOptions } from '@tanstack/react-query';
import { call } from './client.ts';
import { keys } from './keys.ts';

export const waysQuery = queryOptions({
  queryKey: keys.waysToSignIn,
  queryFn: ({ signal }) => call<WaysToSignIn>('/v1/sign-in/ways', { signal }),
  staleTime: 60_000,
});

export const accountQuery = queryOptions({
  queryKey: keys.account,
  queryFn: ({ signal }) => call<Account>('/v1/account', { signal }),
});

export type Credentials = { name: string; password: string; code: string };

export function signInWithPassword(credentials: Credentials): Promise<SessionAnswer> {
  return call('/v1/sign-in/password', { method: 'POST', json: credentials });
}

export function signInWithRecoveryCode(code: string): Promise<SessionAnswer> {
  return call('/v1/sign-in/recovery-code', { method: 'POST', json: { code } });
}

export function acceptInvitation(token: string): Promise<SessionAnswer> {
  return call('/v1/invitations/accept', { method: 'POST', json: { token } });
}

export function showPassword(shown: Omit<Credentials, 'name'>): Promise<SessionAnswer> {
  return call('/v1/step-up/password', { method: 'POST', json: shown });
}

export function beginAuthenticator(): Promise<AuthenticatorAnswer> {
  return call('/v1/account/authenticator', { method: 'POST' });
}

export function setPassword(credentials: Credentials): Promise<RecoveryCodes> {
  return call('/v1/account/password', { method: 'PUT', json: credentials });
}

export function removePassword(): Promise<void> {
  return call('/v1/account/password', { method: 'DELETE' });
}

export function makeRecoveryCodes(): Promise<RecoveryCodes> {
  return call('/v1/account/recovery-codes', { method: 'POST' });
}

export function endSession(id: string): Promise<void> {
  return call(`/v1/account/sessions/${encodeURIComponent(id)}`, { method: 'DELETE' });
}

export function endOtherSessions(): Promise<{ ended: number }> {
  return call('/v1/account/sessions', { method: 'DELETE' });
}

export function invite(person: { displayName: string; roles: string[] }): Promise<InvitationAnswer> {
  return call('/v1/invitations', { method: 'POST', json: person });
}
