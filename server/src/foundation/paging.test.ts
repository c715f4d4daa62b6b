import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sql } from 'kysely';
import { createDesk, type Desk } from '../../test/desk/index.ts';
import { CodedError, decodeCursor, encodeCursor, toPage } from './index.ts';

const KINDS = ['number', 'instant', 'uuid', 'string'] as const;

const instants = fc
  .date({
    min: new Date('0001-01-01T00:00:00Z'),
    max: new Date('9999-12-31T23:59:59.999Z'),
    noInvalidDate: true,
  })
  .map((date) => date.toISOString());
const keys = fc.tuple(
  fc.integer(),
  instants,
  fc.uuid(),
  fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0')),
);

function codeOf(cursor: string, kinds: readonly (typeof KINDS)[number][]): string {
  try {
    decodeCursor(cursor, kinds);
    return 'accepted';
  } catch (error) {
    return error instanceof CodedError ? error.code : String(error);
  }
}

describe('a cursor', () => {
  it('gives back the key that it was made of', () => {
    fc.assert(
      fc.property(keys, (key) => {
        expect(decodeCursor(encodeCursor(key), KINDS)).toEqual(key);
      }),
    );
  });

  it('is refused with its own code when it is garbage', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.base64String(), fc.json().map(base64url)), (cursor) => {
        expect(codeOf(cursor, KINDS)).toBe('BW-CURSOR-INVALID');
      }),
    );
  });

  it.each([
    ['a number beyond what PostgreSQL compares it with', ['number'], [2 ** 60]],
    ['a fraction', ['number'], [1.5]],
    ['a number as text', ['number'], ['1']],
    ['an instant without a zone', ['instant'], ['2026-01-01T00:00:00']],
    ['a date that is none', ['instant'], ['2026-02-30T00:00:00.000Z']],
    ['a time that is none', ['instant'], ['2026-01-01T25:00:00.000Z']],
    ['the year zero', ['instant'], ['0000-01-01T00:00:00.000Z']],
    ['text with a NUL', ['string'], ['a\0b']],
    ['half of a surrogate pair', ['string'], ['\ud800']],
    ['a uuid with something behind it', ['uuid'], ['00000000-0000-0000-0000-000000000000x']],
    ['a part too few', ['number', 'uuid'], [1]],
    ['a part too many', ['number'], [1, 2]],
    ['an object', ['number'], { 0: 1, length: 1 }],
    ['null', ['number'], null],
  ] as const)('is refused when it holds %s', (_what, kinds, key) => {
    expect(codeOf(base64url(JSON.stringify(key)), kinds)).toBe('BW-CURSOR-INVALID');
  });

  describe('that is accepted', () => {
    let desk: Desk;
    beforeAll(async () => {
      desk = await createDesk();
    });
    afterAll(() => desk.close());

    const likeParts = fc.tuple(
      fc.oneof(fc.integer(), fc.maxSafeInteger(), fc.double(), fc.constantFrom(-0, 2 ** 31, -(2 ** 31) - 1)),
      fc.oneof(
        instants,
        fc
          .tuple(
            fc.integer({ min: 0, max: 9999 }),
            fc.integer({ min: 0, max: 13 }),
            fc.integer({ min: 0, max: 32 }),
            fc.integer({ min: 0, max: 25 }),
            fc.constantFrom(':00:00Z', ':59:60Z', ':00:00.1234567Z', ':0:0Z', '::Z', '.Z', ':00Z'),
          )
          .map(([y, m, d, h, rest]) => `${pad(y, 4)}-${pad(m, 2)}-${pad(d, 2)}T${pad(h, 2)}${rest}`),
      ),
      fc.uuid(),
      fc.string({ unit: 'binary' }),
    );

    it('never makes the database stumble', async () => {
      await fc.assert(
        fc.asyncProperty(likeParts, async (parts) => {
          const cursor = encodeCursor(parts);
          if (codeOf(cursor, KINDS) === 'BW-CURSOR-INVALID') return;
          const [number, instant, id, text] = decodeCursor(cursor, KINDS);
          await sql`SELECT ${number}::bigint, ${instant}::timestamptz, ${id}::uuid, ${text}::text`.execute(
            desk.db,
          );
        }),
        { numRuns: 300 },
      );
    });
  });
});

describe('a page', () => {
  it('is followed by another exactly when there are more rows than it shows', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer(), { maxLength: 12 }),
        fc.integer({ min: 1, max: 12 }),
        (rows, limit) => {
          const page = toPage(
            rows.slice(0, limit + 1),
            limit,
            (row) => [row],
            (row) => row,
          );
          expect(page.items).toEqual(rows.slice(0, limit));
          expect(page.nextCursor).toBe(rows.length > limit ? encodeCursor([rows[limit - 1] ?? 0]) : null);
        },
      ),
    );
  });
});

function base64url(text: string): string {
  return Buffer.from(text).toString('base64url');
}

function pad(value: number, digits: number): string {
  return String(value).padStart(digits, '0');
}
