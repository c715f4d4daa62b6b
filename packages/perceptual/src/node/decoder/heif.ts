import { createRequire } from 'node:module';
import { checkSize } from './libvips.ts';
import { type Bounds, type Pixels, type Source } from './pixels.ts';
import { Refusal } from './refusal.ts';

/**
 * The pictures of a HEIC or HEIF file by libheif in WebAssembly, the primary one first, turned as the file says. The
 * libvips that comes with sharp knows the container but not its HEVC. Throws a Refusal.
 */
export function openHeif(file: Uint8Array, bounds: Bounds): Source {
  const pictures = decoded(file);
  const primary = Math.max(
    0,
    pictures.findIndex((picture) => picture.is_primary()),
  );
  const inOrder = [...pictures.splice(primary, 1), ...pictures];
  if (inOrder.length === 0) throw new Refusal(wholeBoxes(file) ? 'corrupt' : 'truncated');
  for (const picture of inOrder) checkSize(picture.get_width(), picture.get_height(), bounds);
  return {
    frames: framesOf(inOrder, bounds),
    frameCount: inOrder.length,
    orientation: 1,
    // A sequence is a track, as in a film; the pictures beside it are only its covers.
    warnings: brandsOf(file).includes('hevc') || brandsOf(file).includes('msf1') ? ['first-frame-only'] : [],
  };
}

async function* framesOf(pictures: readonly HeifPicture[], bounds: Bounds): AsyncGenerator<Pixels> {
  let pixels = 0;
  for (const [i, picture] of pictures.slice(0, bounds.frames).entries()) {
    const [width, height] = [picture.get_width(), picture.get_height()];
    pixels += width * height;
    if (i > 0 && pixels > bounds.pixels) return;
    const data = new Uint8ClampedArray(width * height * 4);
    const shown = await new Promise<object | null>((resolve) =>
      picture.display({ data, width, height }, resolve),
    );
    if (!shown) throw new Refusal('corrupt');
    yield { data: new Uint8Array(data.buffer), width, height, channels: 4 };
  }
}

/** What we use of libheif-js, which brings no types of its own. */
interface HeifPicture {
  is_primary(): boolean;
  get_width(): number;
  get_height(): number;
  display(
    target: { data: Uint8ClampedArray; width: number; height: number },
    done: (target: object | null) => void,
  ): void;
}

interface Libheif {
  readonly HeifDecoder: new () => { decode(file: Uint8Array): HeifPicture[] };
}

function decoded(file: Uint8Array): HeifPicture[] {
  if (!libheif) {
    const loaded: Libheif = createRequire(import.meta.url)('libheif-js/wasm-bundle');
    libheif = loaded;
  }
  return [...new libheif.HeifDecoder().decode(file)];
}

let libheif: Libheif | undefined;

function brandsOf(file: Uint8Array): string {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.length);
  return bytes.toString('latin1', 8, Math.min(bytes.readUInt32BE(0), 256));
}

/** ISO/IEC 14496-12: a file is a row of boxes, each with its length before it; 0 means to the end. */
function wholeBoxes(file: Uint8Array): boolean {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.length);
  let at = 0;
  while (at + 16 <= bytes.length) {
    const short = bytes.readUInt32BE(at);
    const length = short === 1 ? Number(bytes.readBigUInt64BE(at + 8)) : short;
    if (length === 0) return true;
    at += Math.max(8, length);
  }
  return at === bytes.length;
}
