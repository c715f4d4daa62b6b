import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { Turns } from './turns.ts';

it('lets a few work at a time, in order, and turns away who would wait behind too many', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 0, max: 5 }),
      fc.array(fc.boolean(), { maxLength: 20 }),
      async (atOnce, mayWait, fates) => {
        const turns = new Turns(atOnce, mayWait);
        const begun: number[] = [];
        let running = 0;
        let most = 0;
        const outcomes = await Promise.allSettled(
          fates.map((succeeds, index) =>
            turns.take(async () => {
              begun.push(index);
              running++;
              most = Math.max(most, running);
              await new Promise((resolve) => setImmediate(resolve));
              running--;
              if (!succeeds) throw new Error('placeholder');
              return index;
            }),
          ),
        );
        const taken = Math.min(fates.length, atOnce + mayWait);
        expect(begun).toEqual(Array.from({ length: taken }, (_, index) => index));
        expect(most).toBe(Math.min(atOnce, fates.length));
        expect(
          outcomes
            .slice(taken)
            .every((outcome) => outcome.status === 'fulfilled' && outcome.value === undefined),
        ).toBe(true);
        expect(await turns.take(async () => 'again')).toBe('again');
      },
    ),
  );
});
