import {
  digests,
  type ConfinedDecoder,
  type Fingerprinted,
  type PdqPair,
  type UnscannedReason,
} from '@breakwater/perceptual/node';

/** What is computed from bytes before anything is looked up. */
export interface Examination {
  readonly bytes: number;
  readonly sha256: string;
  readonly sha1: string;
  readonly md5: string;
  readonly picture: ExaminedPicture | { readonly unscanned: UnscannedReason };
}

/** Below this quality a PDQ says too little to be compared (its authors discard 49 and less). */
export const MIN_PDQ_QUALITY = 50;

/** A warning: some frame or variant has no hash that can be compared, so that no match says nothing of it. */
export const NOT_WHOLLY_COMPARABLE = 'not-wholly-comparable';

/** A PDQ that a picture goes by, and how much it says. */
export interface Look {
  /** 64 hex digits. */
  readonly pdq: string;
  /** 0 to 100. */
  readonly quality: number;
}

export interface ExaminedPicture extends Look {
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

/** Digests of the bytes and, where the confined decoder can make a picture of them, its perceptual hashes. */
export async function examine(decoder: ConfinedDecoder, bytes: Uint8Array): Promise<Examination> {
  const outcome = await decoder.fingerprint(bytes);
  return {
    bytes: bytes.length,
    ...digests(bytes),
    picture: outcome.kind === 'unscanned' ? { unscanned: outcome.reason } : examinedPicture(outcome),
  };
}

function examinedPicture(found: Fingerprinted): ExaminedPicture {
  const { pdq, quality, width, height, frames, decodedAs } = found;
  const spoiled = [found, ...found.variants].some(
    (pair) => Math.max(pair.quality, pair.quality512) < MIN_PDQ_QUALITY,
  );
  const warnings = [...found.warnings, ...(spoiled ? [NOT_WHOLLY_COMPARABLE] : [])];
  return { pdq, quality, looks: looksOf(found), width, height, frames, decodedAs, warnings };
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
