import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { closedCase, liveOn } from '../../test/custody/closed-case.ts';
import { createDesk, doneOf, type Desk } from '../../test/desk/index.ts';
import { clockProblem, confirmClock, orderDestruction } from './index.ts';
import { judgeClock } from './clock-watch.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const START = Date.parse('2026-01-01T00:00:00Z');

describe('judging the clock', () => {
  const at = (days: number) => new Date(START + days * DAY_MS);
  it.each([
    ['a few minutes on', { now: new Date(START + 60_000), believedAt: at(0), newestEventAt: at(0) }, null],
    ['a weekend off', { now: at(3), believedAt: at(0), newestEventAt: at(0) }, null],
    [
      'a little behind another machine',
      { now: at(0), believedAt: new Date(START + 60_000), newestEventAt: null },
      null,
    ],
    [
      'an hour behind the newest event',
      { now: at(0), believedAt: at(0), newestEventAt: at(1 / 24) },
      'behind',
    ],
    ['a day behind what was believed', { now: at(0), believedAt: at(1), newestEventAt: null }, 'behind'],
    ['a month ahead', { now: at(30), believedAt: at(0), newestEventAt: null }, 'jumped'],
    [
      'a month ahead, with events of that time',
      { now: at(30), believedAt: at(0), newestEventAt: at(30) },
      'jumped',
    ],
  ] as const)('%s', (_what, seen, problem) => {
    expect(judgeClock(seen)).toBe(problem);
  });

  it('believes no time that lies more than a week after the last it believed, however it gets there', () => {
    const minutes = fc.integer({ min: -60 * 24 * 400, max: 60 * 24 * 400 });
    fc.assert(
      fc.property(fc.array(minutes, { maxLength: 30 }), (steps) => {
        let [now, believed] = [START, START];
        for (const step of steps) {
          now += step * 60_000;
          const problem = judgeClock({
            now: new Date(now),
            believedAt: new Date(believed),
            newestEventAt: null,
          });
          if (problem !== null) continue;
          expect(now - believed).toBeLessThanOrEqual(7 * DAY_MS);
          expect(believed - now).toBeLessThanOrEqual(5 * 60_000);
          believed = Math.max(believed, now);
        }
      }),
    );
  });
});

describe('a clock that was moved', () => {
  let desk: Desk;
  beforeAll(async () => {
    desk = await createDesk();
  });
  afterAll(() => desk.close());

  const order = async (exhibitId: string) =>
    doneOf(
      await orderDestruction(desk, desk.person, { exhibitId, ground: 'term-ended', why: 'placeholder' }),
    );
  const doubts = async () =>
    (await desk.db.selectFrom('events').select('payload').where('type', '=', 'clock.doubted').execute()).map(
      ({ payload }) => (payload as { problem: string }).problem,
    );

  it('destroys nothing: far forward, nor back, until it is right again or a person says that it is', async () => {
    const { exhibitId } = await closedCase(desk, 1);
    await liveOn(desk, 3);
    await expect(order(exhibitId)).rejects.toMatchObject({ code: 'BW-EXHIBIT-NOT-DUE' });

    const right = desk.clock.now();
    desk.clock.advance(400 * DAY_MS);
    await expect(order(exhibitId)).rejects.toMatchObject({ code: 'BW-CLOCK-DOUBTED' });
    await expect(order(exhibitId)).rejects.toMatchObject({ code: 'BW-CLOCK-DOUBTED' });
    expect(await clockProblem(desk.db)).toBe('jumped');
    expect(await doubts()).toEqual(['jumped']);

    // Put right, it is behind what was recorded in the meantime.
    desk.clock.set(right);
    await expect(order(exhibitId)).rejects.toMatchObject({ code: 'BW-CLOCK-DOUBTED' });
    expect(await clockProblem(desk.db)).toBe('behind');
    expect(await doubts()).toEqual(['jumped', 'behind']);

    await confirmClock(desk, desk.person, 'compared with another clock');
    expect(await clockProblem(desk.db)).toBeNull();
    await expect(order(exhibitId)).rejects.toMatchObject({ code: 'BW-EXHIBIT-NOT-DUE' });

    await liveOn(desk, 31);
    expect(await clockProblem(desk.db)).toBeNull();
    await expect(order(exhibitId)).resolves.toMatch(/^[0-9a-f-]{36}$/);

    // What was ordered is not carried out either while the clock is doubted.
    desk.clock.advance(-2 * DAY_MS);
    await expect(desk.runJobs()).rejects.toMatchObject({ code: 'BW-CLOCK-DOUBTED' });
    const { status } = await desk.db.selectFrom('destructions').select('status').executeTakeFirstOrThrow();
    expect(status).toBe('ordered');
  });
});
