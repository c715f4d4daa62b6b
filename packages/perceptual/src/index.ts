export {
  PDQ_BYTES,
  pdqDihedral,
  pdqDihedral512,
  type PdqFamilies,
  pdqFamilies,
  type PdqFingerprint,
  pdqFromLuma,
  pdqFromRgb,
  pdqInFull,
} from './pdq.ts';
export { DIHEDRAL_ORDER } from './pdq/dihedral.ts';
export { pdqFromHex, pdqToHex } from './pdq/hex.ts';
export { LARGEST_SIDE, type LumaPlane, type Picture, type RgbPixels } from './pdq/picture.ts';
