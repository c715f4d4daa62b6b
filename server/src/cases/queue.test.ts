import { randomUUID } from 'node:crypto';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDesk, type Desk } from '../../test/desk/index.ts';
import { encodeCursor } from '../foundation/index.ts';
import { record } from '../ledger/index.ts';
import { caseSummary, noteGroup, pageOfCases, pageOfTimeline } from './index.ts';

const DAY = Date.parse('2026-01-15T00:00:00Z');

describe('the queue', () => {
  let desk: Desk;
  beforeAll(async () => {
    desk = await createDesk();
  });
  afterAll(() => desk.close());

  const addCase = (priority: number, openedAt: Date, status: 'open' | 'closed' = 'open') =>
    desk.db.transaction().execute(async (trx) => {
      const group = await noteGroup(trx, desk.service.serviceId, openedAt, { externalId: randomUUID() });
      const id = randomUUID();
      await trx
        .insertInto('cases')
        .values({
          id,
          service_id: desk.service.serviceId,
          group_id: group.id,
          status,
          priority,
          priority_reasons: '[]' as never,
          opened_at: openedAt,
          updated_at: openedAt,
          closed_at: status === 'closed' ? openedAt : null,
        })
        .execute();
      return id;
    });
  const pages = async (limit: number, status: 'open' | 'closed' = 'open') => {
    const found: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await pageOfCases(desk.db, desk.person, { status, limit, cursor });
      expect(page.items.length).toBeLessThanOrEqual(limit);
      found.push(...page.items.map((item) => item.id));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    return found;
  };

  it('is empty at first', async () => {
    expect(await pageOfCases(desk.db, desk.person, { status: 'open', limit: 10 })).toEqual({
      items: [],
      nextCursor: null,
    });
  });

  it('shows each case once, highest priority first and then whatever waits longest, in pages of any size', async () => {
    // Few different values, so that many are equal.
    const given = fc.sample(fc.tuple(fc.constantFrom(0, 10, 85, 100), fc.nat(2), fc.boolean()), {
      numRuns: 40,
      seed: 7,
    });
    const open: { id: string; priority: number; at: number }[] = [];
    for (const [priority, offset, isOpen] of given) {
      const at = new Date(DAY + offset);
      const id = await addCase(priority, at, isOpen ? 'open' : 'closed');
      if (isOpen) open.push({ id, priority, at: at.getTime() });
    }
    const expected = open
      .toSorted((a, b) => b.priority - a.priority || a.at - b.at || (a.id < b.id ? -1 : 1))
      .map(({ id }) => id);
    for (const limit of [1, 2, 3, 7, expected.length - 1, expected.length, expected.length + 1, 200])
      expect(await pages(limit)).toEqual(expected);
    expect(await pages(3, 'closed')).toHaveLength(given.length - open.length);
  });

  it('goes on from a cursor whose case has gone up meanwhile', async () => {
    const all = await pageOfCases(desk.db, desk.person, { status: 'open', limit: 200 });
    const limit = all.items.findIndex(({ priority }) => priority === 85) + 1;
    const { items, nextCursor } = await pageOfCases(desk.db, desk.person, { status: 'open', limit });
    const last = items.at(-1)?.id ?? '';
    await desk.db.updateTable('cases').set({ priority: 100 }).where('id', '=', last).execute();
    const rest = await pageOfCases(desk.db, desk.person, {
      status: 'open',
      limit: 200,
      cursor: nextCursor ?? '',
    });
    expect(rest.items).toHaveLength(all.items.length - limit);
    const shown = new Set(items.map(({ id }) => id));
    expect(rest.items.filter(({ id }) => shown.has(id))).toEqual([]);
  });

  it.each([
    ['garbage', 'placeholder'],
    ['the cursor of another list', encodeCursor([1])],
    ['a priority that none has', encodeCursor([2 ** 40, '2026-01-15T00:00:00.000Z', randomUUID()])],
  ])('answers %s without stumbling', async (what, cursor) => {
    const page = pageOfCases(desk.db, desk.person, { status: 'open', limit: 10, cursor });
    if (what.startsWith('a priority')) expect((await page).items.length).toBeGreaterThan(0);
    else await expect(page).rejects.toMatchObject({ code: 'BW-CURSOR-INVALID' });
  });

  it('says of one case what it says in the queue', async () => {
    const [first] = (await pageOfCases(desk.db, desk.person, { status: 'open', limit: 1 })).items;
    expect(await caseSummary(desk.db, first?.id ?? '')).toEqual(first);
    await expect(caseSummary(desk.db, randomUUID())).rejects.toMatchObject({ code: 'BW-NOT-FOUND' });
  });

  it('has beside it the timeline of each case: every event, newest first, in pages of any size', async () => {
    const [caseId, otherId] = [await addCase(1, new Date(DAY)), await addCase(1, new Date(DAY))];
    const written: string[] = [];
    for (let index = 0; index < 9; index += 1)
      for (const id of [caseId, otherId])
        written.push(
          await desk.db.transaction().execute((trx) =>
            record(trx, {
              type: 'report.retried',
              at: desk.clock.now(),
              actor:
                index % 2 === 0 ? { kind: 'person', id: desk.person.id } : { kind: 'system', part: 'test' },
              caseId: id,
              payload: { reportId: id },
            }),
          ),
        );
    const expected = written.filter((_, index) => index % 2 === 0).toReversed();
    for (const limit of [1, 4, 9, 20]) {
      const found: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await pageOfTimeline(desk.db, caseId, { limit, cursor });
        found.push(...page.items.map((item) => item.id));
        cursor = page.nextCursor ?? undefined;
      } while (cursor !== undefined);
      expect(found).toEqual(expected);
    }
    const { items } = await pageOfTimeline(desk.db, caseId, { limit: 2 });
    expect(items.map((item) => item.actorName)).toEqual(['Test person', 'Breakwater']);
  });
});
