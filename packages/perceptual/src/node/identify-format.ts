/** Raster formats that are told apart by their first bytes. */
export const RASTER_FORMATS = ['jpeg', 'png', 'gif', 'webp', 'avif', 'heif', 'tiff', 'bmp'] as const;

export type RasterFormat = (typeof RASTER_FORMATS)[number];

/**
 * Tells the raster format of a file from its first bytes, never from its name, or undefined when it
 * is none of ours. Vector pictures, such as SVG, and documents are none of ours.
 */
export function identifyFormat(bytes: Uint8Array): RasterFormat | undefined {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, HEAD_LENGTH)).toString(
    'latin1',
  );
  if (head.startsWith('\xff\xd8\xff')) return 'jpeg';
  if (head.startsWith('\x89PNG\r\n\x1a\n')) return 'png';
  if (head.startsWith('GIF87a') || head.startsWith('GIF89a')) return 'gif';
  if (head.startsWith('RIFF') && head.startsWith('WEBP', 8)) return 'webp';
  if (TIFF_SIGNATURES.some((signature) => head.startsWith(signature))) return 'tiff';
  if (head.startsWith('ftyp', 4)) return formatOfBrands(head);
  if (head.startsWith('BM') && BMP_HEADER_SIZES.has(head.charCodeAt(14))) return 'bmp';
  return undefined;
}

const HEAD_LENGTH = 256;

/** Classic TIFF and BigTIFF, in either byte order. */
const TIFF_SIGNATURES = ['II*\0', 'MM\0*', 'II+\0', 'MM\0+'];

/** "BM" alone is too little to go by; the size of the second header tells the generations of BMP apart. */
const BMP_HEADER_SIZES = new Set([12, 40, 52, 56, 64, 108, 124]);

const AVIF_BRANDS = new Set(['avif', 'avis']);
const HEIF_BRANDS = new Set(['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'mif1', 'msf1']);

/**
 * ISO/IEC 14496-12: the ftyp box holds a major brand, a version and a list of compatible brands.
 * An AVIF may name the generic `mif1` as its major brand, so all brands have their say.
 */
function formatOfBrands(head: string): RasterFormat | undefined {
  const boxLength =
    (head.charCodeAt(0) << 24) | (head.charCodeAt(1) << 16) | (head.charCodeAt(2) << 8) | head.charCodeAt(3);
  const brands = [head.slice(8, 12)];
  for (let at = 16; at + 4 <= Math.min(boxLength, head.length); at += 4) brands.push(head.slice(at, at + 4));
  if (brands.some((brand) => AVIF_BRANDS.has(brand))) return 'avif';
  if (brands.some((brand) => HEIF_BRANDS.has(brand))) return 'heif';
  return undefined;
}
