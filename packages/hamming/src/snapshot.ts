import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';
import { CODE_BYTES } from './code.ts';
import { Delta, deltaEntries } from './delta.ts';
import * as field from './fields.ts';
import { bitOrderOf, createMemory, setWord, wordAt, writeBitOrder } from './layout.ts';
import type { Instant } from './merge.ts';
import { Reader } from './reader.ts';
import {
  decodeHeader,
  encodeHeader,
  HEADER_LENGTH,
  type SnapshotHeader,
  SnapshotError,
} from './snapshot-header.ts';
import type { SharedMemory } from './web-assembly.ts';

/*
 * A snapshot is a header and then the parts of the memory in the order of `partsOf`, byte for byte, so that loading is reading. Each
 * part is cut into chunks; after each chunk comes its CRC-32. What the delta held comes last, as code, payload and list.
 */

const CHUNK = 8 * 2 ** 20;
const CHECK_BYTES = 4;
const DELTA_RECORD = 40;

/** Writes an index as it was at an instant. The file appears under its name when it is complete and on disk. */
export async function writeSnapshot(instant: Instant, path: string): Promise<void> {
  const { memory } = instant;
  const delta = liveDelta(instant);
  const header: SnapshotHeader = {
    count: wordAt(memory, field.COUNT),
    bands: wordAt(memory, field.BANDS),
    width: wordAt(memory, field.WIDTH),
    delta: delta.length / DELTA_RECORD,
    bitOrder: bitOrderOf(memory),
  };
  const temporary = `${path}.${process.pid}.partial`;
  try {
    const file = await open(temporary, 'w');
    try {
      await file.writeFile(encodeHeader(header));
      for (const part of [instant.removed, ...partsOf(memory, header), delta]) {
        for (let at = 0; at < part.length; at += CHUNK) {
          const chunk = Buffer.from(part.slice(at, at + CHUNK).buffer);
          await file.writeFile(chunk);
          await file.writeFile(checkOf(chunk));
        }
      }
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  const folder = await open(dirname(path), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** The memory of a snapshot. Rejects with a SnapshotError if the file is cut short, altered, or of another kind or version. */
export async function readSnapshot(path: string): Promise<SharedMemory> {
  const file = await open(path, 'r');
  try {
    const start = Buffer.alloc(HEADER_LENGTH);
    const { bytesRead } = await file.read(start, 0, HEADER_LENGTH, 0);
    const header = decodeHeader(start.subarray(0, bytesRead));
    const { size } = await file.stat();
    const expected = lengthOf(header);
    if (size !== expected)
      throw new SnapshotError(`has ${size} bytes instead of ${expected}: it is cut short or altered`);
    const memory = createMemory({ capacity: header.count, ...header }, header.bitOrder);
    setWord(memory, field.COUNT, header.count);
    const removed = new Uint8Array(memory.buffer, wordAt(memory, field.REMOVED), Math.ceil(header.count / 8));
    const delta = new Uint8Array(header.delta * DELTA_RECORD);
    const chunks = chunksOf([removed, ...partsOf(memory, header), delta]);
    // Two lanes: one reads while the other checks. When one fails, the other ends after its chunk.
    const lanes = await Promise.allSettled([readChunks(file, chunks), readChunks(file, chunks)]);
    for (const lane of lanes) if (lane.status === 'rejected') throw lane.reason;
    setWord(
      memory,
      field.REMOVALS,
      removed.reduce((sum, byte) => sum + onesOf(byte), 0),
    );
    restoreDelta(memory, delta, header.bitOrder);
    return memory;
  } finally {
    await file.close();
  }
}

interface Chunk {
  readonly into: Uint8Array;
  /** Where it is in the file. */
  readonly at: number;
}

function* chunksOf(parts: Uint8Array[]): Generator<Chunk, void> {
  let at = HEADER_LENGTH;
  for (const part of parts) {
    for (let from = 0; from < part.length; from += CHUNK) {
      const into = part.subarray(from, from + CHUNK);
      yield { into, at };
      at += into.length + CHECK_BYTES;
    }
  }
}

async function readChunks(file: FileHandle, chunks: Iterable<Chunk>): Promise<void> {
  const check = Buffer.alloc(CHECK_BYTES);
  for (const { into, at } of chunks) {
    const { bytesRead } = await file.readv([into, check], at);
    const end = at + into.length + CHECK_BYTES;
    if (bytesRead !== end - at) throw new SnapshotError(`could not be read from byte ${at} to ${end}`);
    if (!checkOf(into).equals(check))
      throw new SnapshotError(`is altered between the bytes ${at} and ${end}`);
  }
}

/** The parts of a base, wherever this memory has them. */
function partsOf(memory: SharedMemory, { count, bands, width }: SnapshotHeader): Uint8Array[] {
  const part = (at: number, bytes: number): Uint8Array => new Uint8Array(memory.buffer, at, bytes);
  const tables = wordAt(memory, field.TABLES);
  const tableStride = wordAt(memory, field.TABLE_STRIDE);
  const postings = wordAt(memory, field.POSTINGS);
  const postingStride = wordAt(memory, field.POSTING_STRIDE);
  return [
    part(wordAt(memory, field.CODES), count * CODE_BYTES),
    part(wordAt(memory, field.PAYLOADS), count * 4),
    part(wordAt(memory, field.LISTS), count * 2),
    ...each(bands, (band) => part(tables + band * tableStride, 4 * (2 ** width + 1))),
    ...each(Math.max(0, bands - 1), (band) => part(postings + band * postingStride, count * 4)),
  ];
}

function each(n: number, make: (i: number) => Uint8Array): Uint8Array[] {
  return Array.from({ length: n }, (_, i) => make(i));
}

function lengthOf({ count, bands, width, delta }: SnapshotHeader): number {
  return (
    HEADER_LENGTH +
    checked(Math.ceil(count / 8)) +
    [CODE_BYTES, 4, 2].reduce((sum, bytes) => sum + checked(count * bytes), 0) +
    bands * checked(4 * (2 ** width + 1)) +
    Math.max(0, bands - 1) * checked(count * 4) +
    checked(delta * DELTA_RECORD)
  );
}

/** Bytes of a part in the file, those of its checks included. */
function checked(bytes: number): number {
  return bytes + Math.ceil(bytes / CHUNK) * CHECK_BYTES;
}

function liveDelta({ memory, delta, removals }: Instant): Uint8Array {
  const bytes = new Uint8Array(delta * DELTA_RECORD);
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const { code, payload, list, removed } of deltaEntries(memory, 0, delta, removals)) {
    if (removed) continue;
    bytes.set(code, at);
    view.setUint32(at + CODE_BYTES, payload, true);
    view.setUint32(at + CODE_BYTES + 4, list, true);
    at += DELTA_RECORD;
  }
  return bytes.subarray(0, at);
}

function restoreDelta(memory: SharedMemory, bytes: Uint8Array, bitOrder: Uint8Array): void {
  const delta = new Delta(memory, new Reader(memory, 0));
  const view = new DataView(bytes.buffer);
  // These codes are in the base's order already.
  writeBitOrder(memory, bitOrder, bitOrder);
  for (let at = 0; at < bytes.length; at += DELTA_RECORD) {
    const code = bytes.subarray(at, at + CODE_BYTES);
    delta.add(code, view.getUint32(at + CODE_BYTES, true), view.getUint32(at + CODE_BYTES + 4, true));
  }
  writeBitOrder(memory, bitOrder);
}

function checkOf(bytes: Uint8Array): Buffer {
  const check = Buffer.alloc(CHECK_BYTES);
  check.writeUInt32LE(crc32(bytes));
  return check;
}

function onesOf(byte: number): number {
  let ones = 0;
  for (let rest = byte; rest !== 0; rest &= rest - 1) ones++;
  return ones;
}
