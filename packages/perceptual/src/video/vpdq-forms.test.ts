import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type VpdqFrame,
  VpdqFormatError,
  vpdqFromJson,
  vpdqFromText,
  vpdqToJson,
  vpdqToText,
} from './index.ts';

const HASH = 'e271017837246aaccddea259648fb7d62f435c89d9e99b2497763e216c8d055c';

const hash = fc
  .uint8Array({ minLength: 32, maxLength: 32 })
  .map((bytes) => Buffer.from(bytes).toString('hex'));
const thousandths = fc.integer({ min: 0, max: 99_999_999 }).map((value) => value / 1000);
const frames: fc.Arbitrary<VpdqFrame[]> = fc
  .uniqueArray(
    fc.record({
      frame: fc.nat({ max: 10_000_000 }),
      quality: fc.integer({ min: 0, max: 100 }),
      hash,
      seconds: thousandths,
    }),
    { selector: ({ frame }) => frame, maxLength: 20 },
  )
  .map((list) => list.toSorted((a, b) => a.frame - b.frame));

function faultOf(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    if (error instanceof VpdqFormatError) return error.code;
    throw error;
  }
  return undefined;
}

describe('the text form', () => {
  it('is a line of frame, quality, hash and seconds for each', () => {
    expect(vpdqToText([{ frame: 30, quality: 100, hash: HASH, seconds: 1.0014 }])).toBe(
      `30,100,${HASH},1.001\n`,
    );
  });

  it('reads what it has written', () => {
    fc.assert(
      fc.property(frames, (list) => {
        expect(vpdqFromText(vpdqToText(list))).toEqual(list);
      }),
    );
  });

  it.each([
    ['malformed-frame', `0,100,${HASH}`],
    ['malformed-frame', `0,100,${HASH},0.00`],
    ['malformed-frame', `0,100,${HASH},-1.000`],
    ['malformed-frame', `00,100,${HASH},0.000`],
    ['malformed-frame', `0,100,${HASH.slice(1)},0.000`],
    ['malformed-frame', `0,100,${HASH},0.000\n\n1,100,${HASH},0.033`],
    ['malformed-frame', ` 0,100,${HASH},0.000`],
    ['quality-out-of-range', `0,101,${HASH},0.000`],
    ['frames-out-of-order', `1,100,${HASH},0.000\n1,100,${HASH},0.033`],
    ['frames-out-of-order', `9007199254740993,100,${HASH},0.000`],
  ])('is refused as %s: %j', (fault, text) => {
    expect(faultOf(() => vpdqFromText(text))).toBe(fault);
  });

  it('says where the fault is', () => {
    expect(() => vpdqFromText(`0,100,${HASH},0.000\nrubbish\n`)).toThrow(
      expect.objectContaining({ code: 'malformed-frame', position: 1 }),
    );
  });

  it('ends in frames or in a coded error for any text, also for a spoiled one', () => {
    const spoiled = fc.tuple(frames, fc.nat(), fc.string({ maxLength: 3 })).map(([list, at, noise]) => {
      const text = vpdqToText(list);
      const cut = at % (text.length + 1);
      return text.slice(0, cut) + noise + text.slice(cut + 1);
    });
    fc.assert(
      fc.property(fc.oneof(fc.string(), spoiled), (text) => {
        const fault = faultOf(() => {
          for (const frame of vpdqFromText(text)) expect(frame.hash).toMatch(/^[0-9a-f]{64}$/);
        });
        expect([undefined, 'malformed-frame', 'quality-out-of-range', 'frames-out-of-order']).toContain(
          fault,
        );
      }),
    );
  });
});

describe('the JSON form', () => {
  it('is an array of hash, quality and seconds', () => {
    const list = [
      { hash: HASH, quality: 100, seconds: 0 },
      { hash: HASH, quality: 7, seconds: 83.25 },
    ];
    expect(vpdqToJson(list)).toBe(`["${HASH},100,0.0","${HASH},7,83.25"]`);
  });

  it('reads what it has written', () => {
    fc.assert(
      fc.property(frames, (list) => {
        const numberless = list.map(({ hash: hex, quality, seconds }) => ({ hash: hex, quality, seconds }));
        expect(vpdqFromJson(vpdqToJson(list))).toEqual(numberless);
      }),
    );
  });

  it('reads numbers as Python writes them, and no text at all as no frames', () => {
    expect(vpdqFromJson(`["${HASH.toUpperCase()},50,1.23e+03"]`)).toEqual([
      { hash: HASH, quality: 50, seconds: 1230 },
    ]);
    expect(vpdqFromJson('')).toEqual([]);
    expect(vpdqFromJson('[]')).toEqual([]);
  });

  it.each([
    ['malformed-json', '['],
    ['malformed-json', '{}'],
    ['malformed-json', 'null'],
    ['malformed-frame', '[1]'],
    ['malformed-frame', `["${HASH},100"]`],
    ['malformed-frame', `["${HASH},100,nan"]`],
    ['malformed-frame', `["${HASH},100,-0.5"]`],
    ['malformed-frame', `["${HASH},100,1e+999"]`],
    ['quality-out-of-range', `["${HASH},999,0.0"]`],
  ])('is refused as %s: %s', (fault, json) => {
    expect(faultOf(() => vpdqFromJson(json))).toBe(fault);
  });

  it('ends in frames or in a coded error for any JSON', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (json) => {
        expect([undefined, 'malformed-json', 'malformed-frame', 'quality-out-of-range']).toContain(
          faultOf(() => vpdqFromJson(json)),
        );
      }),
    );
  });
});
