/**
 * The wire between the decoder and its parent: frames of a JSON header and a body of bytes, each with
 * its length before it as a 32-bit little-endian number.
 */
export interface Frame {
  readonly header: unknown;
  readonly body: Uint8Array;
}

export interface FrameLimits {
  readonly headerBytes: number;
  readonly bodyBytes: number;
}

/** The bytes of a frame, in the pieces in which to write them: the body is not copied. */
export function encodeFrame(header: object, body: Uint8Array): readonly Uint8Array[] {
  const text = Buffer.from(JSON.stringify(header));
  const lengths = Buffer.alloc(LENGTHS_BYTES);
  lengths.writeUInt32LE(text.length, 0);
  lengths.writeUInt32LE(body.length, 4);
  return [lengths, text, body];
}

const LENGTHS_BYTES = 8;

/** Puts frames together from a stream that is cut anywhere. */
export class FrameReader {
  readonly #limits: FrameLimits;
  #lengths = partOf(LENGTHS_BYTES);
  #header: Part | undefined;
  #body: Part | undefined;

  constructor(limits: FrameLimits) {
    this.#limits = limits;
  }

  /**
   * Takes the next piece of the stream and returns the frames that it completes.
   * Throws a RangeError if a frame announces more than the limits allow, before any room is made for it,
   * and a SyntaxError if a header is not JSON. The stream is then of no more use.
   */
  push(chunk: Uint8Array): Frame[] {
    const frames: Frame[] = [];
    let rest = fill(this.#lengths, chunk);
    while (isFull(this.#lengths)) {
      if (!this.#header || !this.#body) [this.#header, this.#body] = this.#makeRoom();
      rest = fill(this.#body, fill(this.#header, rest));
      if (!isFull(this.#header) || !isFull(this.#body)) break;
      frames.push({ header: JSON.parse(this.#header.bytes.toString()), body: this.#body.bytes });
      this.#header = undefined;
      this.#body = undefined;
      this.#lengths = partOf(LENGTHS_BYTES);
      rest = fill(this.#lengths, rest);
    }
    return frames;
  }

  #makeRoom(): [Part, Part] {
    const headerBytes = this.#lengths.bytes.readUInt32LE(0);
    const bodyBytes = this.#lengths.bytes.readUInt32LE(4);
    if (headerBytes > this.#limits.headerBytes || bodyBytes > this.#limits.bodyBytes) {
      throw new RangeError(`a frame of ${headerBytes} and ${bodyBytes} bytes exceeds the limits`);
    }
    return [partOf(headerBytes), partOf(bodyBytes)];
  }
}

interface Part {
  readonly bytes: Buffer;
  filled: number;
}

function partOf(length: number): Part {
  return { bytes: Buffer.allocUnsafeSlow(length), filled: 0 };
}

function isFull(part: Part): boolean {
  return part.filled === part.bytes.length;
}

/** Copies what fits and returns the remainder. */
function fill(part: Part, chunk: Uint8Array): Uint8Array {
  const taken = chunk.subarray(0, part.bytes.length - part.filled);
  part.bytes.set(taken, part.filled);
  part.filled += taken.length;
  return chunk.subarray(taken.length);
}
