import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { closedCase, liveOn, objectOf, type ClosedCase } from '../../test/custody/closed-case.ts';
import { createDesk, doneOf, type Desk } from '../../test/desk/index.ts';
import { custodyOf, holdsOfCase, orderDestruction, placeHold, releaseHold, renewHold } from './index.ts';

describe('a legal hold', () => {
  let desk: Desk;
  let held: ClosedCase;
  let holdId: string;
  beforeAll(async () => {
    desk = await createDesk();
    held = await closedCase(desk, 1);
    await liveOn(desk, 40);
  });
  afterAll(() => desk.close());

  const actor = () => ({ kind: 'person', id: desk.person.id }) as const;
  const order = async (exhibitId: string, ground: 'term-ended' | 'authority-request' = 'term-ended') =>
    doneOf(
      await orderDestruction(desk, desk.person, {
        exhibitId,
        ground,
        reference: 'A-1',
        why: 'placeholder',
      }),
    );

  it('is placed on a case with who and why, in the custody record of each exhibit', async () => {
    holdId = await placeHold(desk, actor(), {
      on: { caseId: held.caseId },
      ground: 'us-2703f',
      reference: 'Request 17',
      why: 'asked for by letter',
    });
    const [hold] = await holdsOfCase(desk.db, held.caseId);
    expect(hold).toMatchObject({
      id: holdId,
      reference: 'Request 17',
      placed_by: actor(),
      released_at: null,
    });
    expect(hold?.renew_by).toEqual(new Date(desk.clock.now().getTime() + 90 * 86_400_000));
    const record = await custodyOf(desk.db, held.exhibitId);
    expect(record.at(-1)).toMatchObject({
      type: 'exhibit.held',
      why: 'asked for by letter',
      actor: { kind: 'person', name: 'Test person' },
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  it('keeps everybody from destroying, also on the word of an authority, and after the time to renew it', async () => {
    await expect(order(held.exhibitId)).rejects.toMatchObject({ code: 'BW-EXHIBIT-HELD' });
    await expect(order(held.exhibitId, 'authority-request')).rejects.toMatchObject({
      code: 'BW-EXHIBIT-HELD',
    });
    await liveOn(desk, 91);
    await expect(order(held.exhibitId)).rejects.toMatchObject({ code: 'BW-EXHIBIT-HELD' });
    await renewHold(desk, actor(), holdId);
  });

  it.each([
    ['the exhibit', 'DELETE FROM exhibits WHERE id = $1'],
    ['its case', 'DELETE FROM cases WHERE id = (SELECT case_id FROM exhibits WHERE id = $1)'],
    ['its service', 'DELETE FROM services WHERE id = (SELECT service_id FROM exhibits WHERE id = $1)'],
    [
      'its link to the sealed bytes',
      'UPDATE exhibits SET object_id = NULL, destroyed_at = now() WHERE id = $1',
    ],
    ['its place in the case', 'UPDATE exhibits SET case_id = NULL WHERE id = $1'],
    [
      'the wrapped key',
      'UPDATE vault_objects SET header = NULL WHERE id = (SELECT object_id FROM exhibits WHERE id = $1)',
    ],
    [
      'the sealed object',
      'DELETE FROM vault_objects WHERE id = (SELECT object_id FROM exhibits WHERE id = $1)',
    ],
    [
      'the hold itself',
      'DELETE FROM legal_holds WHERE case_id = (SELECT case_id FROM exhibits WHERE id = $1)',
    ],
    ['what is held', 'UPDATE legal_holds SET case_id = NULL, exhibit_id = $1'],
  ])('holds in the database itself: %s stays', async (_what, statement) => {
    await expect(desk.pool.query(statement, [held.exhibitId])).rejects.toMatchObject({ code: 'BWHLD' });
    expect(await desk.vault.open(desk.db, (await objectOf(desk, held.exhibitId)) ?? '')).not.toHaveLength(0);
  });

  it.each(['TRUNCATE exhibits CASCADE', 'TRUNCATE vault_objects CASCADE', 'TRUNCATE legal_holds'])(
    'holds in the database itself: no %s',
    async (statement) => {
      await expect(desk.pool.query(statement)).rejects.toMatchObject({ code: 'BWHLD' });
    },
  );

  it('lets a key be wrapped anew, which is how recipients are changed', async () => {
    const set = 'UPDATE vault_objects SET header = header WHERE id = $1';
    expect((await desk.pool.query(set, [await objectOf(desk, held.exhibitId)])).rowCount).toBe(1);
  });

  it('covers what shares its bytes: another exhibit of the same content goes, the bytes stay', async () => {
    const twin = await closedCase(desk, 1);
    expect(await objectOf(desk, twin.exhibitId)).toBe(await objectOf(desk, held.exhibitId));
    await liveOn(desk, 40);
    await order(twin.exhibitId);
    await desk.runJobs();
    expect(await objectOf(desk, twin.exhibitId)).toBeNull();
    expect(await desk.vault.open(desk.db, (await objectOf(desk, held.exhibitId)) ?? '')).not.toHaveLength(0);
  });

  it('ends when a person releases it, once, with a reason; then the terms count again', async () => {
    await releaseHold(desk, actor(), holdId, 'the proceedings are over');
    await expect(releaseHold(desk, actor(), holdId, 'again')).rejects.toMatchObject({
      code: 'BW-HOLD-RELEASED',
    });
    await expect(order(held.exhibitId)).resolves.toBeTypeOf('string');
    const types = (await custodyOf(desk.db, held.exhibitId)).map(({ type }) => type);
    expect(types.slice(-2)).toEqual(['exhibit.released', 'exhibit.destruction-ordered']);
  });

  it('comes in time while a destruction is ordered and not carried out, and halts it', async () => {
    const other = await closedCase(desk, 2);
    await liveOn(desk, 40);
    await order(other.exhibitId);
    await placeHold(desk, actor(), { on: { exhibitId: other.exhibitId }, ground: 'litigation', why: 'stop' });
    await desk.runJobs();
    const destruction = await desk.db
      .selectFrom('destructions')
      .selectAll()
      .where('exhibit_id', '=', other.exhibitId)
      .executeTakeFirstOrThrow();
    expect(destruction).toMatchObject({ status: 'halted', halted_because: 'held', certificate: null });
    expect((await custodyOf(desk.db, other.exhibitId)).at(-1)?.type).toBe('exhibit.destruction-halted');
    expect(await objectOf(desk, other.exhibitId)).not.toBeNull();
  });

  it('is refused on what is destroyed, on nothing, and on no known ground', async () => {
    await desk.runJobs();
    const on = { exhibitId: held.exhibitId };
    await expect(placeHold(desk, actor(), { on, ground: 'litigation', why: 'late' })).rejects.toMatchObject({
      code: 'BW-EXHIBIT-DESTROYED',
    });
    const nothing = { caseId: '00000000-0000-4000-8000-000000000001' };
    await expect(
      placeHold(desk, actor(), { on: nothing, ground: 'litigation', why: 'x' }),
    ).rejects.toMatchObject({ code: 'BW-NOT-FOUND' });
    await expect(placeHold(desk, actor(), { on, ground: 'whim', why: 'x' })).rejects.toMatchObject({
      code: 'BW-BODY-INVALID',
    });
  });

  it('and a destruction never both succeed, whoever comes first', async () => {
    for (const seed of [11, 12, 13, 14]) {
      const { exhibitId } = await closedCase(desk, seed);
      await liveOn(desk, 40);
      await order(exhibitId);
      const placing = placeHold(desk, actor(), { on: { exhibitId }, ground: 'litigation', why: 'race' });
      const [placed] = await Promise.allSettled([placing, desk.runJobs()]);
      const gone = (await objectOf(desk, exhibitId)) === null;
      expect(placed.status).toBe(gone ? 'rejected' : 'fulfilled');
    }
  });
});
