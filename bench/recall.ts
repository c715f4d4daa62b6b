import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pdqInFull } from '@breakwater/perceptual';
import sharp from 'sharp';
import type { Figure } from './figure.ts';
import { type Change, changes, QUALITIES } from './recall-changes.ts';

/**
 * How many changed copies of real photographs are found at radius 31, and how many unrelated ones are taken for each other.
 * A hash list may hold either family of PDQ; each figure is the mean over lists of the one and of the other. Looked up
 * is the full-resolution hash alone (the peer), both families, or both and the dihedrals. The photographs are Debian's desktop backgrounds
 * (gnome-backgrounds, mate-backgrounds, lomiri-wallpapers), as far as they are installed.
 */
export async function* figures(): AsyncGenerator<Figure> {
  const originals = await photographs();
  if (originals.length === 0) {
    console.error('recall: no photographs are installed');
    return;
  }
  const listed = await Promise.all(originals.map(hashesOf));
  for (const change of changes()) {
    for (const quality of QUALITIES) yield* recallOf(change, quality, originals, listed);
  }
  yield* falseMatches(listed);
}

const RADIUS = 31;
const FOLDERS = ['/usr/share/backgrounds', '/usr/share/wallpapers'];
const LONGER_SIDE = 1280;
const LEAST_QUALITY = 50;

interface Hashes {
  readonly full: Uint8Array;
  readonly small: Uint8Array;
  readonly dihedral: readonly Uint8Array[];
  readonly quality: number;
}

/** What is looked up in a list, by how far one goes. */
const WAYS: readonly (readonly [name: string, queries: (hashes: Hashes) => readonly Uint8Array[]])[] = [
  ['full resolution alone', ({ full }) => [full]],
  ['both families', ({ full, small }) => [full, small]],
  ['both families and dihedrals', ({ small, dihedral }) => [small, ...dihedral]],
];

async function* recallOf(
  change: Change,
  quality: number,
  originals: readonly Buffer[],
  listed: readonly Hashes[],
): AsyncGenerator<Figure> {
  const found = WAYS.map(() => 0);
  for (const [i, original] of originals.entries()) {
    const copy = await hashesOf(await (await change.apply(original)).jpeg({ quality }).toBuffer());
    WAYS.forEach(([, queries], way) => {
      for (const entry of [listed[i]!.full, listed[i]!.small])
        if (matches(queries(copy), entry)) found[way]!++;
    });
  }
  const recall = found.map((count) => (100 * count) / (2 * originals.length));
  yield* besideTheFirst(`recall, ${change.name}, quality ${quality}`, '%', recall);
}

async function* falseMatches(listed: readonly Hashes[]): AsyncGenerator<Figure> {
  const counts = WAYS.map(([, queries]) => {
    let count = 0;
    for (const [i, query] of listed.entries()) {
      for (const entry of listed.slice(i + 1)) {
        count += [entry.full, entry.small].filter((hash) => matches(queries(query), hash)).length;
      }
    }
    return count;
  });
  const pairs = listed.length * (listed.length - 1);
  yield* besideTheFirst(`false matches among ${pairs} look-ups of unrelated pictures`, 'matches', counts);
}

function* besideTheFirst(figure: string, unit: string, values: readonly number[]): Generator<Figure> {
  const [peerValue = 0] = values;
  for (const [way, [name]] of WAYS.entries()) {
    if (way === 0) continue;
    const value = values[way]!;
    const ratio = peerValue === 0 ? null : value / peerValue;
    yield { bench: 'recall', figure: `${figure}: ${name}`, value, unit, peer: WAYS[0]![0], peerValue, ratio };
  }
}

function matches(queries: readonly Uint8Array[], entry: Uint8Array): boolean {
  return queries.some((query) => distance(query, entry) <= RADIUS);
}

function distance(left: Uint8Array, right: Uint8Array): number {
  let bits = 0;
  for (let i = 0; i < left.length; i++)
    for (let rest = left[i]! ^ right[i]!; rest > 0; rest &= rest - 1) bits++;
  return bits;
}

async function hashesOf(file: Buffer): Promise<Hashes> {
  const { data, info } = await sharp(file)
    .removeAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  const { fullResolution, nearest512, dihedral } = pdqInFull({ data, width, height, channels: 3 });
  return { full: fullResolution.hash, small: nearest512.hash, dihedral, quality: fullResolution.quality };
}

async function photographs(): Promise<Buffer[]> {
  const found: Buffer[] = [];
  for (const file of FOLDERS.filter((folder) => existsSync(folder)).flatMap(pictures)) {
    const picture = await sharp(file)
      .resize(LONGER_SIDE, LONGER_SIDE, { fit: 'inside', withoutEnlargement: true })
      .flatten()
      .png({ compressionLevel: 1 })
      .toBuffer();
    if ((await hashesOf(picture)).quality >= LEAST_QUALITY) found.push(picture);
  }
  return found;
}

/** Without second sizes and second tones of the same picture, which would be no false matches. */
function pictures(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(jpe?g|png|webp)$/.test(name) && !/screenshot|\d+x\d+|-l\.webp/.test(name))
    .map((name) => join(folder, name))
    .toSorted();
}
