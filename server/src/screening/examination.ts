import {
  DecoderBusyError,
  digests,
  type ConfinedDecoder,
  type Digests,
  type Fingerprinted,
  type PdqPair,
} from '@breakwater/perceptual/node';
import { identifyVideo } from '@breakwater/perceptual/video/node';
import { spool, type Media, type SpooledFile } from './media.ts';
import type { Effort, ExaminedVideo, VideoScanner } from './video-scanner.ts';

/** What is computed from bytes before anything is looked up. */
export interface Examination {
  readonly bytes: number;
  readonly sha256: string;
  readonly sha1: string;
  readonly md5: string;
  readonly seen: ExaminedPicture | ExaminedVideo | NothingSeen;
}

/** No fingerprint but the digests could be computed. */
export interface NothingSeen {
  readonly kind: 'nothing';
  /** As which it was tried, told by its first bytes. */
  readonly media: 'picture' | 'video';
  /** One of a fixed list. */
  readonly reason: string;
}

/** Below this quality a PDQ says too little to be compared (its authors discard 49 and less). */
export const MIN_PDQ_QUALITY = 50;

/** A warning: some frame or variant has no hash that can be compared, so that no match says nothing of it. */
export const NOT_WHOLLY_COMPARABLE = 'not-wholly-comparable';

/** A PDQ that a picture goes by, or a frame of a video, and how much it says. */
export interface Look {
  /** 64 hex digits. */
  readonly pdq: string;
  /** 0 to 100. */
  readonly quality: number;
  /** When the frame of a video is shown. */
  readonly seconds?: number;
}

export interface ExaminedPicture extends Look {
  readonly kind: 'picture';
  /**
   * Every distinct hash that the picture goes by, each to be looked up: of both families, turned and mirrored, as shown, over
   * black, and of each further frame. The first is the primary one, `pdq`.
   */
  readonly looks: readonly Look[];
  /** Frames or pages of the file. */
  readonly frames: number;
  readonly width: number;
  readonly height: number;
  /** By content, such as `jpeg`. */
  readonly decodedAs: string;
  /** What was left aside or converted, such as `first-frame-only`. */
  readonly warnings: readonly string[];
}

/** Digests of the bytes and, where the confined decoders can make something of them, perceptual hashes. */
export async function examine(
  tools: { readonly decoder: ConfinedDecoder; readonly videos: VideoScanner; readonly spoolFolder: string },
  media: Media,
  effort: Effort,
): Promise<Examination> {
  if (!(media instanceof Uint8Array)) return examineVideo(tools.videos, media, effort);
  if (identifyVideo(media) !== undefined) {
    const file = await spool(tools.spoolFolder, [media]);
    try {
      return await examineVideo(tools.videos, file, effort);
    } finally {
      await file.discard();
    }
  }
  return { bytes: media.length, ...digests(media), seen: await examinePicture(tools.decoder, media, effort) };
}

async function examineVideo(videos: VideoScanner, file: SpooledFile, effort: Effort): Promise<Examination> {
  const { bytes, sha256, sha1, md5 } = file satisfies Digests;
  return { bytes, sha256, sha1, md5, seen: await videos.scan(file.path, effort) };
}

async function examinePicture(
  decoder: ConfinedDecoder,
  bytes: Uint8Array,
  effort: Effort,
): Promise<ExaminedPicture | NothingSeen> {
  try {
    const outcome = await decoder.fingerprint(bytes);
    if (outcome.kind === 'unscanned') return { kind: 'nothing', media: 'picture', reason: outcome.reason };
    return examinedPicture(outcome);
  } catch (error) {
    // Whoever is waiting for an answer is told to come again; a job is not, and comes again by itself.
    if (effort === 'thorough' && error instanceof DecoderBusyError)
      return { kind: 'nothing', media: 'picture', reason: 'decoder-busy' };
    throw error;
  }
}

function examinedPicture(found: Fingerprinted): ExaminedPicture {
  const { pdq, quality, width, height, frames, decodedAs } = found;
  const spoiled = [found, ...found.variants].some(
    (pair) => Math.max(pair.quality, pair.quality512) < MIN_PDQ_QUALITY,
  );
  const warnings = [...found.warnings, ...(spoiled ? [NOT_WHOLLY_COMPARABLE] : [])];
  return { kind: 'picture', pdq, quality, looks: looksOf(found), width, height, frames, decodedAs, warnings };
}

function looksOf(found: Fingerprinted): Look[] {
  const pairs: PdqPair[] = [found, ...found.variants];
  const looks = [
    ...pairs.flatMap(({ pdq, quality, pdq512, quality512 }) => [
      { pdq, quality },
      { pdq: pdq512, quality: quality512 },
    ]),
    ...found.dihedral.map((pdq) => ({ pdq, quality: found.quality })),
  ];
  const distinct = new Map(looks.toReversed().map((look) => [look.pdq, look]));
  return [...distinct.values()].toReversed();
}
