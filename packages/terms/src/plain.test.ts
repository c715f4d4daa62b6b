import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classOf, DROPPED, EMOJI, SPACE } from './characters.ts';
import { normalize } from './normalize.ts';

const anyString = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), loneSurrogates());

describe('the plain form', () => {
  it.each([
    ['case', 'ApPLe', 'apple'],
    ['full case folding', 'STRAẞE Straße', 'strasse strasse'],
    ['final sigma', 'ΜΗΛΟΣ μηλος', 'μηλοσ μηλοσ'],
    ['wide letters', 'ａｐｐｌｅ', 'apple'],
    ['letters of mathematics', '𝐚𝑝𝓅𝔩𝖾', 'apple'],
    ['letters in circles', 'ⓐⓟⓟⓛⓔ', 'apple'],
    ['composition', 'cafe\u0301', 'café'],
    ['zero width', 'a\u200bp\u200cp\u2060l\ufeffe', 'apple'],
    ['a soft hyphen before a mark', 'cafe\u00ad\u0301', 'café'],
    ['white space', ' a\t\u3000 b\n', ' a b '],
    ['Hangul in parts', '\u1109\u1161\u1100\u116a', '사과'],
    ['half-width kana', 'ﾊﾞﾅﾅ', 'バナナ'],
    ['Arabic presentation forms', 'ﺗﻔﺎﺡ', 'تفاح'],
    ['half of a pair', 'a\ud83cb', 'a\ufffdb'],
  ])('normalizes %s', (_, written, read) => {
    expect(plain(written)).toBe(read);
  });

  it('takes an emoji for one thing, whatever its skin and style', () => {
    expect(plain('👩🏽‍🌾')).toBe(plain('👩‍🌾'));
    expect(plain('❤️')).toBe(plain('❤'));
    expect(plain('👩‍🌾')).not.toContain(plain('👩'));
  });

  it('is that of the whole text composed at once, for text of letters and marks', () => {
    const letters = fc.string({ unit: 'binary', maxLength: 30 }).map((text) =>
      Array.from(text)
        .filter((character) => isOrdinary(character))
        .join(''),
    );
    fc.assert(
      fc.property(letters, (text) => {
        expect(plain(text)).toBe(composedAtOnce(text));
      }),
      { numRuns: 500 },
    );
  });

  it('keeps at most thirty marks on a character', () => {
    expect(plain(`a${'\u0316'.repeat(100)}`)).toHaveLength(31);
  });

  it('says where each character came from', () => {
    const [read] = normalize('x ﬁ', ['plain']);
    expect(read?.text).toBe('x fi');
    expect(read?.origins[2]).toEqual({ start: 2, end: 3, steps: ['compatibility'] });
    expect(read?.origins[3]).toEqual({ start: 2, end: 3, steps: ['compatibility'] });
  });
});

describe('every form', () => {
  it('changes nothing the second time, for every character there is', () => {
    for (let first = 0; first <= 0x10ffff; first += 0x400) {
      const assigned = Array.from({ length: 0x400 }, (_, at) => String.fromCodePoint(first + at)).filter(
        (character) => /[^\p{Cn}\p{Co}\p{Cs}]/u.test(character),
      );
      for (const { form, text } of normalize(assigned.join('a b'), IDEMPOTENT)) {
        const again = normalize(text, [form])[0]?.text ?? text;
        expect(again, `${form}, U+${first.toString(16)}`).toBe(text);
      }
    }
  }, 60_000);

  it('changes nothing the second time, for any text', () => {
    fc.assert(
      fc.property(anyString, (text) => {
        for (const once of normalize(text, IDEMPOTENT)) {
          const again = normalize(once.text, [once.form])[0]?.text ?? once.text;
          expect(paired(again), once.form).toBe(paired(once.text));
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('maps every character to a span of the text, in order, for any text', () => {
    fc.assert(
      fc.property(anyString, (text) => {
        for (const { origins, text: read } of normalize(text)) {
          expect(origins).toHaveLength(read.length);
          expect(read.isWellFormed()).toBe(true);
          let start = 0;
          for (const origin of origins) {
            expect(origin.start).toBeGreaterThanOrEqual(start);
            expect(origin.end).toBeGreaterThan(origin.start);
            expect(origin.end).toBeLessThanOrEqual(text.length);
            start = origin.start;
          }
        }
      }),
      { numRuns: 1000 },
    );
  });
});

/** One of the two ways to read look-alikes takes rn and vv for m and w, the other leaves them. */
function paired(text: string): string {
  return text.replaceAll('rn', 'm').replaceAll('vv', 'w');
}

const IDEMPOTENT = ['plain', 'folded', 'worded', 'skeleton', 'latin'] as const;

function plain(text: string): string {
  return normalize(text, ['plain'])[0]?.text ?? '';
}

function composedAtOnce(text: string): string {
  const next = text.normalize('NFKC').toUpperCase().normalize('NFKC').replaceAll('Σ', 'σ').toLowerCase();
  return next === text ? text : composedAtOnce(next);
}

/** Not dropped, no white space and no emoji, neither before nor after NFKC. */
function isOrdinary(character: string): boolean {
  return Array.from(character + character.normalize('NFKC')).every(
    (part) => (classOf(part.codePointAt(0)!) & (DROPPED | SPACE | EMOJI)) === 0,
  );
}

function loneSurrogates(): fc.Arbitrary<string> {
  return fc
    .array(fc.oneof(fc.integer({ min: 0xd800, max: 0xdfff }), fc.integer({ min: 0x20, max: 0x7e })))
    .map((units) => String.fromCharCode(...units));
}
