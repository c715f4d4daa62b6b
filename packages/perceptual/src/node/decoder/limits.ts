/** How much one picture may take before it is refused or its decoding is killed. */
export interface DecoderLimits {
  /** Bytes of the file. */
  readonly bytes: number;
  /** Width times height; also of all frames together. Frames beyond are not hashed, which is then said. */
  readonly pixels: number;
  /** Frames of an animation, or pages of a document, that are hashed. */
  readonly frames: number;
  /** Wall time of one job, from the moment the decoder is given it. */
  readonly milliseconds: number;
  /** Resident memory of the decoding process. */
  readonly memoryBytes: number;
  /** Jobs that may wait for their turn. */
  readonly waiting: number;
}

const MEBIBYTE = 1024 * 1024;

export const DEFAULT_DECODER_LIMITS: DecoderLimits = {
  bytes: 64 * MEBIBYTE,
  pixels: 100_000_000,
  frames: 256,
  milliseconds: 20_000,
  memoryBytes: 1024 * MEBIBYTE,
  waiting: 64,
};
