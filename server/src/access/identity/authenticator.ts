import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { generateSecret, generateURI, verifySync } from 'otplib';
import type { Clock, Secrets } from '../../foundation/index.ts';

const STEP_SECONDS = 30;

/** A secret for an authenticator app: 160 bits in base 32, as RFC 4226 recommends. */
export function newAuthenticatorSecret(): string {
  return generateSecret();
}

/** What an authenticator app reads from a QR code. */
export function authenticatorUri(secret: string, label: string): string {
  return generateURI({ issuer: 'Breakwater', label, secret });
}

/**
 * The time step that a code stands for (RFC 6238: SHA-1, 30 seconds, six digits), at most one before or after now; null for
 * a wrong code. Whoever calls has to see to it that a step is used once.
 */
export function stepOfCode(secret: string, code: string, clock: Clock): number | null {
  if (!/^\d{6}$/.test(code)) return null;
  const epoch = Math.floor(clock.now().getTime() / 1000);
  const result = verifySync({ secret, token: code, epoch, epochTolerance: STEP_SECONDS });
  return result.valid ? Math.floor(epoch / STEP_SECONDS) + result.delta : null;
}

/** Seals the secret under the installation's key, for this person alone: nonce, ciphertext, tag of AES-256-GCM. */
export function sealAuthenticator(secrets: Secrets, personId: string, secret: string): Buffer {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', keyOf(secrets, personId), nonce);
  return Buffer.concat([nonce, cipher.update(secret, 'utf8'), cipher.final(), cipher.getAuthTag()]);
}

/** @throws {Error} when it was sealed for another person, under another key, or has been changed */
export function openAuthenticator(secrets: Secrets, personId: string, sealed: Buffer): string {
  const decipher = createDecipheriv('aes-256-gcm', keyOf(secrets, personId), sealed.subarray(0, 12));
  decipher.setAuthTag(sealed.subarray(-16));
  return Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()]).toString('utf8');
}

function keyOf(secrets: Secrets, personId: string): Buffer {
  return secrets.derive('authenticator secrets', personId);
}
