import { mkdtemp, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { folderObjectStore } from './folder-store.ts';
import { gather } from './gather.ts';
import type { ObjectStore } from './object-store.ts';
import type { S3StoreOptions } from './s3-client.ts';
import { startS3Fake, type S3Fake } from './s3-fake.test-support.ts';
import { s3ObjectStore } from './s3-store.ts';

const credentials = { accessKeyId: 'placeholder', secretAccessKey: 'placeholder' };
/** A bucket to try the contract on, which the tests leave as they found it but for one prefix. */
const real = process.env['BREAKWATER_TEST_S3_BUCKET'];
if (real === undefined)
  process.stderr.write('A real S3 store is not tested: BREAKWATER_TEST_S3_BUCKET names none.\n');

interface Place {
  /** Opens the same place each time. */
  open(): ObjectStore;
  clear(): Promise<void>;
}

async function inFolder(): Promise<Place> {
  const root = await mkdtemp(join(tmpdir(), 'breakwater-store-'));
  return {
    open: () => folderObjectStore(join(root, 'objects')),
    clear: () => rm(root, { recursive: true, force: true }),
  };
}

async function inFake(): Promise<Place> {
  const fake = await startS3Fake();
  return { open: () => s3ObjectStore(optionsFor(fake)), clear: () => fake.close() };
}

async function inRealBucket(): Promise<Place> {
  const open = () =>
    s3ObjectStore({
      bucket: real ?? '',
      region: process.env['BREAKWATER_TEST_S3_REGION'] ?? 'us-east-1',
      endpoint: process.env['BREAKWATER_TEST_S3_ENDPOINT'],
      prefix: `breakwater-test-${process.pid}/`,
      credentials: undefined,
      lock: undefined,
    });
  const clear = async () => {
    for await (const { name } of open().list()) await open().delete(name);
  };
  return { open, clear };
}

function optionsFor(fake: S3Fake): S3StoreOptions {
  const { endpoint } = fake;
  return {
    bucket: 'exhibits',
    region: 'eu-west-1',
    endpoint,
    prefix: 'vault/',
    credentials,
    lock: undefined,
  };
}

const places: [string, () => Promise<Place>][] = [
  ['a folder', inFolder],
  ['a bucket of the fake S3', inFake],
  ...(real === undefined ? [] : [['a bucket of a real S3', inRealBucket] as [string, () => Promise<Place>]]),
];

/** Every kind of object store passes this contract. */
describe.each(places)('an object store in %s', (_kind, openPlace) => {
  let place: Place;
  let store: ObjectStore;
  beforeEach(async () => {
    place = await openPlace();
    store = place.open();
  });
  afterEach(() => place.clear());

  it('gives back what was put, also to another that opens it', async () => {
    await store.put('0000-first', [Buffer.from('one')]);
    await store.put('0000-other', [Buffer.from('ot'), Buffer.from('her')]);
    await store.put('empty', []);
    expect(await text(store, '0000-first')).toBe('one');
    expect(await text(place.open(), '0000-other')).toBe('other');
    expect(await text(store, 'empty')).toBe('');
    expect(await store.has('0000-first')).toBe(true);
    expect(await store.describe()).toMatch(/^the (?:folder|bucket) /);
  });

  it('takes a stream of many parts', async () => {
    const piece = Buffer.alloc(700_001, 'placeholder ');
    const stream = async function* () {
      for (let count = 0; count < 30; count += 1) yield piece;
    };
    await store.put('0000-large', stream());
    const back = await text(store, '0000-large');
    expect(back === piece.toString().repeat(30)).toBe(true);
  });

  it('never writes over an object, large or small, also when several write at once', async () => {
    const large = Buffer.alloc(20_000_000, 'x');
    await store.put('0000-first', [Buffer.from('one')]);
    await store.put('0000-first', [Buffer.from('another')]);
    await store.put('0000-first', [large]);
    expect(await text(store, '0000-first')).toBe('one');
    await Promise.all(['1', '2', '3', '4'].map((n) => store.put('0000-second', [Buffer.from(n)])));
    const second = await text(store, '0000-second');
    await store.put('0000-second', [Buffer.from('5')]);
    expect(await text(store, '0000-second')).toBe(second);
  });

  it('keeps nothing of a write whose source fails, and says what the source said', async () => {
    const failing = async function* () {
      yield Buffer.alloc(9_000_000);
      yield Buffer.alloc(9_000_000);
      throw new RangeError('placeholder');
    };
    await expect(store.put('0000-first', failing())).rejects.toThrow(new RangeError('placeholder'));
    expect(await store.get('0000-first')).toBeNull();
    expect(await names(store)).toEqual([]);
    expect(await store.sweepUnfinished(new Date(Date.now() + 60_000))).toBe(0);
  });

  it('says null when there is no such object', async () => {
    expect(await store.get('0000-first')).toBeNull();
    await store.put('0000-first', [Buffer.from('one')]);
    expect(await store.get('0000-firs')).toBeNull();
    expect(await store.get('0000-second')).toBeNull();
    expect(await store.has('0000-second')).toBe(false);
  });

  it('deletes, also what is not there, and takes the name again afterwards', async () => {
    await store.delete('0000-first');
    await store.put('0000-first', [Buffer.from('one')]);
    await store.put('0000-first-and-more', [Buffer.from('more')]);
    await store.delete('0000-first');
    await store.delete('0000-first');
    expect(await store.get('0000-first')).toBeNull();
    await store.put('0000-first', [Buffer.from('two')]);
    expect(await text(store, '0000-first')).toBe('two');
    expect(await text(store, '0000-first-and-more')).toBe('more');
  });

  it('lists all that lies there', async () => {
    expect(await names(store)).toEqual([]);
    const put = ['aa-1', 'aa-2', 'bb-1', 'cc-1', 'cc-2'];
    for (const name of put) await store.put(name, [Buffer.from(name)]);
    expect(await names(store)).toEqual(put);
    for await (const { kind, modifiedAt } of store.list()) {
      expect(kind).toBe('object');
      expect(Math.abs(modifiedAt.getTime() - Date.now())).toBeLessThan(3_600_000);
    }
  });

  it.each(['', 'abc', '../escape', 'a/b-c', 'ABCD', 'a.tmp', 'a\0bcd', '....', 'x'.repeat(101)])(
    'refuses the name "%s"',
    async (name) => {
      await expect(store.put(name, [Buffer.from('one')])).rejects.toThrow(/name/);
      await expect(store.get(name)).rejects.toThrow(/name/);
      await expect(store.has(name)).rejects.toThrow(/name/);
      await expect(store.delete(name)).rejects.toThrow(/name/);
      expect(await names(store)).toEqual([]);
    },
  );
});

describe('an object store in a folder', () => {
  let root: string;
  let store: ObjectStore;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'breakwater-store-'));
    store = folderObjectStore(root);
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  it('takes no notice of what an interrupted write left behind, and sweeps it once it is old', async () => {
    await store.put('0000-first', [Buffer.from('one')]);
    const left = join(root, '00', '0000-second.0123456789ab.tmp');
    await writeFile(left, 'half of wh');
    expect(await store.get('0000-second')).toBeNull();
    expect(await names(store)).toEqual(['0000-first']);
    await store.put('0000-second', [Buffer.from('whole')]);
    expect(await text(store, '0000-second')).toBe('whole');
    const anHourAgo = new Date(Date.now() - 3_600_000);
    expect(await store.sweepUnfinished(anHourAgo)).toBe(0);
    await utimes(left, new Date(0), new Date(0));
    expect(await store.sweepUnfinished(anHourAgo)).toBe(1);
    expect(await readdir(join(root, '00'))).toEqual(['0000-first', '0000-second']);
  });

  it('leaves nothing but the objects, and lets nobody else read them', async () => {
    await Promise.all([1, 2, 3].map((n) => store.put('0000-first', [Buffer.from(`try ${n}`)])));
    expect(await readdir(join(root, '00'))).toEqual(['0000-first']);
    expect((await stat(join(root, '00', '0000-first'))).mode & 0o777).toBe(0o600);
    expect((await stat(join(root, '00'))).mode & 0o777).toBe(0o700);
  });

  it('tells of files that are no objects', async () => {
    await writeFile(join(root, 'note.txt'), 'placeholder');
    await store.put('0000-first', [Buffer.from('one')]);
    await writeFile(join(root, '00', '1111-elsewhere'), 'placeholder');
    const found = await gather(store.list());
    expect(found.map(({ name, kind }) => `${kind} ${name}`).toSorted()).toEqual([
      'foreign 00/1111-elsewhere',
      'foreign note.txt',
      'object 0000-first',
    ]);
  });
});

describe('an object store in a bucket', () => {
  let fake: S3Fake;
  beforeAll(async () => {
    fake = await startS3Fake({ objectLock: true });
  });
  afterAll(() => fake.close());

  const locking = (days: number) =>
    s3ObjectStore({ ...optionsFor(fake), lock: { days, mode: 'GOVERNANCE' } });

  it('locks what it puts, whole or in parts, so that nobody can delete it', async () => {
    const store = locking(30);
    await store.put('small', [Buffer.from('one')]);
    await store.put('large', [Buffer.alloc(9_000_000), Buffer.alloc(10)]);
    for (const name of ['small', 'large']) {
      await expect(store.delete(name)).rejects.toMatchObject({ code: 'BW-VAULT-OBJECT-LOCKED' });
      expect(await store.has(name)).toBe(true);
    }
    expect(await store.describe()).toMatch(/object lock for 30 days/);
  });

  it('locks an object that lies there until a day that is named', async () => {
    const store = s3ObjectStore(optionsFor(fake));
    await store.put('free', [Buffer.from('one')]);
    expect(await store.lockUntil('free', new Date('2100-01-01'))).toBe('locked');
    await expect(store.delete('free')).rejects.toMatchObject({ code: 'BW-VAULT-OBJECT-LOCKED' });
  });

  it('deletes every version that somebody else has put over it', async () => {
    const store = s3ObjectStore(optionsFor(fake));
    await store.put('over', [Buffer.from('one')]);
    fake.objects.get('vault/over')?.push({ ...fake.objects.get('vault/over')![0]!, id: 'earlier' });
    await store.delete('over');
    expect(fake.objects.has('vault/over')).toBe(false);
  });

  it('takes it as done when the first answer was lost and the second says that it is there', async () => {
    const store = s3ObjectStore(optionsFor(fake));
    fake.failNext(500, 'InternalError');
    await store.put('again', [Buffer.from('one')]);
    expect(await text(store, 'again')).toBe('one');
  });

  it('says that the store cannot be reached or refuses', async () => {
    const unavailable = { code: 'BW-VAULT-STORE-UNAVAILABLE' };
    const store = s3ObjectStore(optionsFor(fake));
    fake.failNext(403, 'AccessDenied');
    await expect(store.put('refused', [Buffer.from('one')])).rejects.toMatchObject(unavailable);
    const nowhere = s3ObjectStore({ ...optionsFor(fake), endpoint: 'http://127.0.0.1:9' });
    await expect(nowhere.get('placeholder')).rejects.toMatchObject(unavailable);
    await expect(nowhere.describe()).rejects.toMatchObject(unavailable);
  });

  it('refuses to put anything when object lock is asked for and the bucket has none', async () => {
    const plain = await startS3Fake();
    const store = s3ObjectStore({ ...optionsFor(plain), lock: { days: 1, mode: 'COMPLIANCE' } });
    await expect(store.put('unlocked', [Buffer.from('one')])).rejects.toMatchObject({
      code: 'BW-START-CONFIG',
    });
    await expect(store.describe()).rejects.toMatchObject({ code: 'BW-START-CONFIG' });
    expect(await s3ObjectStore(optionsFor(plain)).lockUntil('none-here', new Date())).toBe('unsupported');
    await plain.close();
  });
});

async function text(store: ObjectStore, name: string): Promise<string | undefined> {
  const pieces = await store.get(name);
  return pieces === null ? undefined : Buffer.concat(await gather(pieces)).toString();
}

async function names(store: ObjectStore): Promise<string[]> {
  return (await gather(store.list())).map(({ name }) => name).toSorted();
}
