/** JPEG (ITU-T T.81, annex B) as a chain of marker segments, as far as it has to be known before decoding. */
export interface JpegFacts {
  /** Of the first frame header; undefined if there is none. */
  readonly bitsPerSample: number | undefined;
  /** Whether further pictures follow the first: CIPA DC-007, "MPF" in an APP2 segment. */
  readonly isMultiPicture: boolean;
}

export function jpegFacts(file: Uint8Array): JpegFacts {
  const { segments } = chainOf(file);
  const frame = segments.find(({ marker }) => marker >= 0xc0 && marker <= 0xcf && !NO_FRAME.has(marker));
  return {
    bitsPerSample: frame && file[frame.start + 4],
    isMultiPicture: segments.some(
      ({ marker, start }) => marker === APP2 && text(file, start + 4, start + 8) === 'MPF\0',
    ),
  };
}

/**
 * The same picture without bytes that belong to nothing: between the segments of the header, and padding of a single value
 * before the end marker. Where there are none, the very same array. The decoder only warns of them, in the same way as of missing
 * picture data; what is left must then decode without any warning, which it would not if pixels were gone.
 */
export function withoutJunk(file: Uint8Array): Uint8Array {
  const { segments, scan } = chainOf(file);
  if (scan === undefined) return file;
  const end = endOfPicture(file, scan);
  const padding = end === undefined ? 0 : paddingBefore(file, end, scan);
  const length = 2 + segments.reduce((sum, segment) => sum + segment.end - segment.start, 0);
  if (padding === 0 && length === scan) return file;
  const header = [file.subarray(0, 2), ...segments.map(({ start, end: to }) => file.subarray(start, to))];
  const data =
    end === undefined ? [file.subarray(scan)] : [file.subarray(scan, end - padding), file.subarray(end)];
  return Buffer.concat([...header, ...data]);
}

interface Segment {
  readonly marker: number;
  readonly start: number;
  readonly end: number;
}

const APP2 = 0xe2;
const START_OF_SCAN = 0xda;
const END_OF_IMAGE = 0xd9;
/** Huffman tables, arithmetic conditioning and a reserved marker lie among the frame headers. */
const NO_FRAME = new Set([0xc4, 0xc8, 0xcc]);
/** Fewer could be the end of the picture data. */
const LEAST_PADDING = 4;

/** The segments up to the first scan, and where the picture data of that begins. */
function chainOf(file: Uint8Array): { segments: Segment[]; scan: number | undefined } {
  const segments: Segment[] = [];
  for (let at = 2; at + 4 <= file.length; ) {
    const marker = file[at + 1]!;
    const isSegment =
      file[at] === 0xff && marker >= 0xc0 && marker !== 0xff && (marker < 0xd0 || marker > 0xd9);
    if (!isSegment) {
      at++;
      continue;
    }
    const end = at + 2 + ((file[at + 2]! << 8) | file[at + 3]!);
    segments.push({ marker, start: at, end });
    if (marker === START_OF_SCAN) return { segments, scan: end };
    at = end;
  }
  return { segments, scan: undefined };
}

/** The first end marker after the scan; in picture data, 0xff is followed by 0. */
function endOfPicture(file: Uint8Array, scan: number): number | undefined {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.length);
  const at = bytes.indexOf(Buffer.from([0xff, END_OF_IMAGE]), scan);
  return at < 0 ? undefined : at;
}

/** How many bytes of one value, other than that of a marker, precede the end marker; 0 if so few that they may be data. */
function paddingBefore(file: Uint8Array, end: number, scan: number): number {
  const value = file[end - 1];
  let start = end;
  while (start > scan && file[start - 1] === value) start--;
  // A zero after 0xff is part of an escaped byte.
  if (value === 0 && file[start - 1] === 0xff) start++;
  return value === 0xff || end - start < LEAST_PADDING ? 0 : end - start;
}

function text(file: Uint8Array, from: number, to: number): string {
  return String.fromCharCode(...file.subarray(from, to));
}
