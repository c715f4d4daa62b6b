export { PDQ_BYTES, type PdqFingerprint, pdqFromLuma, pdqFromRgb } from './pdq.ts';
export { pdqFromHex, pdqToHex } from './pdq/hex.ts';
export type { LumaPlane, RgbPixels } from './pdq/luma.ts';
