import { digests, type ConfinedDecoder, type UnscannedReason } from '@breakwater/perceptual/node';

/** What is computed from bytes before anything is looked up. */
export interface Examination {
  readonly bytes: number;
  readonly sha256: string;
  readonly sha1: string;
  readonly md5: string;
  readonly picture: ExaminedPicture | { readonly unscanned: UnscannedReason };
}

export interface ExaminedPicture {
  /** 64 hex digits. */
  readonly pdq: string;
  /** 0 to 100. */
  readonly quality: number;
  readonly width: number;
  readonly height: number;
  /** By content, such as `jpeg`. */
  readonly decodedAs: string;
  /** What was left aside or converted, such as `first-frame-only`. */
  readonly warnings: readonly string[];
}

/** Digests of the bytes and, where the confined decoder can make a picture of them, its perceptual hash. */
export async function examine(decoder: ConfinedDecoder, bytes: Uint8Array): Promise<Examination> {
  const outcome = await decoder.fingerprint(bytes);
  return {
    bytes: bytes.length,
    ...digests(bytes),
    picture:
      outcome.kind === 'unscanned'
        ? { unscanned: outcome.reason }
        : {
            pdq: outcome.pdq,
            quality: outcome.quality,
            width: outcome.width,
            height: outcome.height,
            decodedAs: outcome.decodedAs,
            warnings: outcome.warnings,
          },
  };
}
