export { DEFAULT_SECONDS_PER_HASH, frameInterval, type VpdqFrame } from './vpdq.ts';
export { VPDQ_FORMAT_FAULTS, VpdqFormatError, type VpdqFormatFault } from './vpdq-format-error.ts';
export { type NumberlessVpdqFrame, vpdqFromJson, vpdqToJson } from './vpdq-json.ts';
export { compareVpdq, type VpdqComparison, type VpdqMatchRule } from './vpdq-match.ts';
export { vpdqFromText, vpdqToText } from './vpdq-text.ts';
export {
  TMK_COEFFICIENTS,
  TMK_DIMENSIONS,
  TMK_FRAME_SIDE,
  TMK_FRAMES_PER_SECOND,
  TMK_PERIODS,
  type TmkHash,
} from './tmk.ts';
export { TmkBuilder } from './tmk-builder.ts';
export { compareTmk, type TmkComparison, tmkLevel1, tmkLevel2, type TmkMatchRule } from './tmk-compare.ts';
export {
  TMK_FILE_BYTES,
  TMK_FORMAT_FAULTS,
  TmkFormatError,
  type TmkFormatFault,
  tmkFromBytes,
  tmkToBytes,
} from './tmk-file.ts';
export { tmkFrameFeature } from './tmk-frame-feature.ts';
