import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { entriesFor, listedPicture } from './listed-pictures.ts';
import { demoPicture, encodePicture, variantOf, type DemoPictureKind } from './pictures.ts';

const UNLISTED: readonly (readonly [kind: DemoPictureKind, seed: number])[] = [
  ['hills', 9],
  ['lighthouse', 11],
  ['harbor', 13],
  ['pattern', 20],
];

/**
 * Writes harmless files to try things out with, and returns their paths: `known.jpg` is on the demo list, `near.jpg` is
 * the same picture made smaller, `harmless.jpg` is on no list, `cut.jpg` ends too early, and `list.csv` is a list to
 * import, which has `known.jpg` on it too. Files of these names are overwritten.
 */
export async function writeSampleFiles(folder: string): Promise<string[]> {
  const known = await listedPicture(1);
  const harbor = await encodePicture(demoPicture('harbor', 15), 'jpeg');
  const files: readonly (readonly [name: string, content: Uint8Array | string])[] = [
    ['known.jpg', known],
    ['near.jpg', await variantOf(known, 'resized')],
    ['harmless.jpg', await encodePicture(demoPicture('lighthouse', 15), 'jpeg')],
    ['cut.jpg', harbor.subarray(0, Math.round(harbor.length * 0.6))],
    ['list.csv', await sampleList(known)],
  ];
  await mkdir(folder, { recursive: true });
  const paths: string[] = [];
  for (const [name, content] of files) {
    const path = join(folder, name);
    await writeFile(path, content);
    paths.push(path);
  }
  return paths;
}

async function sampleList(known: Uint8Array): Promise<string> {
  const entries = await entriesFor(known, ['pdq'], { id: 'sample-1', label: 'sample entry 1' });
  for (const [index, picture] of UNLISTED.entries()) {
    const bytes = await encodePicture(demoPicture(...picture), 'jpeg');
    const named = { id: `sample-${index + 2}`, label: `sample entry ${index + 2}` };
    entries.push(...(await entriesFor(bytes, ['pdq', 'sha256'], named)));
  }
  const lines = entries.map(({ fingerprint, value, externalId, label }) =>
    [fingerprint, value.toString('hex'), externalId, label].join(','),
  );
  return `${['fingerprint,value,id,label', ...lines].join('\n')}\n`;
}
