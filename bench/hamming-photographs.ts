import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pdqFromLuma } from '@breakwater/perceptual';
import sharp from 'sharp';

/**
 * PDQ hashes of scenes cut from real photographs: the desktop backgrounds that Debian packages (gnome-backgrounds,
 * mate-backgrounds, plasma-workspace-wallpapers, lomiri-wallpapers). Each scene is followed by its copies: encoded anew,
 * resized, cropped a little or brightened, as pictures are that are passed on. Only of a quality that is worth comparing.
 */
export interface Photographs {
  /** Groups of `COPIES + 1` codes of 32 bytes. */
  readonly codes: Uint8Array;
  readonly photographs: number;
}

export const COPIES = 3;
const SCENES = 40;
const FOLDERS = ['/usr/share/backgrounds', '/usr/share/wallpapers'];
const LEAST_QUALITY = 50;

/** The hashes, from the cache if it has them. Undefined if there are no photographs on this machine. */
export async function photographs(random: () => number): Promise<Photographs | undefined> {
  const files = FOLDERS.filter((folder) => existsSync(folder)).flatMap(pictures);
  if (files.length === 0) return undefined;
  const cache = join(tmpdir(), 'breakwater-bench');
  const cached = join(cache, `photographs-${files.length}-${SCENES}.codes`);
  if (existsSync(cached)) return { codes: readFileSync(cached), photographs: files.length };
  const groups: Uint8Array[] = [];
  for (const file of files) groups.push(...(await scenes(file, random)));
  const codes = Buffer.concat(groups);
  mkdirSync(cache, { recursive: true });
  writeFileSync(cached, codes);
  return { codes, photographs: files.length };
}

function pictures(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(jpe?g|png|webp)$/.test(name) && !name.includes('screenshot'))
    .map((name) => join(folder, name))
    .toSorted();
}

async function scenes(file: string, random: () => number): Promise<Uint8Array[]> {
  const { data, info } = await sharp(file)
    .resize(1600, 1600, { fit: 'inside', withoutEnlargement: true })
    .flatten()
    .toColorspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  const groups: Uint8Array[] = [];
  for (let i = 0; i < SCENES; i++) {
    const share = 0.25 + 0.6 * random();
    const size = { width: Math.floor(width * share), height: Math.floor(height * share) };
    const left = Math.floor((width - size.width) * random());
    const top = Math.floor((height - size.height) * random());
    const scene = await sharp(data, { raw: { width, height, channels } })
      .extract({ left, top, ...size })
      .resize(320, 320, { fit: 'inside' })
      .png({ compressionLevel: 1 })
      .toBuffer({ resolveWithObject: true });
    const original = await fingerprint(scene.data);
    if (original.quality < LEAST_QUALITY) continue;
    const copies = [];
    for (let n = 0; n < COPIES; n++)
      copies.push((await fingerprint(await copy(scene.data, scene.info, random))).hash);
    groups.push(Buffer.concat([original.hash, ...copies]));
  }
  return groups;
}

async function copy(
  scene: Buffer,
  { width, height }: { width: number; height: number },
  random: () => number,
): Promise<Buffer> {
  const margin = random() < 0.5 ? 0 : 0.05 * random();
  const [x, y] = [Math.floor(width * margin), Math.floor(height * margin)];
  return sharp(scene)
    .extract({ left: x, top: y, width: width - 2 * x, height: height - 2 * y })
    .resize(Math.floor(width * (0.5 + random())))
    .modulate({ brightness: 0.85 + 0.3 * random() })
    .jpeg({ quality: 20 + Math.floor(76 * random()) })
    .toBuffer();
}

async function fingerprint(picture: Buffer): Promise<{ hash: Uint8Array; quality: number }> {
  const { data, info } = await sharp(picture).grayscale().raw().toBuffer({ resolveWithObject: true });
  return pdqFromLuma({ data, width: info.width, height: info.height });
}
