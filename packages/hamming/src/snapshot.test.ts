import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createIndex, createIndexBuilder, type ExactIndex, openIndex, SnapshotError } from './index.ts';
import { nearTo, randomCode, randomFrom } from './testing/codes.ts';

const random = randomFrom(5);
const codes = Array.from({ length: 5200 }, () => randomCode(random));
let folder: string;
let path: string;
let index: ExactIndex;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'snapshot-'));
  path = join(folder, 'index');
  const builder = createIndexBuilder({ capacity: 6000 });
  codes.slice(0, 5000).forEach((code, i) => builder.add(code, i, i % 3));
  index = await builder.build();
  codes.slice(5000).forEach((code, i) => index.add(code, 2 ** 32 - 1 - i, 65_535));
  for (const i of [0, 77, 4999]) index.remove(codes[i]!, i);
  index.remove(codes[5100]!, 2 ** 32 - 101);
  await index.save(path);
});
afterAll(() => rm(folder, { recursive: true }));

describe('a snapshot', () => {
  it('is opened as the index that was saved, and goes on from there', async () => {
    const opened = await openIndex(path);
    expect(opened.size).toBe(5196);
    const zero = new Uint8Array(32);
    expect(opened.search(zero, 256)).toEqual(index.search(zero, 256));
    for (const i of [1, 77, 4998, 5001, 5100]) {
      const query = nearTo(codes[i]!, 15, random);
      expect(opened.search(query)).toEqual(index.search(query));
    }
    expect(opened.remove(codes[5]!, 5)).toBe(true);
    expect(opened.remove(codes[77]!, 77)).toBe(false);
    opened.add(codes[77]!, 77);
    await opened.merge();
    expect(opened.size).toBe(5196);
    expect(opened.search(codes[77]!, 0)).toEqual([{ payload: 77, distance: 0, list: 0 }]);
  });

  it('of an empty index is an empty index', async () => {
    const empty = join(folder, 'empty');
    await createIndex().save(empty);
    const opened = await openIndex(empty);
    expect(opened.size).toBe(0);
    opened.add(codes[0]!, 1);
    expect(opened.search(codes[0]!)).toHaveLength(1);
  });

  it('is of the instant when it was asked for', async () => {
    const changing = createIndex();
    codes.slice(0, 100).forEach((code, i) => changing.add(code, i));
    const saving = changing.save(join(folder, 'instant'));
    changing.remove(codes[3]!, 3);
    changing.add(codes[200]!, 200);
    const merging = changing.merge();
    await saving;
    await merging;
    const opened = await openIndex(join(folder, 'instant'));
    expect(opened.search(codes[3]!, 0)).toHaveLength(1);
    expect(opened.search(codes[200]!, 0)).toHaveLength(0);
    expect(changing.search(codes[3]!, 0)).toHaveLength(0);
  });

  it('is refused if it is cut short, anywhere', async () => {
    const whole = await readFile(path);
    const cut = join(folder, 'cut');
    for (const length of [
      0,
      1,
      7,
      8,
      100,
      511,
      512,
      513,
      whole.length >> 1,
      whole.length - 5,
      whole.length - 1,
    ]) {
      await writeFile(cut, whole.subarray(0, length));
      await expect(openIndex(cut)).rejects.toThrow(SnapshotError);
    }
    await writeFile(cut, Buffer.concat([whole, Buffer.of(0)]));
    await expect(openIndex(cut)).rejects.toThrow(/altered/);
  });

  it('is refused if a bit of it is altered, anywhere', async () => {
    const whole = await readFile(path);
    const altered = join(folder, 'altered');
    const places = Array.from({ length: 60 }, () => Math.floor(random() * whole.length));
    for (const at of [
      0,
      8,
      12,
      16,
      20,
      24,
      28,
      64,
      400,
      511,
      512,
      whole.length - 1,
      whole.length - 5,
      ...places,
    ]) {
      const copy = Buffer.from(whole);
      copy[at]! ^= 1 << Math.floor(random() * 8);
      await writeFile(altered, copy);
      await expect(openIndex(altered)).rejects.toThrow(SnapshotError);
    }
  });

  it('says what is wrong with it', async () => {
    const whole = await readFile(path);
    const wrong = join(folder, 'wrong');
    const messageFor = async (bytes: Buffer): Promise<string> => {
      await writeFile(wrong, bytes);
      return openIndex(wrong).then(
        () => 'opened',
        (error: unknown) => String(error),
      );
    };
    const version = Buffer.from(whole).fill(2, 8, 9);
    expect(await messageFor(version)).toMatch(/is of version 2; this program reads version 1/);
    expect(await messageFor(Buffer.from('something else'))).toMatch(/is none/);
    expect(await messageFor(Buffer.from(whole.toReversed()))).toMatch(/is none/);
    expect(await messageFor(Buffer.from(whole).fill(0, 12, 16))).toMatch(/byte order/);
    expect(await messageFor(whole.subarray(0, -100))).toMatch(/cut short/);
    expect(await messageFor(Buffer.from(whole).fill(0, 2000, 2100))).toMatch(/altered between the bytes/);
    await expect(openIndex(join(folder, 'none'))).rejects.toThrow(/ENOENT/);
  });

  it('replaces the one before only when it is whole, though the writer is killed', async () => {
    const target = join(folder, 'target');
    await index.save(target);
    const program = fileURLToPath(new URL('testing/writing-process.ts', import.meta.url));
    for (const delay of [0, 3, 11]) {
      const writer = spawn(process.execPath, [program, path, target], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      await once(writer.stdout, 'data');
      await new Promise((resolve) => setTimeout(resolve, delay));
      writer.kill('SIGKILL');
      await once(writer, 'exit');
      expect((await openIndex(target)).size).toBe(5196);
    }
  });

  it('leaves nothing behind if it cannot be written', async () => {
    await expect(index.save(join(folder, 'nowhere', 'index'))).rejects.toThrow(/ENOENT/);
    await expect(index.save(folder)).rejects.toThrow();
    expect((await stat(folder)).isDirectory()).toBe(true);
    const partial = (await readdir(tmpdir())).filter(
      (name) => name.startsWith(folder) && name.endsWith('.partial'),
    );
    expect(partial).toEqual([]);
  });
});
