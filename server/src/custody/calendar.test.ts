import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { endOfSpan, spanInWords, type Span } from './calendar.ts';

const day = (text: string) => new Date(text);
const dates = fc.date({
  min: new Date('1990-01-01T00:00:00Z'),
  max: new Date('2090-01-01T00:00:00Z'),
  noInvalidDate: true,
});
const spans: fc.Arbitrary<Span> = fc.oneof(
  fc.record({ years: fc.integer({ min: 1, max: 30 }) }),
  fc.record({ months: fc.integer({ min: 1, max: 400 }) }),
  fc.record({ days: fc.integer({ min: 1, max: 4000 }) }),
);

describe('the end of a span', () => {
  it.each([
    ['2026-03-15T10:00:00Z', { years: 1 }, '2027-03-15T10:00:00.000Z'],
    ['2024-02-29T10:00:00Z', { years: 1 }, '2025-03-01T00:00:00.000Z'],
    ['2024-02-29T10:00:00Z', { years: 4 }, '2028-02-29T10:00:00.000Z'],
    ['2023-02-28T23:59:59Z', { years: 1 }, '2024-02-28T23:59:59.000Z'],
    ['2096-02-29T00:00:00Z', { years: 4 }, '2100-03-01T00:00:00.000Z'],
    ['2026-01-31T10:00:00Z', { months: 1 }, '2026-03-01T00:00:00.000Z'],
    ['2025-12-31T10:00:00Z', { months: 2 }, '2026-03-01T00:00:00.000Z'],
    ['2026-03-28T12:00:00Z', { days: 21 }, '2026-04-18T12:00:00.000Z'],
  ] as const)('%s and %o: %s', (from, lasts, end) => {
    expect(endOfSpan(day(from), lasts).toISOString()).toBe(end);
  });

  it('never comes earlier for a later start, nor falls short of the days that a year has', () => {
    fc.assert(
      fc.property(dates, dates, spans, (one, other, lasts) => {
        const [first, second] = one <= other ? [one, other] : [other, one];
        expect(endOfSpan(first, lasts).getTime()).toBeLessThanOrEqual(endOfSpan(second, lasts).getTime());
        expect(endOfSpan(first, lasts).getTime()).toBeGreaterThan(first.getTime());
      }),
    );
    fc.assert(
      fc.property(dates, (from) => {
        const days = (endOfSpan(from, { years: 1 }).getTime() - from.getTime()) / 86_400_000;
        expect(days).toBeGreaterThanOrEqual(365);
        expect(days).toBeLessThanOrEqual(366);
      }),
    );
  });

  it('is told in words', () => {
    expect([{ years: 1 }, { months: 6 }, { days: 21 }].map(spanInWords)).toEqual([
      '1 year',
      '6 months',
      '21 days',
    ]);
  });
});
