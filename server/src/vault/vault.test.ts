import { execFile } from 'node:child_process';
import { readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Decrypter, generateX25519Identity, identityToRecipient } from 'age-encryption';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDesk, deskVault, makeIdentity, testPicture, type Desk } from '../../test/desk/index.ts';
import { gather } from './gather.ts';
import { openFindings, openVault, vaultHealth } from './index.ts';

const run = promisify(execFile);
const hasAge = await run('age', ['--version']).then(
  () => true,
  () => false,
);

const PREVIEW = { maxSide: 160, tone: 'gray', blur: 5 } as const;

describe('the vault', () => {
  let desk: Desk;
  let counter = 0;
  beforeAll(async () => {
    desk = await createDesk();
  });
  afterAll(() => desk.close());

  const keep = async (bytes: Uint8Array) => {
    const sealed = await desk.vault.seal(desk.db, bytes);
    return desk.db.transaction().execute((trx) => desk.vault.enter(trx, sealed));
  };
  const unique = () => Buffer.from(`plain placeholder ${(counter += 1)} `.repeat(50));
  const fileOf = (objectId: string) => join(desk.folder, 'vault', objectId.slice(0, 2), objectId);
  const objects = async () =>
    (await readdir(join(desk.folder, 'vault'), { recursive: true, withFileTypes: true })).filter((entry) =>
      entry.isFile(),
    ).length;
  const corrupt = { code: 'BW-EXHIBIT-CORRUPT' };

  it('opens what was sealed as it was, whatever it is', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        expect(Buffer.compare(await desk.vault.open(desk.db, await keep(bytes)), bytes)).toBe(0);
      }),
      { numRuns: 20 },
    );
    // Around the size of a chunk of the age format, and several.
    for (const size of [0, 65_535, 65_536, 65_537, 200_000]) {
      const bytes = Buffer.alloc(size, 7);
      expect(Buffer.compare(await desk.vault.open(desk.db, await keep(bytes)), bytes)).toBe(0);
    }
  });

  const wholeFileOf = async (objectId: string) => {
    const { header } = await desk.db
      .selectFrom('vault_objects')
      .select('header')
      .where('id', '=', objectId)
      .executeTakeFirstOrThrow();
    return Buffer.concat([header ?? Buffer.alloc(0), await readFile(fileOf(objectId))]);
  };

  it('seals into an age file to one X25519 recipient, which leaves nothing plain', async () => {
    const bytes = unique();
    const file = await wholeFileOf(await keep(bytes));
    expect(file.toString('latin1')).toMatch(/^age-encryption\.org\/v1\n-> X25519 /);
    expect(file.toString('latin1').match(/^-> X25519/gm)).toHaveLength(1);
    expect(file.includes('plain placeholder')).toBe(false);
  });

  it('keeps the wrapped key apart from the object, so that a copy of the store alone opens nothing', async () => {
    const id = await keep(unique());
    const stored = await readFile(fileOf(id));
    expect(stored.includes('X25519')).toBe(false);
    await (await desk.db.transaction().execute((trx) => desk.vault.forget(trx, [id])))();
    await writeFile(fileOf(id), stored);
    await expect(desk.vault.open(desk.db, id)).rejects.toMatchObject(corrupt);
  });

  it('opens what was sealed when the object was the whole file', async () => {
    const bytes = unique();
    const id = await keep(bytes);
    await writeFile(fileOf(id), await wholeFileOf(id));
    await desk.db.updateTable('vault_objects').set({ header: null }).where('id', '=', id).execute();
    expect(Buffer.compare(await desk.vault.open(desk.db, id), bytes)).toBe(0);
  });

  it('keeps, of what it holds, neither content nor plain digest in the database', async () => {
    const bytes = unique();
    const id = await keep(bytes);
    const row = await desk.db
      .selectFrom('vault_objects')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
    const digests = await Promise.all(
      ['SHA-256', 'SHA-1', 'SHA-512'].map((name) => crypto.subtle.digest(name, bytes)),
    );
    for (const digest of digests) expect(row.content_key.equals(Buffer.from(digest))).toBe(false);
    expect(row.bytes).toBe(bytes.length);
  });

  it('seals the same content once', async () => {
    const bytes = unique();
    const before = await objects();
    const ids = [await keep(bytes), await keep(Buffer.from(bytes)), await keep(new Uint8Array(bytes))];
    expect(new Set(ids).size).toBe(1);
    expect(await objects()).toBe(before + 1);
  });

  it('enters the same content once when it comes in several times at once', async () => {
    const bytes = unique();
    const ids = await Promise.all(Array.from({ length: 6 }, () => keep(bytes)));
    expect(new Set(ids).size).toBe(1);
    expect(await desk.vault.open(desk.db, ids[0] ?? '')).toHaveLength(bytes.length);
  });

  it.each([
    ['a byte of the payload was altered', (file: Buffer) => flip(file, file.length - 3)],
    ['a byte of the header was altered', (file: Buffer) => flip(file, 40)],
    ['it was cut short', (file: Buffer) => file.subarray(0, -1)],
    ['it was cut in its header', (file: Buffer) => file.subarray(0, 30)],
    ['it is empty', () => Buffer.alloc(0)],
    ['something was added', (file: Buffer) => Buffer.concat([file, Buffer.from('x')])],
    ['it holds the plain content', () => unique()],
  ])('says that an exhibit is corrupt when %s', async (_what, change) => {
    const id = await keep(unique());
    await writeFile(fileOf(id), change(await readFile(fileOf(id))));
    await expect(desk.vault.open(desk.db, id)).rejects.toMatchObject(corrupt);
  });

  it('says that an exhibit is corrupt when a whole chunk is missing', async () => {
    const id = await keep(Buffer.alloc(3 * 65_536, counter));
    const { length } = await readFile(fileOf(id));
    await truncate(fileOf(id), length - 65_536 - 16);
    await expect(desk.vault.open(desk.db, id)).rejects.toMatchObject(corrupt);
  });

  it('says that an exhibit is corrupt when another sealed exhibit was put in its place', async () => {
    const [id, other] = [await keep(unique()), await keep(unique())];
    await writeFile(fileOf(id), await readFile(fileOf(other)));
    await expect(desk.vault.open(desk.db, id)).rejects.toMatchObject(corrupt);
  });

  it('says that an exhibit is corrupt when it is missing or was never there', async () => {
    const id = await keep(unique());
    await rm(fileOf(id));
    await expect(desk.vault.open(desk.db, id)).rejects.toMatchObject(corrupt);
    const unknown = '00000000-0000-4000-8000-000000000001';
    await expect(desk.vault.open(desk.db, unknown)).rejects.toMatchObject(corrupt);
  });

  it('opens nothing with another identity, says that it is another, and blames no exhibit for it', async () => {
    const id = await keep(unique());
    const path = join(desk.folder, 'secrets', 'other.identity');
    await makeIdentity(path);
    const way = { kind: 'file', path, passphrase: { from: 'none' } } as const;
    const stranger = await deskVault(desk.folder, desk.secrets, desk.clock, {
      way,
      recipients: desk.vault.recipients,
    });
    const wrong = { code: 'BW-VAULT-WRONG-IDENTITY' };
    await expect(stranger.open(desk.db, id)).rejects.toMatchObject(wrong);
    await expect(stranger.render(desk.db, id, PREVIEW)).rejects.toMatchObject(wrong);
    expect(await stranger.verify(desk.db, id)).toMatchObject({ found: 'intact', opened: false });
    expect((await openFindings(desk.db)).filter((finding) => finding.object_id === id)).toEqual([]);
    await stranger.close();
  });

  it('seals all the same where there is no identity, and opens nothing there', async () => {
    const intake = await deskVault(desk.folder, desk.secrets, desk.clock, {
      way: null,
      recipients: desk.vault.recipients,
    });
    const bytes = unique();
    const sealed = await intake.seal(desk.db, bytes);
    const id = await desk.db.transaction().execute((trx) => intake.enter(trx, sealed));
    const locked = { code: 'BW-VAULT-LOCKED' };
    for (const opening of [
      () => intake.open(desk.db, id),
      () => intake.stream(desk.db, id),
      () => intake.reseal(desk.db, id, desk.vault.recipients),
      () => intake.render(desk.db, id, PREVIEW),
    ])
      await expect(opening()).rejects.toMatchObject(locked);
    expect(await intake.verify(desk.db, id)).toMatchObject({ found: 'intact', opened: false });
    expect((await vaultHealth(desk.db, intake)).warnings[0]).toMatch(/locked/);
    expect(Buffer.compare(await desk.vault.open(desk.db, id), bytes)).toBe(0);
    expect((await vaultHealth(desk.db, desk.vault)).warnings.join()).not.toMatch(/locked/);
  });

  it('gives out the original in pieces, and a file for others that the age format opens', async () => {
    const bytes = Buffer.alloc(3_000_001, 'plain placeholder ');
    const id = await keep(bytes);
    const pieces = await gather(await desk.vault.stream(desk.db, id));
    expect(Buffer.concat(pieces).equals(bytes)).toBe(true);
    const identity = await generateX25519Identity();
    const to = [await identityToRecipient(identity)];
    const file = Buffer.concat(await gather(await desk.vault.reseal(desk.db, id, to)));
    const decrypter = new Decrypter();
    decrypter.addIdentity(identity);
    expect(bytes.equals(await decrypter.decrypt(file))).toBe(true);
  });

  it('gives out no whole file of an altered exhibit, neither plain nor sealed to others', async () => {
    const id = await keep(Buffer.alloc(3_000_001, 'another placeholder '));
    const file = await readFile(fileOf(id));
    await writeFile(fileOf(id), flip(file, file.length - 3));
    const stream = await desk.vault.stream(desk.db, id);
    await expect(gather(stream)).rejects.toMatchObject(corrupt);
    const resealed = await desk.vault.reseal(desk.db, id, desk.vault.recipients);
    await expect(gather(resealed)).rejects.toMatchObject(corrupt);
  });

  it('renders a picture without giving the original out, and none of an altered one', async () => {
    const picture = await testPicture(7);
    const id = await keep(picture);
    const rendered = await desk.vault.render(desk.db, id, PREVIEW);
    expect(rendered).toMatchObject({ kind: 'rendered', mediaType: 'image/webp' });
    expect(rendered.kind === 'rendered' && Math.max(rendered.width, rendered.height)).toBe(160);
    const other = await keep(await testPicture(8));
    await writeFile(fileOf(id), await readFile(fileOf(other)));
    await expect(desk.vault.render(desk.db, id, PREVIEW)).rejects.toMatchObject(corrupt);
    const text = await keep(unique());
    expect(await desk.vault.render(desk.db, text, PREVIEW)).toMatchObject({ kind: 'unscanned' });
  });

  it('takes a stream, and knows the same content again', async () => {
    const bytes = Buffer.alloc(1_500_000, 'streamed placeholder ');
    const stream = async function* () {
      for (let at = 0; at < bytes.length; at += 40_000) yield bytes.subarray(at, at + 40_000);
    };
    const before = await objects();
    const sealed = await desk.vault.seal(desk.db, stream());
    const id = await desk.db.transaction().execute((trx) => desk.vault.enter(trx, sealed));
    expect(await keep(bytes)).toBe(id);
    expect((await desk.vault.seal(desk.db, stream())).origin).toBe('earlier');
    expect(await objects()).toBe(before + 1);
  });

  it('takes nothing above the largest size, and leaves nothing of it behind', async () => {
    const { store, keeper, recipients } = desk.vault;
    const contentSecret = desk.secrets.derive('vault content key', '');
    const small = openVault({ store, keeper, recipients, contentSecret, clock: desk.clock, mostBytes: 1000 });
    const before = await objects();
    const large = Buffer.alloc(1001, 'x');
    const stream = async function* () {
      yield large.subarray(0, 500);
      yield large.subarray(500);
    };
    const refused = { code: 'BW-EXHIBIT-TOO-LARGE' };
    await expect(small.seal(desk.db, large)).rejects.toMatchObject(refused);
    await expect(small.seal(desk.db, stream())).rejects.toMatchObject(refused);
    expect((await small.seal(desk.db, large.subarray(1))).bytes).toBe(1000);
    expect(await objects()).toBe(before + 1);
  });

  it('records what it finds altered or missing when it is to open it, once', async () => {
    const id = await keep(unique());
    await rm(fileOf(id));
    for (let attempt = 0; attempt < 2; attempt += 1)
      await expect(desk.vault.open(desk.db, id)).rejects.toMatchObject(corrupt);
    const findings = (await openFindings(desk.db)).filter((finding) => finding.object_id === id);
    expect(findings.map((finding) => finding.kind)).toEqual(['missing']);
    const events = await desk.db
      .selectFrom('events')
      .select('payload')
      .where('type', '=', 'vault.finding')
      .execute();
    expect(events.filter(({ payload }) => (payload as { objectId: string }).objectId === id)).toHaveLength(1);
  });

  it.each(['missing', 'altered'])(
    'lets the same content take the place of an object that is %s',
    async (how) => {
      const bytes = unique();
      const id = await keep(bytes);
      if (how === 'missing') await rm(fileOf(id));
      else await writeFile(fileOf(id), 'placeholder');
      await expect(desk.vault.open(desk.db, id)).rejects.toMatchObject(corrupt);
      expect(await keep(bytes)).toBe(id);
      expect(Buffer.compare(await desk.vault.open(desk.db, id), bytes)).toBe(0);
      expect((await openFindings(desk.db)).filter((finding) => finding.object_id === id)).toEqual([]);
      const discard = await desk.db.transaction().execute((trx) => desk.vault.forget(trx, [id]));
      await discard();
      await expect(desk.vault.open(desk.db, id)).rejects.toMatchObject(corrupt);
    },
  );

  it('forgets when the transaction committed, and not before', async () => {
    const id = await keep(unique());
    const discard = await desk.db.transaction().execute((trx) => desk.vault.forget(trx, [id]));
    expect(await readFile(fileOf(id))).not.toHaveLength(0);
    await discard();
    await expect(readFile(fileOf(id))).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(desk.vault.open(desk.db, id)).rejects.toMatchObject(corrupt);
  });

  it('does not enter an object that was forgotten since it was found', async () => {
    const bytes = unique();
    const id = await keep(bytes);
    const found = await desk.vault.seal(desk.db, bytes);
    await (await desk.db.transaction().execute((trx) => desk.vault.forget(trx, [id])))();
    const entering = desk.db.transaction().execute((trx) => desk.vault.enter(trx, found));
    await expect(entering).rejects.toMatchObject({ code: 'BW-BUSY' });
    expect(await desk.vault.open(desk.db, await keep(bytes))).toHaveLength(bytes.length);
  });

  it.skipIf(!hasAge)('can be opened by the age command (skipped where it is not installed)', async () => {
    const bytes = unique();
    const file = join(desk.folder, 'whole.age');
    await writeFile(file, await wholeFileOf(await keep(bytes)));
    const identity = join(desk.folder, 'secrets', 'vault.identity');
    const { stdout } = await run('age', ['--decrypt', '--identity', identity, file]);
    expect(stdout).toBe(bytes.toString());
  });
});

function flip(file: Buffer, at: number): Buffer {
  const copy = Buffer.from(file);
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
}
