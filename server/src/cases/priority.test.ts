import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { priorityOf } from './index.ts';

const NOTHING = { knownMatches: 0, unscanned: 0, userReports: 1, vouchedFor: false, harms: ['other'] };

const harms = fc.array(
  fc.constantFrom(
    'other',
    'child_safety',
    'child_safety.csam',
    'child_safety.grooming',
    'child_safety.harassment',
  ),
  { maxLength: 4 },
);
const facts = fc.record({
  knownMatches: fc.nat(50),
  unscanned: fc.nat(50),
  userReports: fc.integer({ min: 1, max: 50 }),
  vouchedFor: fc.boolean(),
  harms,
});

describe('the priority of a case', () => {
  it.each([
    [{}, 10, []],
    [{ knownMatches: 1 }, 60, ['1 exhibit matches known material']],
    [{ knownMatches: 2 }, 65, ['2 exhibits match known material']],
    [{ knownMatches: 9 }, 70, ['9 exhibits match known material']],
    [{ harms: ['child_safety'] }, 20, ['reported as a child-safety matter']],
    [{ harms: ['other', 'child_safety.csam'] }, 30, ['reported as a child-safety matter']],
    [{ harms: ['child_safety.privacy_violation'] }, 20, ['reported as a child-safety matter']],
    [{ userReports: 2 }, 15, ['2 user reports about the same group']],
    [{ userReports: 40 }, 25, ['40 user reports about the same group']],
    [{ vouchedFor: true }, 15, ['the service vouches for the reported message']],
    [{ unscanned: 1 }, 15, ['1 exhibit could not be scanned']],
    [{ unscanned: 3 }, 15, ['3 exhibits could not be scanned']],
    [
      { knownMatches: 1, harms: ['child_safety.grooming'], userReports: 3, unscanned: 1, vouchedFor: true },
      100,
      [
        '1 exhibit matches known material',
        'reported as a child-safety matter',
        '3 user reports about the same group',
        'the service vouches for the reported message',
        '1 exhibit could not be scanned',
      ],
    ],
  ])('with %o is %d', (given, value, reasons) => {
    expect(priorityOf({ ...NOTHING, ...given })).toEqual({ value, reasons });
  });

  it('is a whole number from 0 to 100', () => {
    fc.assert(
      fc.property(facts, (given) => {
        const { value } = priorityOf(given);
        expect(Number.isInteger(value)).toBe(true);
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual(100);
      }),
    );
  });

  it('never falls when something is added', () => {
    const more = fc.record({ knownMatches: fc.nat(5), unscanned: fc.nat(5), userReports: fc.nat(5), harms });
    fc.assert(
      fc.property(facts, more, (given, added) => {
        const then = priorityOf({
          knownMatches: given.knownMatches + added.knownMatches,
          unscanned: given.unscanned + added.unscanned,
          userReports: given.userReports + added.userReports,
          vouchedFor: true,
          harms: [...given.harms, ...added.harms],
        });
        expect(then.value).toBeGreaterThanOrEqual(priorityOf(given).value);
      }),
    );
  });

  it('is higher with known material than with everything else together', () => {
    fc.assert(
      fc.property(facts, (given) => {
        const without = priorityOf({ ...given, knownMatches: 0 });
        const alone = priorityOf({ ...NOTHING, knownMatches: 1 });
        expect(alone.value).toBeGreaterThanOrEqual(without.value);
      }),
    );
  });
});
