import { digests } from '@breakwater/perceptual/node';
import type { FingerprintKind, NewEntry } from '../hashlists/index.ts';
import { demoPicture, encodePicture, pdqOfDemoPicture, type DemoPictureKind } from './pictures.ts';

type PictureFingerprint = Exclude<FingerprintKind, 'vpdq'>;

/** Ornaments that stand in for known material: as harmless as the rest, but on the demo list. */
const LISTED: readonly (readonly [kind: DemoPictureKind, seed: number])[] = [
  ['pattern', 9],
  ['shapes', 10],
  ['pattern', 14],
  ['shapes', 19],
  ['pattern', 17],
  ['shapes', 9],
];

/** The file of a listed picture. `number` counts from 1, as the labels of the list do. */
export function listedPicture(number: number): Promise<Buffer> {
  const listed = LISTED[number - 1];
  if (listed === undefined)
    throw new RangeError(`there are ${LISTED.length} listed pictures, no ${number}th`);
  return encodePicture(demoPicture(...listed), 'jpeg');
}

/** What the demo list holds: a PDQ of every listed picture, and MD5 and SHA-256 as well of every other one. */
export async function demoListEntries(): Promise<NewEntry[]> {
  const entries: NewEntry[] = [];
  for (let number = 1; number <= LISTED.length; number++) {
    const bytes = await listedPicture(number);
    const kinds: readonly PictureFingerprint[] = number % 2 === 1 ? ['pdq', 'md5', 'sha256'] : ['pdq'];
    entries.push(
      ...(await entriesFor(bytes, kinds, { id: `demo-${number}`, label: `demo entry ${number}` })),
    );
  }
  return entries;
}

/** List entries for a picture made here, one for each kind of fingerprint. */
export async function entriesFor(
  bytes: Uint8Array,
  kinds: readonly PictureFingerprint[],
  { id, label }: { readonly id: string; readonly label: string },
): Promise<NewEntry[]> {
  const values = { ...digests(bytes), pdq: (await pdqOfDemoPicture(bytes)).pdq };
  return kinds.map((fingerprint) => ({
    fingerprint,
    value: Buffer.from(values[fingerprint], 'hex'),
    externalId: id,
    label,
    threshold: null,
  }));
}
