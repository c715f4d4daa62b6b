import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { closedCase, liveOn, objectOf } from '../../test/custody/closed-case.ts';
import { createDesk, doneOf, testPicture, type Desk } from '../../test/desk/index.ts';
import { receiveUserReport } from '../intake/index.ts';
import { verifyLedger } from '../ledger/index.ts';
import { previewExhibit, revealExhibit } from '../review/index.ts';
import type { Vault } from '../vault/index.ts';
import {
  carryOutDestruction,
  certificateOf,
  certificatePage,
  custodyOf,
  dueForDestruction,
  orderDestruction,
  placeHold,
  releaseHold,
  resumeDestructions,
} from './index.ts';

describe('destroying an exhibit', () => {
  let desk: Desk;
  beforeAll(async () => {
    desk = await createDesk();
  });
  afterAll(() => desk.close());

  const actor = () => ({ kind: 'person', id: desk.person.id }) as const;
  const order = async (exhibitId: string) =>
    doneOf(
      await orderDestruction(desk, desk.person, { exhibitId, ground: 'term-ended', why: 'the term is over' }),
    );
  const row = (exhibitId: string) =>
    desk.db
      .selectFrom('destructions')
      .selectAll()
      .where('exhibit_id', '=', exhibitId)
      .executeTakeFirstOrThrow();
  const fileOf = (objectId: string) => join(desk.folder, 'vault', objectId.slice(0, 2), objectId);
  const isThere = (objectId: string) =>
    stat(fileOf(objectId)).then(
      () => true,
      () => false,
    );
  const ready = async (seed: number) => {
    const found = await closedCase(desk, seed);
    await liveOn(desk, 31);
    return { ...found, objectId: (await objectOf(desk, found.exhibitId)) ?? '' };
  };

  it('is proposed when the term has ended, and never done by the machine alone', async () => {
    const { exhibitId } = await closedCase(desk, 1);
    const due = async () =>
      (await dueForDestruction(desk.db, desk.person, desk.clock.now(), 50)).map((one) => one.exhibitId);
    expect(await due()).not.toContain(exhibitId);
    await expect(order(exhibitId)).rejects.toMatchObject({ code: 'BW-EXHIBIT-NOT-DUE' });
    await liveOn(desk, 31);
    await desk.runJobs();
    expect(await due()).toContain(exhibitId);
    expect(await objectOf(desk, exhibitId)).not.toBeNull();
  });

  it('leaves neither key nor bytes, but a certificate and the custody record', async () => {
    const { caseId, exhibitId, objectId } = await ready(2);
    const copyOfTheStore = await readFile(fileOf(objectId));
    const destructionId = await order(exhibitId);
    await expect(order(exhibitId)).rejects.toMatchObject({ code: 'BW-DESTRUCTION-UNDER-WAY' });
    await desk.runJobs();
    expect(await isThere(objectId)).toBe(false);
    const keys = await desk.db.selectFrom('vault_objects').select('id').where('id', '=', objectId).execute();
    expect(keys).toEqual([]);
    expect(copyOfTheStore.includes('X25519')).toBe(false);

    const certificate = await certificateOf(desk.db, exhibitId);
    expect(certificate).toMatchObject({
      id: destructionId,
      what: { exhibitId, caseId, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
      why: { ground: 'term-ended', why: 'the term is over', terms: [{ rule: 'desk:not-decided-against' }] },
      by: { kind: 'person', name: 'Test person' },
      sealedBytes: 'erased',
    });
    const record = await custodyOf(desk.db, exhibitId);
    expect(record.map(({ type }) => type)).toEqual([
      'exhibit.sealed',
      'exhibit.destruction-ordered',
      'exhibit.destroyed',
    ]);
    expect(record.at(-1)?.eventId).toBe(certificate.ledgerEventId);
    expect(certificatePage(certificate)).toContain(certificate.what.sha256);

    const gone = { code: 'BW-EXHIBIT-DESTROYED' };
    await expect(previewExhibit(desk, desk.person.id, exhibitId)).rejects.toMatchObject(gone);
    await expect(revealExhibit(desk, desk.person.id, exhibitId, 'placeholder')).rejects.toMatchObject(gone);
    await expect(order(exhibitId)).rejects.toMatchObject(gone);
    for (const statement of ['DELETE FROM destructions', "UPDATE destructions SET why = ''"])
      await expect(desk.pool.query(statement)).rejects.toThrow(/kept/);
    expect(await verifyLedger(desk.db)).toMatchObject({ intact: true });
  });

  it('lets the same content in again afterwards, as new', async () => {
    const again = await closedCase(desk, 2);
    expect(await desk.vault.open(desk.db, (await objectOf(desk, again.exhibitId)) ?? '')).not.toHaveLength(0);
  });

  it('takes the shared bytes with the last exhibit only, also when both go at once', async () => {
    const one = await ready(3);
    const two = await ready(3);
    expect(two.objectId).toBe(one.objectId);
    const ids = [await order(one.exhibitId), await order(two.exhibitId)];
    await Promise.all(ids.map((id) => carryOutDestruction(desk, id)));
    const kinds = [await certificateOf(desk.db, one.exhibitId), await certificateOf(desk.db, two.exhibitId)];
    expect(kinds.map(({ sealedBytes }) => sealedBytes).toSorted()).toEqual([
      'erased',
      'kept-for-another-exhibit',
    ]);
    expect(await isThere(one.objectId)).toBe(false);
    await desk.runJobs();
  });

  it('loses no report that brings the same content at that moment', async () => {
    const { exhibitId } = await ready(4);
    const id = await order(exhibitId);
    const picture = await testPicture(4, { width: 64, height: 48 });
    const receive = () =>
      receiveUserReport(
        desk,
        desk.service,
        'the-same-moment',
        {
          group: { id: 'g', members: [], picture: 'picture' },
          context: [],
          reason: 'other',
          contentVisibility: 'public',
          authenticity: 'unverified',
        },
        new Map([['picture', picture]]),
      );
    const [received] = await Promise.allSettled([receive(), carryOutDestruction(desk, id)]);
    if (received.status === 'rejected') {
      expect(received.reason).toMatchObject({ code: 'BW-BUSY' });
      await receive();
    }
    const exhibits = await desk.db
      .selectFrom('exhibits')
      .selectAll()
      .where('origin', '=', 'group-picture')
      .execute();
    for (const { object_id: objectId } of exhibits)
      expect(await desk.vault.open(desk.db, objectId ?? '')).toHaveLength(picture.length);
    await desk.runJobs();
  });

  it('goes on when the store fails, and certifies only when the bytes are gone', async () => {
    const { exhibitId, objectId } = await ready(5);
    const id = await order(exhibitId);
    const failing: Vault = {
      ...desk.vault,
      removeSealed: () => Promise.reject(Object.assign(new Error('no space'), { code: 'ENOSPC' })),
    };
    await expect(carryOutDestruction({ ...desk, vault: failing }, id)).rejects.toThrow('no space');
    await expect(carryOutDestruction({ ...desk, vault: failing }, id)).rejects.toThrow('no space');
    expect(await row(exhibitId)).toMatchObject({ status: 'erased', certificate: null });
    expect(await isThere(objectId)).toBe(true);
    await expect(desk.vault.open(desk.db, objectId)).rejects.toMatchObject({ code: 'BW-EXHIBIT-CORRUPT' });
    await desk.runJobs();
    expect(await row(exhibitId)).toMatchObject({ status: 'destroyed' });
    expect(await isThere(objectId)).toBe(false);
  });

  it.each(['destructions', 'exhibits', 'vault_objects', 'events'])(
    'is all or nothing when the disk of the database fills up while it writes %s',
    async (table) => {
      const { exhibitId, objectId } = await ready(20 + table.length);
      const id = await order(exhibitId);
      await desk.pool.query(`
        CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS
          $$ BEGIN RAISE EXCEPTION 'no space left' USING ERRCODE = 'disk_full'; END $$;
        CREATE TRIGGER full_disk BEFORE INSERT OR UPDATE OR DELETE ON ${table}
          FOR EACH STATEMENT EXECUTE FUNCTION full_disk()`);
      await expect(carryOutDestruction(desk, id)).rejects.toMatchObject({ code: '53100' });
      const half = await row(exhibitId);
      const openable = await desk.vault.open(desk.db, objectId).then(
        () => true,
        () => false,
      );
      // The key is there as long as it says so, and gone as soon as it says so; a certificate is never early.
      expect(openable).toBe(half.status === 'ordered');
      expect(half.certificate).toBeNull();
      await desk.pool.query(`DROP TRIGGER full_disk ON ${table}; DROP FUNCTION full_disk`);
      await desk.runJobs();
      expect(await row(exhibitId)).toMatchObject({ status: 'destroyed' });
      expect(await isThere(objectId)).toBe(false);
    },
  );

  it('holds its invariants, whatever happens in whatever order', async () => {
    const steps = fc.constantFrom('order', 'hold', 'release', 'carry-out', 'fail', 'resume', 'days');
    let seed = 100;
    await fc.assert(
      fc.asyncProperty(fc.array(steps, { minLength: 4, maxLength: 14 }), async (sequence) => {
        seed += 1;
        const { exhibitId } = await closedCase(desk, seed);
        const objectId = (await objectOf(desk, exhibitId)) ?? '';
        let held: string | null = null;
        const failing: Vault = {
          ...desk.vault,
          removeSealed: () => Promise.reject(new Error('store')),
        };
        for (const step of [...sequence, 'resume'] as const) {
          const before = await objectOf(desk, exhibitId);
          const latest = await desk.db
            .selectFrom('destructions')
            .select('id')
            .where('exhibit_id', '=', exhibitId)
            .orderBy('ordered_at', 'desc')
            .execute();
          const attempt = async (): Promise<unknown> => {
            switch (step) {
              case 'days':
                return liveOn(desk, 31);
              case 'order':
                return order(exhibitId);
              case 'hold':
                if (held === null)
                  held = await placeHold(desk, actor(), { on: { exhibitId }, ground: 'internal', why: 'x' });
                return;
              case 'release':
                if (held !== null) await releaseHold(desk, actor(), held, 'x');
                held = null;
                return;
              case 'carry-out':
              case 'fail':
                for (const { id } of latest)
                  await carryOutDestruction(step === 'fail' ? { ...desk, vault: failing } : desk, id);
                return;
              case 'resume':
                await resumeDestructions(desk.db);
                return desk.runJobs();
            }
          };
          await attempt().catch((error: unknown) => {
            if (!(error instanceof Error) || (!('code' in error) && error.message !== 'store')) throw error;
          });
          const after = await objectOf(desk, exhibitId);
          if (held !== null) expect(after).toBe(before);
          const all = await desk.db
            .selectFrom('destructions')
            .selectAll()
            .where('exhibit_id', '=', exhibitId)
            .execute();
          const erased = all.filter(({ status }) => status === 'erased' || status === 'destroyed');
          expect(erased).toHaveLength(after === null ? 1 : 0);
          if (after !== null) expect(await desk.vault.open(desk.db, after)).not.toHaveLength(0);
          if (all.some(({ status }) => status === 'destroyed')) expect(await isThere(objectId)).toBe(false);
        }
      }),
      { numRuns: 12 },
    );
  });
});
