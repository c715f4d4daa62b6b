import { crc32 } from 'node:zlib';

/** ZIP (PKWARE APPNOTE 6.3), stored without compression: what is sealed does not get smaller. */

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const MOST_BYTES = 0xffff_fffe;
const UTF8_NAMES = 0x0800;

interface Entry {
  readonly name: Buffer;
  readonly crc: number;
  readonly bytes: number;
  readonly offset: number;
}

/** Writes a ZIP piece by piece through `write`. Every entry carries the time `at`, so that equal files make equal ZIPs. */
export class ZipWriter {
  readonly #write: (piece: Buffer) => Promise<void>;
  readonly #time: Buffer;
  readonly #entries: Entry[] = [];
  #offset = 0;

  constructor(at: Date, write: (piece: Buffer) => Promise<void>) {
    this.#write = write;
    this.#time = dosTime(at);
  }

  /** @throws {RangeError} beyond the 4 GB of a ZIP without extensions */
  async add(name: string, bytes: Uint8Array): Promise<void> {
    const entry = { name: Buffer.from(name), crc: crc32(bytes), bytes: bytes.length, offset: this.#offset };
    if (this.#offset + bytes.length > MOST_BYTES) throw new RangeError('the ZIP would be larger than 4 GB');
    const header = Buffer.alloc(4);
    header.writeUInt32LE(LOCAL);
    await this.#put(Buffer.concat([header, this.#fields(entry), entry.name]));
    await this.#put(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    this.#entries.push(entry);
  }

  async close(): Promise<void> {
    const start = this.#offset;
    for (const entry of this.#entries) {
      const head = Buffer.alloc(6);
      head.writeUInt32LE(CENTRAL);
      head.writeUInt16LE(20, 4);
      const tail = Buffer.alloc(14);
      tail.writeUInt32LE(entry.offset, 10);
      await this.#put(Buffer.concat([head, this.#fields(entry), tail, entry.name]));
    }
    const end = Buffer.alloc(22);
    end.writeUInt32LE(END);
    end.writeUInt16LE(this.#entries.length, 8);
    end.writeUInt16LE(this.#entries.length, 10);
    end.writeUInt32LE(this.#offset - start, 12);
    end.writeUInt32LE(start, 16);
    await this.#put(end);
  }

  /** Version, flags, method, time, sums and lengths: the same in both headers. */
  #fields(entry: Entry): Buffer {
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(UTF8_NAMES, 2);
    this.#time.copy(fields, 6);
    fields.writeUInt32LE(entry.crc, 10);
    fields.writeUInt32LE(entry.bytes, 14);
    fields.writeUInt32LE(entry.bytes, 18);
    fields.writeUInt16LE(entry.name.length, 22);
    return fields;
  }

  async #put(piece: Buffer): Promise<void> {
    this.#offset += piece.length;
    await this.#write(piece);
  }
}

/**
 * The files of a ZIP that `ZipWriter` wrote, by name.
 * @throws {RangeError} when it is cut off, compressed, or none
 */
export function readZip(zip: Buffer): Map<string, Buffer> {
  const files = new Map<string, Buffer>();
  const end = zip.length - 22;
  if (end < 0 || zip.readUInt32LE(end) !== END) throw new RangeError('it has no end of a ZIP');
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left -= 1) {
    if (zip.readUInt32LE(at) !== CENTRAL || zip.readUInt16LE(at + 10) !== 0)
      throw new RangeError('an entry of the ZIP cannot be read');
    const bytes = zip.readUInt32LE(at + 24);
    const nameLength = zip.readUInt16LE(at + 28);
    const extras = zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
    const local = zip.readUInt32LE(at + 42);
    const name = zip.toString('utf8', at + 46, at + 46 + nameLength);
    const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    if (start + bytes > zip.length || files.has(name))
      throw new RangeError(`${name} is cut off or there twice`);
    files.set(name, zip.subarray(start, start + bytes));
    at += 46 + nameLength + extras;
  }
  return files;
}

/** MS-DOS time and date, in UTC; two seconds are its finest step. */
function dosTime(at: Date): Buffer {
  const time = Buffer.alloc(4);
  time.writeUInt16LE(
    (at.getUTCHours() << 11) | (at.getUTCMinutes() << 5) | Math.floor(at.getUTCSeconds() / 2),
    0,
  );
  time.writeUInt16LE(
    ((at.getUTCFullYear() - 1980) << 9) | ((at.getUTCMonth() + 1) << 5) | at.getUTCDate(),
    2,
  );
  return time;
}
