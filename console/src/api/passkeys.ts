import type { RecoveryCodes, SessionAnswer } from '@breakwater/server/contract';
import {
  startAuthentication,
  startRegistration,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/browser';
import { call } from './client.ts';

/** Shows a passkey, to come in or to go on. */
export async function showPasskey(to: 'sign-in' | 'step-up'): Promise<SessionAnswer> {
  const optionsJSON = await call<PublicKeyCredentialRequestOptionsJSON>(`/v1/${to}/passkey/options`, {
    method: 'POST',
  });
  const response = await inWords(startAuthentication({ optionsJSON }));
  return call(`/v1/${to}/passkey`, { method: 'POST', json: { response } });
}

export async function makePasskey(name: string): Promise<RecoveryCodes> {
  const optionsJSON = await call<PublicKeyCredentialCreationOptionsJSON>('/v1/account/passkeys/options', {
    method: 'POST',
  });
  const response = await inWords(startRegistration({ optionsJSON }));
  return call('/v1/account/passkeys', { method: 'POST', json: { name, response } });
}

export function removePasskey(id: string): Promise<void> {
  return call(`/v1/account/passkeys/${encodeURIComponent(id)}`, { method: 'DELETE' });
}

/** Browsers tell little, lest a page learns which passkeys there are. */
async function inWords<Answer>(asked: Promise<Answer>): Promise<Answer> {
  try {
    return await asked;
  } catch (cause) {
    const name = cause instanceof Error ? cause.name : '';
    throw new Error(words[name] ?? 'The browser could not use a passkey.', { cause });
  }
}

const words: Record<string, string> = {
  NotAllowedError: 'No passkey was used: it was canceled, took too long, or there is none for this address.',
  AbortError: 'No passkey was used: it was canceled.',
  InvalidStateError: 'There is a passkey of yours on this device already.',
  SecurityError: 'Browsers make no passkeys at this address.',
  NotSupportedError: 'This browser or device has no passkeys.',
};
