import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createReadStream } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hammingDistance } from '@breakwater/hamming';
import { digests } from '@breakwater/perceptual/node';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readListFile, type NewEntry } from '../hashlists/index.ts';
import { demoListEntries } from './listed-pictures.ts';
import { pdqOfDemoPicture } from './pictures.ts';
import { writeSampleFiles } from './sample-files.ts';

let folder: string;
let demoList: NewEntry[];
let paths: string[];

beforeAll(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'breakwater-test-')), 'samples');
  paths = await writeSampleFiles(folder);
  demoList = await demoListEntries();
});

afterAll(() => rm(join(folder, '..'), { recursive: true }));

const sample = (name: string) => readFile(join(folder, name));
const pdqOf = async (name: string) => Buffer.from((await pdqOfDemoPicture(await sample(name))).pdq, 'hex');

/** To the nearest PDQ of the demo list. */
async function distanceToDemoList(name: string): Promise<number> {
  const hash = await pdqOf(name);
  const listed = demoList.filter((entry) => entry.fingerprint === 'pdq');
  return Math.min(...listed.map((entry) => hammingDistance(hash, entry.value)));
}

it('writes the five files that it names, into a folder that it makes', async () => {
  const names = ['cut.jpg', 'harmless.jpg', 'known.jpg', 'list.csv', 'near.jpg'];
  expect((await readdir(folder)).toSorted()).toEqual(names);
  expect(paths.toSorted()).toEqual(names.map((name) => join(folder, name)));
});

it('known.jpg is on the demo list to the byte', async () => {
  const { md5, sha256 } = digests(await sample('known.jpg'));
  const values = demoList.map((entry) => entry.value.toString('hex'));
  expect(values).toContain(md5);
  expect(values).toContain(sha256);
  expect(await distanceToDemoList('known.jpg')).toBe(0);
});

it('near.jpg is within the distance of a match, harmless.jpg is far from it', async () => {
  const near = await distanceToDemoList('near.jpg');
  expect(near).toBeGreaterThan(0);
  expect(near).toBeLessThanOrEqual(31);
  expect(await distanceToDemoList('harmless.jpg')).toBeGreaterThan(60);
});

it('cut.jpg cannot be decoded', async () => {
  const bytes = await sample('cut.jpg');
  await expect(sharp(bytes, { failOn: 'warning' }).raw().toBuffer()).rejects.toThrow(/premature end/i);
});

it('list.csv can be imported, and has known.jpg but not harmless.jpg on it', async () => {
  const entries = await readListFile(createReadStream(join(folder, 'list.csv')), 'csv');
  expect(entries).toHaveLength(9);
  const distances = async (name: string) => {
    const hash = await pdqOf(name);
    return entries
      .filter((entry) => entry.fingerprint === 'pdq')
      .map((entry) => hammingDistance(hash, entry.value));
  };
  expect(await distances('known.jpg')).toContain(0);
  expect(Math.min(...(await distances('harmless.jpg')))).toBeGreaterThan(60);
});
