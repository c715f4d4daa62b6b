import { isIP } from 'node:net';
import { CodedError } from '../../foundation/index.ts';

/** The address that passkeys are made for. */
export interface RelyingParty {
  /** Such as `https://desk.example:8443`. */
  readonly origin: string;
  /** Its host name; a passkey works at this name and no other. */
  readonly id: string;
}

/**
 * Whom passkeys are made out to when people come by this address; undefined where browsers make none: a numeric address
 * is no name (WebAuthn Level 3, section 5.1.2), and without TLS only the machine itself is trusted.
 */
export function relyingPartyOf(address: string): RelyingParty | undefined {
  const { origin, protocol, hostname } = new URL(address);
  if (isIP(hostname.replace(/^\[|\]$/g, '')) !== 0) return undefined;
  const local = hostname === 'localhost' || hostname.endsWith('.localhost');
  return protocol === 'https:' || local ? { origin, id: hostname } : undefined;
}

/** @throws {CodedError} BW-PASSKEY-ADDRESS */
export function requireRelyingParty(address: string): RelyingParty {
  const party = relyingPartyOf(address);
  if (party === undefined) throw new CodedError('BW-PASSKEY-ADDRESS');
  return party;
}
