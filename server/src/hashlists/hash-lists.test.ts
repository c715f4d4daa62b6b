import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDesk, type Desk } from '../../test/desk/index.ts';
import {
  allEntries,
  entriesById,
  hashListBySlug,
  hashListsVersion,
  importEntries,
  listHashLists,
  pageOfEntries,
  removeHashList,
  type NewEntry,
} from './index.ts';

const ACTOR = { kind: 'system', part: 'test' } as const;

describe('hash lists', () => {
  let desk: Desk;
  beforeAll(async () => {
    desk = await createDesk();
  });
  afterAll(() => desk.close());

  const importInto = (slug: string, entries: readonly NewEntry[], name?: string) =>
    desk.db
      .transaction()
      .execute((trx) =>
        importEntries(trx, desk.clock, ACTOR, { slug, ...(name === undefined ? {} : { name }) }, entries),
      );
  const remove = (slug: string) =>
    desk.db.transaction().execute((trx) => removeHashList(trx, desk.clock, ACTOR, slug));
  const version = () => hashListsVersion(desk.db);
  const lastEvent = async () =>
    (await desk.db.selectFrom('events').selectAll().orderBy('inserted', 'desc').limit(1).execute())[0];

  it('take entries in, count them, and raise their version', async () => {
    const before = await version();
    const result = await importInto('first', entriesOf(1, 3), 'First list');
    expect(result).toMatchObject({
      read: 3,
      added: 3,
      alreadyPresent: 0,
      list: { slug: 'first', name: 'First list', entries: 3 },
    });
    expect(await version()).toBeGreaterThan(before);
    expect(await lastEvent()).toMatchObject({
      type: 'hash-list.imported',
      payload: { slug: 'first', added: 3, alreadyPresent: 0 },
    });
  });

  it('take the same entries in once, and leave what they have as it is', async () => {
    await importInto('again', entriesOf(1, 3), 'A name');
    const changed = entriesOf(1, 4).map((one) => ({ ...one, label: 'another label' }));
    expect(await importInto('again', [...changed, ...changed])).toMatchObject({
      read: 8,
      added: 1,
      alreadyPresent: 7,
      list: { name: 'A name', entries: 4 },
    });
    const { items } = await pageOfEntries(desk.db, 'again', { limit: 10 });
    expect(items.map((item) => item.label)).toEqual(['label 1', 'label 2', 'label 3', 'another label']);
  });

  it('take a value under each fingerprint it may be of, and on each list', async () => {
    const value = Buffer.alloc(32, 9);
    const both = (['pdq', 'sha256'] as const).map((fingerprint) => ({ ...entry(1), fingerprint, value }));
    expect(await importInto('both', both)).toMatchObject({ added: 2 });
    expect(await importInto('both-again', both)).toMatchObject({ added: 2 });
  });

  it('take in more than one batch, and are read back whole in pages and in batches', async () => {
    const entries = entriesOf(1000, 12_000);
    expect(await importInto('large', entries)).toMatchObject({ read: 12_000, added: 12_000 });
    const values: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await pageOfEntries(desk.db, 'large', { limit: 5000, cursor });
      values.push(...page.items.map((item) => item.value.toString('hex')));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    expect(values).toEqual(entries.map((one) => one.value.toString('hex')));
    const all = new Set<number>();
    for await (const batch of allEntries(desk.db)) for (const { id } of batch) all.add(id);
    const lists = await listHashLists(desk.db);
    expect(all.size).toBe(lists.reduce((sum, list) => sum + list.entries, 0));
  });

  it('are imported whole or not at all', async () => {
    const before = await version();
    const attempt = desk.db.transaction().execute(async (trx) => {
      await importEntries(trx, desk.clock, ACTOR, { slug: 'half' }, entriesOf(1, 3));
      throw new Error('placeholder');
    });
    await expect(attempt).rejects.toThrow('placeholder');
    await expect(hashListBySlug(desk.db, 'half')).rejects.toMatchObject({ code: 'BW-NOT-FOUND' });
    expect(await version()).toBe(before);
  });

  it('add up when the same list comes in several times at once', async () => {
    const results = await Promise.all(
      Array.from({ length: 5 }, () => importInto('at-once', entriesOf(1, 500))),
    );
    expect(results.reduce((sum, { added }) => sum + added, 0)).toBe(500);
    expect(await hashListBySlug(desk.db, 'at-once')).toMatchObject({ entries: 500 });
  });

  it('are removed with their entries, which raises the version', async () => {
    await importInto('removed', entriesOf(1, 3));
    await importInto('kept', entriesOf(1, 3));
    const { items } = await pageOfEntries(desk.db, 'removed', { limit: 10 });
    const before = await version();
    await remove('removed');
    expect(await version()).toBeGreaterThan(before);
    expect(await lastEvent()).toMatchObject({
      type: 'hash-list.removed',
      payload: { slug: 'removed', entries: 3 },
    });
    expect(
      (
        await entriesById(
          desk.db,
          items.map((one) => one.id),
        )
      ).size,
    ).toBe(0);
    expect(await hashListBySlug(desk.db, 'kept')).toMatchObject({ entries: 3 });
    for (const attempt of [
      () => hashListBySlug(desk.db, 'removed'),
      () => remove('removed'),
      () => pageOfEntries(desk.db, 'removed', { limit: 1 }),
    ])
      await expect(attempt()).rejects.toMatchObject({ code: 'BW-NOT-FOUND' });
  });

  it('are removed once when two people remove them at once', async () => {
    await importInto('contested', entriesOf(1, 3));
    const results = await Promise.allSettled([remove('contested'), remove('contested')]);
    const refused = results.filter((result) => result.status === 'rejected');
    expect(refused).toHaveLength(1);
    expect(refused[0]?.reason).toMatchObject({ code: 'BW-NOT-FOUND' });
  });

  it('describe as many entries at once as there are', async () => {
    await importInto('very-large', entriesOf(100_000, 70_000));
    const ids: number[] = [];
    for await (const batch of allEntries(desk.db)) ids.push(...batch.map(({ id }) => id));
    expect(ids.length).toBeGreaterThan(70_000);
    expect((await entriesById(desk.db, ids)).size).toBe(ids.length);
  });
});

function entriesOf(from: number, count: number): NewEntry[] {
  return Array.from({ length: count }, (_, index) => entry(from + index));
}

function entry(seed: number): NewEntry {
  return {
    fingerprint: 'sha256',
    value: createHash('sha256').update(String(seed)).digest(),
    externalId: `e-${seed}`,
    label: `label ${seed}`,
    threshold: null,
  };
}
