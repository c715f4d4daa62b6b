/** How much one video may take before it is refused, or its decoding is stopped. */
export interface VideoLimits {
  /** Bytes of the file. */
  readonly bytes: number;
  /** Width times height. */
  readonly pixels: number;
  /** Streams of any kind in the container. */
  readonly streams: number;
  /** Of playing time that is looked at. */
  readonly seconds: number;
  /** Frames that are decoded. */
  readonly frames: number;
  /** Frames that are hashed. */
  readonly hashes: number;
  /** Wall time of the whole job. */
  readonly milliseconds: number;
  /** Processor time of the decoding process. */
  readonly processorSeconds: number;
  /** Memory of the decoding process. */
  readonly memoryBytes: number;
  /** Threads of the decoding process. */
  readonly threads: number;
}

const MEBIBYTE = 1024 * 1024;

export const DEFAULT_VIDEO_LIMITS: VideoLimits = {
  bytes: 4096 * MEBIBYTE,
  pixels: 36_000_000,
  streams: 100,
  seconds: 4 * 3600,
  frames: 2_000_000,
  hashes: 100_000,
  milliseconds: 600_000,
  processorSeconds: 1800,
  memoryBytes: 2048 * MEBIBYTE,
  threads: 2,
};
