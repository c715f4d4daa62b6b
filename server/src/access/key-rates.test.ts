import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { testClock } from '../../test/desk/index.ts';
import { createKeyRates, KeyRateError } from './index.ts';

const START = '2026-01-15T09:00:00.000Z';

function retryAfter(spend: () => void): number {
  try {
    spend();
    return 0;
  } catch (error) {
    if (error instanceof KeyRateError) return error.retryAfterSeconds;
    throw error;
  }
}

it('lets a minute’s worth through at once, and then as it is refilled', () => {
  const clock = testClock(START);
  const spend = createKeyRates(clock);
  const once = () => retryAfter(() => spend('key', 6));
  expect(Array.from({ length: 7 }, once)).toEqual([0, 0, 0, 0, 0, 0, 10]);
  clock.advance(9_999);
  expect(once()).toBe(1);
  clock.advance(1);
  expect(once()).toBe(0);
});

it('counts each key for itself, and does not count what has no limit', () => {
  const spend = createKeyRates(testClock(START));
  spend('one', 1);
  expect(() => spend('one', 1)).toThrow(expect.objectContaining({ code: 'BW-RATE-LIMITED', status: 429 }));
  spend('other', 1);
  for (let n = 0; n < 1000; n++) spend('free', null);
});

it('never lets more through than a minute’s worth beyond what was refilled, and whoever waits as told gets in', () => {
  const step = fc.record({ pauseMs: fc.integer({ min: -5000, max: 90_000 }) });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 120 }), fc.array(step, { maxLength: 200 }), (limit, steps) => {
      const clock = testClock(START);
      const spend = createKeyRates(clock);
      let passed = 0;
      let forward = 0;
      for (const { pauseMs } of steps) {
        clock.advance(pauseMs);
        forward += Math.max(0, pauseMs);
        const wait = retryAfter(() => spend('key', limit));
        if (wait === 0) passed += 1;
        else {
          clock.advance(wait * 1000);
          forward += wait * 1000;
          expect(retryAfter(() => spend('key', limit))).toBe(0);
          passed += 1;
        }
      }
      expect(passed).toBeLessThanOrEqual(limit + (forward * limit) / 60_000 + 1e-6);
    }),
  );
});
