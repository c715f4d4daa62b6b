import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDesk, deskVault, type Desk } from '../../test/desk/index.ts';
import { openFindings, scrubVault, vaultHealth, type ScrubOptions, type Vault } from './index.ts';

const DAY_MS = 86_400_000;
const ALL: ScrubOptions = { extent: { kind: 'all' } };

describe('a scrub of the vault', () => {
  let desk: Desk;
  let intake: Vault;
  let counter = 0;
  beforeEach(async () => {
    desk = await createDesk();
    // Files have the time of the machine.
    desk.clock.set(new Date());
    intake = await deskVault(desk.folder, desk.secrets, desk.clock, {
      way: null,
      recipients: desk.vault.recipients,
    });
  });
  afterEach(() => desk.close());

  const fileOf = (id: string) => join(desk.folder, 'vault', id.slice(0, 2), id);
  const keep = async () => {
    const sealed = await desk.vault.seal(desk.db, Buffer.from(`placeholder ${(counter += 1)}`));
    return desk.db.transaction().execute((trx) => desk.vault.enter(trx, sealed));
  };
  const scrub = (options: ScrubOptions = ALL, vault: Vault = desk.vault) =>
    scrubVault({ db: desk.db, clock: desk.clock, vault }, options);
  const found = async () =>
    (await openFindings(desk.db)).map(({ kind, stored_as: storedAs }) => `${kind} ${storedAs}`).toSorted();
  const events = async (type: string) =>
    (await desk.db.selectFrom('events').select('payload').where('type', '=', type).execute()).map(
      ({ payload }) => payload,
    );

  it('finds everything in order where it is, and opens each where it can', async () => {
    await keep();
    await keep();
    desk.clock.advance(DAY_MS);
    expect(await scrub()).toMatchObject({ verified: 2, opened: 2, unknown: 0, found: 0, swept: 0 });
    expect(await found()).toEqual([]);
    expect(await events('vault.scrubbed')).toMatchObject([
      { extent: 'all', verified: 2, opened: 2, found: 0 },
    ]);
    desk.clock.advance(1);
    expect(await scrub(ALL, intake)).toMatchObject({ verified: 2, opened: 0, unknown: 0, found: 0 });
  });

  it.each(['with', 'without'])('finds what is missing and what was altered, %s the identity', async (how) => {
    const [, missing, altered, swapped] = [await keep(), await keep(), await keep(), await keep()];
    await rm(fileOf(missing));
    const file = await readFile(fileOf(altered));
    await writeFile(fileOf(swapped), file);
    file[file.length - 1] = (file.at(-1) ?? 0) ^ 1;
    await writeFile(fileOf(altered), file);
    const vault = how === 'with' ? desk.vault : intake;
    for (let again = 0; again < 2; again += 1) {
      expect(await scrub(ALL, vault)).toMatchObject({ verified: 4, found: 3 });
      desk.clock.advance(1000);
    }
    expect(await found()).toEqual(
      [`corrupt ${altered}`, `corrupt ${swapped}`, `missing ${missing}`].toSorted(),
    );
    expect(await events('vault.finding')).toHaveLength(3);
    expect((await vaultHealth(desk.db, desk.vault)).findings).toMatchObject({ missing: 1, corrupt: 2 });
    expect((await vaultHealth(desk.db, desk.vault)).warnings).toHaveLength(2);
  });

  it('takes a finding back when the object is in order again', async () => {
    const id = await keep();
    const file = await readFile(fileOf(id));
    await rm(fileOf(id));
    await scrub();
    expect(await found()).toEqual([`missing ${id}`]);
    await writeFile(fileOf(id), file);
    desk.clock.advance(1000);
    await scrub();
    expect(await found()).toEqual([]);
    expect(await events('vault.finding-resolved')).toMatchObject([{ kind: 'missing', how: 'verified' }]);
  });

  it('finds what was sealed and never entered, once it is old enough, and sweeps it once it is older', async () => {
    const kept = await keep();
    const { objectId: orphan } = await desk.vault.seal(desk.db, Buffer.from('placeholder of a crash'));
    await scrub();
    expect(await found()).toEqual([]);
    desk.clock.advance(2 * 3_600_000);
    expect(await scrub()).toMatchObject({ found: 1, swept: 0 });
    expect(await found()).toEqual([`orphaned ${orphan}`]);
    desk.clock.advance(30 * DAY_MS);
    expect(await scrub()).toMatchObject({ found: 0, swept: 1 });
    await expect(readFile(fileOf(orphan))).rejects.toMatchObject({ code: 'ENOENT' });
    expect(await readFile(fileOf(kept))).not.toHaveLength(0);
    expect(await events('vault.finding-resolved')).toMatchObject([{ storedAs: orphan, how: 'swept' }]);
  });

  it('tells of what is not the vault’s, touches it never, and forgets it when it is gone', async () => {
    await mkdir(join(desk.folder, 'vault'), { recursive: true });
    const foreign = join(desk.folder, 'vault', 'note.txt');
    await writeFile(foreign, 'placeholder');
    desk.clock.advance(365 * DAY_MS);
    await scrub();
    expect(await found()).toEqual(['unexpected note.txt']);
    await rm(foreign);
    await scrub();
    expect(await found()).toEqual([]);
  });

  it('gets round in as many nights as it was given, and comes to what is new in its turn', async () => {
    const ids = new Set<string>();
    for (let count = 0; count < 7; count += 1) ids.add(await keep());
    const sample: ScrubOptions = { extent: { kind: 'sample', withinDays: 3 } };
    for (let night = 0; night < 3; night += 1) {
      desk.clock.advance(DAY_MS);
      expect((await scrub(sample, intake)).verified).toBe(3);
    }
    const verified = await desk.db
      .selectFrom('vault_objects')
      .select('id')
      .where('verified_at', 'is not', null)
      .execute();
    expect(new Set(verified.map(({ id }) => id))).toEqual(ids);
  });

  it('learns of objects of before what their sealed bytes hash to, and says unknown where it cannot', async () => {
    const id = await keep();
    await desk.db
      .updateTable('vault_objects')
      .set({ stored_as: null, sealed_sha256: null, sealed_bytes: null, sealed_to: null })
      .execute();
    expect(await scrub(ALL, intake)).toMatchObject({ verified: 1, unknown: 1, found: 0 });
    expect(await scrub()).toMatchObject({ verified: 1, opened: 1, unknown: 0, found: 0 });
    desk.clock.advance(1000);
    expect(await scrub(ALL, intake)).toMatchObject({ unknown: 0, found: 0 });
    expect((await desk.vault.open(desk.db, id)).length).toBeGreaterThan(0);
  });
});
