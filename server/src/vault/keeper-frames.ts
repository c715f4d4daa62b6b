/**
 * The wire between the program and its vault keeper: frames of a length, the number of a channel, a kind and what it
 * carries. Both ends read with distrust: what does not fit ends the connection.
 */
export const KINDS = ['ask', 'data', 'end', 'credit', 'done', 'failed', 'cancel'] as const;
export type FrameKind = (typeof KINDS)[number];

export interface Frame {
  readonly channel: number;
  readonly kind: FrameKind;
  readonly body: Buffer;
}

const HEAD_BYTES = 9;
/** Data is cut to this; nothing else comes near it. */
export const MOST_BODY_BYTES = 256 * 1024;

/** The pieces to write, in order; the body is not copied. @throws {RangeError} when the body is too large */
export function encodeFrame(channel: number, kind: FrameKind, body: Uint8Array): readonly Uint8Array[] {
  if (body.length > MOST_BODY_BYTES) throw new RangeError(`a frame of ${body.length} bytes is too large`);
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUInt32LE(body.length, 0);
  head.writeUInt32LE(channel, 4);
  head.writeUInt8(KINDS.indexOf(kind), 8);
  return body.length === 0 ? [head] : [head, body];
}

/** Puts frames together from a stream that is cut anywhere. */
export class FrameReader {
  #head = Buffer.alloc(HEAD_BYTES);
  #headFilled = 0;
  #body: Buffer | undefined;
  #bodyFilled = 0;

  /** The frames that the piece completes. @throws {RangeError} for what is no frame, before room is made for it */
  push(piece: Uint8Array): Frame[] {
    const frames: Frame[] = [];
    let rest = piece;
    for (;;) {
      if (this.#body === undefined) {
        const taken = rest.subarray(0, HEAD_BYTES - this.#headFilled);
        this.#head.set(taken, this.#headFilled);
        this.#headFilled += taken.length;
        rest = rest.subarray(taken.length);
        if (this.#headFilled < HEAD_BYTES) return frames;
        this.#body = this.#makeRoom();
      }
      const taken = rest.subarray(0, this.#body.length - this.#bodyFilled);
      this.#body.set(taken, this.#bodyFilled);
      this.#bodyFilled += taken.length;
      rest = rest.subarray(taken.length);
      if (this.#bodyFilled < this.#body.length) return frames;
      const kind = KINDS[this.#head.readUInt8(8)]!;
      frames.push({ channel: this.#head.readUInt32LE(4), kind, body: this.#body });
      [this.#body, this.#bodyFilled, this.#headFilled] = [undefined, 0, 0];
    }
  }

  #makeRoom(): Buffer {
    const length = this.#head.readUInt32LE(0);
    if (length > MOST_BODY_BYTES) throw new RangeError(`a frame announces ${length} bytes`);
    if (KINDS[this.#head.readUInt8(8)] === undefined) throw new RangeError('a frame is of no known kind');
    return Buffer.allocUnsafeSlow(length);
  }
}
