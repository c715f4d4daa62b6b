import { joinBytes } from '../bytes.ts';
import { LedgerError } from '../ledger-error.ts';
import {
  ed25519PrivateKey,
  ed25519Verifier,
  fromBase64,
  randomSeed,
  sha256,
  toBase64,
  toUtf8,
} from '../platform.ts';
import { cosignedMessage, signatureTime, timestampBytes } from './cosigned-message.ts';

/**
 * Kinds of key, by the type byte of C2SP signed-note: a log signs the note itself, a witness signs a timestamped
 * cosignature/v1 (C2SP tlog-cosignature).
 */
const TYPES = { log: 0x01, witness: 0x04 } as const;
export type KeyKind = keyof typeof TYPES;

const KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;
const TIMESTAMP_BYTES = 8;

/** Checks the signatures of one key. */
export interface Verifier {
  readonly name: string;
  /** 32 bits that tell keys of one name apart. */
  readonly keyId: number;
  readonly kind: KeyKind;
  /** The verifier key as C2SP spells it: `name+hash+base64`. */
  readonly verifierKey: string;
  /** Whether `signature`, without the key id, is one of this key over `text`. */
  verify(text: string, signature: Uint8Array): boolean;
}

/** Signs with one key. */
export interface Signer {
  readonly verifier: Verifier;
  /** The signature over a note's text, without the key id. A witness states the time; a log does not. */
  sign(text: string, at: Date): Uint8Array;
}

/** The verifier of a key such as `example.com/log+530d903a+AekyeR…`. @throws {LedgerError} key-malformed */
export function parseVerifierKey(text: string): Verifier {
  const { name, keyId, kind, bytes } = parseKey(text.trim());
  const verifier = verifierOf(name, kind, bytes);
  if (verifier.keyId !== keyId) throw malformed('its hash is not that of its key');
  return verifier;
}

/** The signer of a key that `generateSigningKey` made. @throws {LedgerError} key-malformed */
export function parseSigningKey(text: string): Signer {
  const match = /^PRIVATE\+KEY\+(.*)$/.exec(text.trim());
  if (match === null) throw malformed('a signing key begins with PRIVATE+KEY+');
  const { name, keyId, kind, bytes } = parseKey(match[1] ?? '');
  const key = ed25519PrivateKey(bytes);
  const verifier = verifierOf(name, kind, key.publicKey);
  if (verifier.keyId !== keyId) throw malformed('its hash is not that of its key');
  const sign = (message: string, at: Date): Uint8Array => {
    if (kind === 'log') return key.sign(toUtf8(message));
    const seconds = Math.floor(at.getTime() / 1000);
    return joinBytes([timestampBytes(seconds), key.sign(cosignedMessage(message, seconds))]);
  };
  return { verifier, sign };
}

/**
 * Makes a signing key, in the spelling of golang.org/x/mod/sumdb/note. The seed is 32 random bytes.
 * @throws {LedgerError} key-malformed when the name is empty or has a space or a plus
 */
export function generateSigningKey(name: string, kind: KeyKind, seed: Uint8Array = randomSeed()): string {
  requireName(name);
  const { keyId } = verifierOf(name, kind, ed25519PrivateKey(seed).publicKey);
  return `PRIVATE+KEY+${spellKey(name, keyId, kind, seed)}`;
}

/** @throws {LedgerError} key-malformed when it cannot be the name of a key */
export function requireName(name: string): void {
  // oxlint-disable-next-line no-control-regex -- control characters are what a note must not contain
  if (name === '' || /[\p{White_Space}+\u0000-\u001f]/u.test(name) || !name.isWellFormed())
    throw malformed('its name is empty, or has a space or a plus');
}

function verifierOf(name: string, kind: KeyKind, publicKey: Uint8Array): Verifier {
  const checks = ed25519Verifier(publicKey);
  const keyId = keyIdOf(name, kind, publicKey);
  const verify = (text: string, signature: Uint8Array): boolean => {
    if (kind === 'log') return signature.length === SIGNATURE_BYTES && checks(toUtf8(text), signature);
    if (signature.length !== TIMESTAMP_BYTES + SIGNATURE_BYTES) return false;
    const seconds = signatureTime(signature);
    return seconds !== null && checks(cosignedMessage(text, seconds), signature.subarray(TIMESTAMP_BYTES));
  };
  return { name, keyId, kind, verifierKey: spellKey(name, keyId, kind, publicKey), verify };
}

function keyIdOf(name: string, kind: KeyKind, publicKey: Uint8Array): number {
  const digest = sha256(joinBytes([toUtf8(`${name}\n`), Uint8Array.of(TYPES[kind]), publicKey]));
  return new DataView(digest.buffer, digest.byteOffset).getUint32(0);
}

function spellKey(name: string, keyId: number, kind: KeyKind, bytes: Uint8Array): string {
  const id = keyId.toString(16).padStart(8, '0');
  return `${name}+${id}+${toBase64(joinBytes([Uint8Array.of(TYPES[kind]), bytes]))}`;
}

function parseKey(text: string): { name: string; keyId: number; kind: KeyKind; bytes: Uint8Array } {
  const match = /^([^+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]{1,100})$/.exec(text);
  if (match === null) throw malformed('it is not of the form name+hash+base64');
  const [, name = '', id = '', base64 = ''] = match;
  requireName(name);
  const data = fromBase64(base64);
  const kind = data?.[0] === TYPES.log ? 'log' : data?.[0] === TYPES.witness ? 'witness' : null;
  if (data === null || kind === null || data.length !== 1 + KEY_BYTES)
    throw malformed('it is not an Ed25519 key of a log or of a witness');
  return { name, keyId: Number.parseInt(id, 16), kind, bytes: data.subarray(1) };
}

function malformed(why: string): LedgerError {
  return new LedgerError('key-malformed', `The key cannot be read: ${why}.`);
}
