import { crc32 } from 'node:zlib';
import { CODE_BITS } from './code.ts';

/** A file is no snapshot, or not as it was written. */
export class SnapshotError extends Error {
  constructor(what: string) {
    super(`the snapshot ${what}`);
    this.name = 'SnapshotError';
  }
}

export interface SnapshotHeader {
  readonly count: number;
  readonly bands: number;
  readonly width: number;
  /** Entries of the delta. */
  readonly delta: number;
  readonly bitOrder: Uint8Array;
}

export const HEADER_LENGTH = 512;

const MAGIC = 'hamming\n';
const VERSION = 1;
/** Read with the wrong byte order, or through a conversion of text, it is another number. */
const BYTE_ORDER = 0x0d0a_1a80;
const ORDER_AT = 64;
const CHECK_AT = HEADER_LENGTH - 4;

/** Magic, version, byte order, four counts, the order of bits, and a CRC-32 of all that. Little-endian, as the rest of the file. */
export function encodeHeader({ count, bands, width, delta, bitOrder }: SnapshotHeader): Buffer {
  const bytes = Buffer.alloc(HEADER_LENGTH);
  bytes.write(MAGIC, 'latin1');
  [VERSION, BYTE_ORDER, count, bands, width, delta].forEach((word, i) =>
    bytes.writeUInt32LE(word, 8 + 4 * i),
  );
  bytes.set(bitOrder, ORDER_AT);
  bytes.writeUInt32LE(crc32(bytes.subarray(0, CHECK_AT)), CHECK_AT);
  return bytes;
}

/** Throws a SnapshotError that says what is wrong. */
export function decodeHeader(bytes: Buffer): SnapshotHeader {
  if (bytes.toString('latin1', 0, MAGIC.length) !== MAGIC)
    throw new SnapshotError('is none: it does not begin as one');
  if (bytes.length < HEADER_LENGTH) throw new SnapshotError('is cut short within its header');
  const word = (i: number): number => bytes.readUInt32LE(8 + 4 * i);
  const [version, byteOrder, count, bands, width, delta] = [
    word(0),
    word(1),
    word(2),
    word(3),
    word(4),
    word(5),
  ];
  if (version !== VERSION)
    throw new SnapshotError(`is of version ${version}; this program reads version ${VERSION}`);
  if (byteOrder !== BYTE_ORDER) throw new SnapshotError('has been converted: its byte order is another');
  if (crc32(bytes.subarray(0, CHECK_AT)) !== bytes.readUInt32LE(CHECK_AT))
    throw new SnapshotError('is altered in its header');
  const bitOrder = new Uint8Array(bytes.subarray(ORDER_AT, ORDER_AT + CODE_BITS));
  if (bands * width > CODE_BITS || width > 25 || new Set(bitOrder).size !== CODE_BITS)
    throw new SnapshotError('has a header that makes no sense');
  return { count, bands, width, delta, bitOrder };
}
