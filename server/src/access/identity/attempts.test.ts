import * as fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDesk, type Desk } from '../../../test/desk/index.ts';
import { failedAttempt, type Attempt } from './attempts.ts';

const ATTACKER = '198.51.100.7';
const COLLEAGUE = '203.0.113.9';

describe('attempts that fail', () => {
  let desk: Desk;
  beforeAll(async () => {
    desk = await createDesk();
  });
  afterAll(() => desk.close());
  beforeEach(() => desk.db.deleteFrom('sign_in_attempts').execute());

  const attempt = (more: Partial<Attempt> = {}) =>
    failedAttempt(desk, { name: 'colleague', source: ATTACKER, device: null, ...more });
  /** Whether an attempt was looked at. */
  const passes = async (more: Partial<Attempt> = {}) =>
    attempt(more).then(
      () => true,
      () => false,
    );
  const passed = async (times: number, more: Partial<Attempt> = {}) => {
    let count = 0;
    for (let time = 0; time < times; time += 1) if (await passes(more)) count += 1;
    return count;
  };

  it('cost nothing at first, and then a wait that doubles up to a quarter of an hour', async () => {
    expect(await passed(6)).toBe(6);
    const waits: number[] = [];
    for (let step = 0; step < 12; step += 1) {
      const refused = await attempt().catch((error: { retryAfterSeconds: number }) => error);
      if (!('retryAfterSeconds' in refused)) throw new Error('it was looked at');
      waits.push(refused.retryAfterSeconds);
      desk.clock.advance(refused.retryAfterSeconds * 1000);
      await attempt();
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]);
  });

  it('are counted before they are made: a thousand at once are a thousand', async () => {
    const at = await Promise.all(Array.from({ length: 40 }, () => passes()));
    expect(at.filter(Boolean)).toHaveLength(6);
  });

  it('tell of nobody: a name that nobody has is counted like any other', async () => {
    expect(await passed(10, { name: 'nobody' })).toBe(
      await passed(10, { name: 'colleague', source: '192.0.2.1' }),
    );
  });

  it('keep nobody out but whoever makes them', async () => {
    await passed(300);
    expect(await passes()).toBe(false);
    expect(await passes({ source: COLLEAGUE })).toBe(true);
  });

  it('keep no colleague out of the browser that they have used before, even in the same network', async () => {
    await passed(300);
    await passed(300, { source: COLLEAGUE });
    expect(await passes({ source: COLLEAGUE })).toBe(false);
    expect(await passes({ source: COLLEAGUE, device: 'known' })).toBe(true);
    expect(await passes({ source: ATTACKER, device: 'known' })).toBe(true);
  });

  it('from addresses that one subscriber has are those of one', async () => {
    const from = (end: number) => ({ source: `2001:db8:1:2::${end.toString(16)}` });
    let looked = 0;
    for (let end = 1; end <= 50; end += 1) if (await passes(from(end))) looked += 1;
    expect(looked).toBe(6);
    expect(await passes({ source: '2001:db8:1:3::1' })).toBe(true);
    await passed(10, { name: 'another', source: '::ffff:192.0.2.5' });
    expect(await passes({ name: 'another', source: '192.0.2.5' })).toBe(false);
  });

  it('of one address on many names are stopped too', async () => {
    let looked = 0;
    for (let one = 0; one < 100; one += 1) if (await passes({ name: `name-${one}` })) looked += 1;
    expect(looked).toBe(21);
  });

  it('are forgotten by a success, and by a day without another', async () => {
    await passed(4);
    await (await attempt()).succeeded();
    expect(await passed(6)).toBe(6);
    desk.clock.advance(24 * 60 * 60_000 + 1);
    expect(await passed(6)).toBe(6);
  });

  it('are an event when the waiting begins and when failures double, and not each time', async () => {
    const before = await throttled();
    for (let step = 0; step < 20; step += 1) {
      await passes();
      desk.clock.advance(16 * 60_000);
    }
    // Beyond five: 1, 2, 4, 8.
    expect((await throttled()) - before).toBe(4);
  });

  it('never let a colleague’s known browser wait, whatever an attacker does from elsewhere', async () => {
    const moves = fc.array(
      fc.record({
        name: fc.constantFrom('colleague', 'nobody', 'another'),
        source: fc.constantFrom(ATTACKER, COLLEAGUE, '2001:db8::1'),
        device: fc.constantFrom(null, 'of the attacker'),
        pause: fc.nat({ max: 30_000 }),
      }),
      { maxLength: 40 },
    );
    await fc.assert(
      fc.asyncProperty(moves, async (made) => {
        await desk.db.deleteFrom('sign_in_attempts').execute();
        for (const { pause, ...move } of made) {
          await passes(move);
          desk.clock.advance(pause);
        }
        expect(await passes({ source: COLLEAGUE, device: 'of the colleague' })).toBe(true);
      }),
      { numRuns: 15 },
    );
  });

  const throttled = async () =>
    (await desk.db.selectFrom('events').select('id').where('type', '=', 'sign-in.throttled').execute())
      .length;
});
