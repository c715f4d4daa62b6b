import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { folderObjectStore, type ObjectStore } from './index.ts';

/** Every kind of object store passes this contract. */
describe.each([['a folder', (root: string) => folderObjectStore(root)]])(
  'an object store in %s',
  (_kind, open) => {
    let root: string;
    let store: ObjectStore;
    beforeEach(async () => {
      root = await mkdtemp(join(tmpdir(), 'breakwater-store-'));
      store = open(join(root, 'objects'));
    });
    afterEach(() => rm(root, { recursive: true, force: true }));

    it('gives back what was put, also to another that opens it', async () => {
      await store.put('0000-first', Buffer.from('one'));
      await store.put('0000-other', Buffer.from('other'));
      await store.put('empty', Buffer.alloc(0));
      expect(await text(store, '0000-first')).toBe('one');
      expect(await text(open(join(root, 'objects')), '0000-other')).toBe('other');
      expect(await text(store, 'empty')).toBe('');
    });

    it('never writes over an object', async () => {
      await store.put('0000-first', Buffer.from('one'));
      await store.put('0000-first', Buffer.from('another'));
      expect(await text(store, '0000-first')).toBe('one');
    });

    it('says null when there is no such object', async () => {
      expect(await store.get('0000-first')).toBeNull();
      await store.put('0000-first', Buffer.from('one'));
      expect(await store.get('0000-second')).toBeNull();
    });

    it('deletes, also what is not there, and takes the name again afterwards', async () => {
      await store.delete('0000-first');
      await store.put('0000-first', Buffer.from('one'));
      await store.delete('0000-first');
      await store.delete('0000-first');
      expect(await store.get('0000-first')).toBeNull();
      await store.put('0000-first', Buffer.from('two'));
      expect(await text(store, '0000-first')).toBe('two');
    });

    it.each(['', 'abc', '../escape', 'a/b-c', 'ABCD', 'a.tmp', 'a\0bcd', '....', 'x'.repeat(101)])(
      'refuses the name "%s"',
      async (name) => {
        await expect(store.put(name, Buffer.from('one'))).rejects.toThrow(/name/);
        await expect(store.get(name)).rejects.toThrow(/name/);
        await expect(store.delete(name)).rejects.toThrow(/name/);
        expect(await readdir(root)).toEqual([]);
      },
    );
  },
);

describe('an object store in a folder', () => {
  let root: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'breakwater-store-'));
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  it('takes no notice of what an interrupted write left behind', async () => {
    const store = folderObjectStore(root);
    await store.put('0000-first', Buffer.from('one'));
    await writeFile(join(root, '00', '0000-second.0123456789ab.tmp'), 'half of wh');
    expect(await store.get('0000-second')).toBeNull();
    await store.put('0000-second', Buffer.from('whole'));
    expect(await text(store, '0000-second')).toBe('whole');
  });

  it('leaves nothing but the objects, and lets nobody else read them', async () => {
    const store = folderObjectStore(root);
    await Promise.all([1, 2, 3].map((n) => store.put('0000-first', Buffer.from(`try ${n}`))));
    expect(await readdir(join(root, '00'))).toEqual(['0000-first']);
    expect((await stat(join(root, '00', '0000-first'))).mode & 0o777).toBe(0o600);
    expect((await stat(join(root, '00'))).mode & 0o777).toBe(0o700);
  });

  it('leaves no half object when a write fails', async () => {
    const store = folderObjectStore(root);
    await expect(store.put('0000-first', { length: 3 } as Uint8Array)).rejects.toThrow();
    expect(await store.get('0000-first')).toBeNull();
    expect(await readdir(join(root, '00'))).toEqual([]);
  });
});

async function text(store: ObjectStore, name: string): Promise<string | undefined> {
  const bytes = await store.get(name);
  return bytes === null ? undefined : Buffer.from(bytes).toString();
}
