export { type Digests, digests, digestsOf } from './digests.ts';
export { identifyFormat, RASTER_FORMATS, type RasterFormat } from './identify-format.ts';
export {
  type ConfinedDecoder,
  createConfinedDecoder,
  DecoderBusyError,
  type DecoderOptions,
  type DecoderStatus,
} from './decoder/confined-decoder.ts';
export type { Confinement, ConfinementChoice } from './decoder/confinement.ts';
export { DEFAULT_DECODER_LIMITS, type DecoderLimits } from './decoder/limits.ts';
export {
  FINGERPRINT_WARNINGS,
  type Fingerprinted,
  type FingerprintWarning,
  type PdqPair,
  type Rendered,
  type RenderRequest,
  UNSCANNED_REASONS,
  type Unscanned,
  type UnscannedReason,
  type Variant,
  VARIANT_KINDS,
} from './decoder/outcome.ts';
