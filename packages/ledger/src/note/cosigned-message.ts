import { toUtf8 } from '../platform.ts';

/** What a witness signs: C2SP tlog-cosignature, "Ed25519 signed message". `text` is the whole text of the checkpoint. */
export function cosignedMessage(text: string, seconds: number): Uint8Array {
  return toUtf8(`cosignature/v1\ntime ${seconds}\n${text}`);
}

/** Seconds since 1970 as they stand before a witness's signature, big-endian. */
export function timestampBytes(seconds: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(seconds));
  return bytes;
}

/** The time within a witness's signature; null when it lies beyond what a number holds exactly. */
export function signatureTime(signature: Uint8Array): number | null {
  if (signature.length < 8) return null;
  const seconds = new DataView(signature.buffer, signature.byteOffset).getBigUint64(0);
  return seconds <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(seconds) : null;
}
