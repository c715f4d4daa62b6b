import {
  createPrivateKey,
  createPublicKey,
  hash,
  randomBytes,
  sign,
  verify,
  type KeyObject,
} from 'node:crypto';

/**
 * All that this package takes from the platform: SHA-256, Ed25519 (RFC 8032), randomness and Base64. A build for a
 * browser puts another file in the place of this one.
 */
export function sha256(bytes: Uint8Array): Uint8Array {
  return hash('sha256', bytes, 'buffer');
}

const PKCS8_OF_SEED = Buffer.from('302e020100300506032b657004220420', 'hex');
const SPKI_OF_KEY = Buffer.from('302a300506032b6570032100', 'hex');

export interface Ed25519PrivateKey {
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
  /** 64 bytes. */
  sign(message: Uint8Array): Uint8Array;
}

/** The private key of a seed of 32 bytes. */
export function ed25519PrivateKey(seed: Uint8Array): Ed25519PrivateKey {
  const key = createPrivateKey({ key: Buffer.concat([PKCS8_OF_SEED, seed]), format: 'der', type: 'pkcs8' });
  const publicKey = createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(SPKI_OF_KEY.length);
  return { publicKey, sign: (message) => sign(null, message, key) };
}

/** Checks signatures of a public key of 32 bytes. */
export function ed25519Verifier(
  publicKey: Uint8Array,
): (message: Uint8Array, signature: Uint8Array) => boolean {
  // Made on first use: the key may be no point of the curve, which only fails to verify.
  let key: KeyObject | undefined;
  return (message, signature) => {
    key ??= createPublicKey({ key: Buffer.concat([SPKI_OF_KEY, publicKey]), format: 'der', type: 'spki' });
    return verify(null, message, key, signature);
  };
}

export function randomSeed(): Uint8Array {
  return randomBytes(32);
}

export function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

/** The bytes of standard Base64 with padding (RFC 4648 section 4); null for any other spelling. */
export function fromBase64(text: string): Uint8Array | null {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : null;
}

export function toUtf8(text: string): Uint8Array {
  return Buffer.from(text, 'utf8');
}
