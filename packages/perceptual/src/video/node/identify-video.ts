/** Containers of video that are told apart by their first bytes. */
export const VIDEO_FORMATS = [
  'mp4',
  'mov',
  '3gp',
  'matroska',
  'webm',
  'avi',
  'mpeg-ps',
  'mpeg-ts',
  'mpeg-es',
] as const;

export type VideoFormat = (typeof VIDEO_FORMATS)[number];

/** How many bytes from the start `identifyVideo` looks at. */
export const VIDEO_HEAD_BYTES = 4096;

/**
 * Tells the container of a video from its first bytes, never from its name, or undefined when it is none of
 * ours. Playlists, scripts and descriptions of streams, which name other files, are none of ours.
 */
export function identifyVideo(bytes: Uint8Array): VideoFormat | undefined {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, VIDEO_HEAD_BYTES));
  const text = head.toString('latin1');
  if (text.startsWith('ftyp', 4)) return formatOfBrands(head);
  if (QUICKTIME_BOXES.has(text.slice(4, 8))) return 'mov';
  if (text.startsWith('\x1a\x45\xdf\xa3')) return formatOfEbml(text);
  if (text.startsWith('RIFF') && text.startsWith('AVI ', 8)) return 'avi';
  if (text.startsWith('\0\0\x01\xba')) return 'mpeg-ps';
  if (text.startsWith('\0\0\x01\xb3')) return 'mpeg-es';
  if (hasPacketRhythm(head)) return 'mpeg-ts';
  return undefined;
}

/** QuickTime files older than the ftyp box begin with one of these. */
const QUICKTIME_BOXES = new Set(['moov', 'mdat', 'wide', 'free', 'skip', 'pnot']);

/** Pictures in the same kind of box; those are decoded as pictures. */
const PICTURE_BRANDS = new Set([
  'heic',
  'heix',
  'heim',
  'heis',
  'hevc',
  'hevx',
  'mif1',
  'msf1',
  'avif',
  'avis',
]);

/** ISO/IEC 14496-12: a major brand, a version, and compatible brands to the end of the box. */
function formatOfBrands(head: Buffer): VideoFormat | undefined {
  const major = head.toString('latin1', 8, 12);
  if (PICTURE_BRANDS.has(major)) return undefined;
  if (major === 'qt  ') return 'mov';
  if (major.startsWith('3g')) return '3gp';
  return 'mp4';
}

/** RFC 8794: the header names the document type in plain text. */
function formatOfEbml(text: string): VideoFormat | undefined {
  const header = text.slice(0, 64);
  if (header.includes('webm')) return 'webm';
  return header.includes('matroska') ? 'matroska' : undefined;
}

const SYNC_BYTE = 0x47;

/** ISO/IEC 13818-1: a sync byte every 188 bytes; 192 where each packet has a time before it, 204 with parity. */
const PACKETS = [
  { length: 188, start: 0 },
  { length: 192, start: 4 },
  { length: 204, start: 0 },
];
const PACKETS_TO_SEE = 5;

function hasPacketRhythm(head: Buffer): boolean {
  return PACKETS.some(({ length, start }) =>
    Array.from({ length: PACKETS_TO_SEE }, (_, i) => head[start + i * length]).every(
      (byte) => byte === SYNC_BYTE,
    ),
  );
}
