import { Worker } from 'node:worker_threads';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMatcher, openMatcher } from './matcher.ts';
import { findNaively } from './naive.test-support.ts';
import type { Hit } from './search.ts';
import { MODES, type Mode, type Term } from './term.ts';

describe('a matcher', () => {
  it('finds terms that overlap, and each as often as it is there', () => {
    expect(found(['app', 'apple', 'plea'], 'applea app')).toEqual([
      'app 0-3 plain',
      'apple 0-5 plain',
      'plea 2-6 plain',
      'app 7-10 plain',
    ]);
  });

  it.each([
    ['look-alikes of another script', 'аррlе', 'skeleton', ['confusables']],
    ['a capital i for an l', 'AppIe', 'skeleton', ['case', 'confusables']],
    ['small capitals', 'ᴀᴘᴘʟᴇ', 'skeleton', ['confusables']],
    ['flags that spell', '🇦🇵🇵🇱🇪', 'skeleton', ['confusables']],
    ['letters in boxes', '🅰🅿🅿🅻🅴', 'skeleton', ['confusables']],
    ['strokes through letters', 'a̶p̶p̶l̶e̶', 'folded', ['marks']],
    ['nothing to be seen between letters', 'ap\u200bp\u2060le', 'plain', ['invisible']],
    ['spaces between letters', 'a p p l e', 'spaced', ['spacing']],
    ['dots between letters', 'a.p.p.l.e', 'spaced', ['spacing']],
    ['emoji between letters', 'a🍋p🍋p🍋l🍋e', 'spaced', ['spacing']],
    ['punctuation in a word', 'ap*ple', 'spaced', ['spacing']],
    ['digits for letters', '4ppl3', 'leet', ['leet']],
    ['a digit that may be an i or an l', '@pp1e', 'leet', ['leet']],
    ['digits with spaces between', '4 p p l 3', 'leet', ['spacing', 'leet']],
    ['repeated letters', 'aapppppleee', 'squeezed', ['repeats']],
    [
      'all at once',
      '4.р.р.р.ⅼ.3.3.3',
      'squeezed',
      ['compatibility', 'confusables', 'spacing', 'leet', 'repeats'],
    ],
  ] as const)('sees through %s', (_, text, matchedForm, path) => {
    const hits = matcherOf(['apple']).match(text).hits;
    expect(hits).toEqual([{ termId: 'apple', span: { start: 0, end: text.length }, matchedForm, path }]);
  });

  it('does not take innocent words for tricks', () => {
    expect(found(['mon', 'moon'], 'mon')).toEqual(['mon 0-3 plain']);
    expect(found(['mon', 'moon'], 'moon')).toEqual(['moon 0-4 plain']);
    expect(found(['bail'], 'ball')).toEqual([]);
    expect(found(['zoot', 'loot'], 'since 2007 or 1007')).toEqual([]);
    expect(found(['penis'], 'the pen is red')).toEqual([]);
    expect(found(['рот'], 'pot')).toEqual([]);
  });

  it('writes other scripts in Latin letters, and finds whole words there', () => {
    expect(found(['яблоко'], 'yabloko')).toEqual(['яблоко 0-7 latin']);
    expect(found(['yabloko'], 'Яблоко!')).toEqual(['yabloko 0-6 latin']);
    expect(found(['苹果'], 'my pingguo')).toEqual(['苹果 3-10 latin']);
    expect(found(['爱'], 'said')).toEqual([]);
  });

  it('finds words as words', () => {
    expect(found(['apple'], 'pineapple apples apple2 2apple apple_ "apple"', 'word')).toEqual([
      'apple 17-22 plain',
      'apple 25-30 plain',
      'apple 31-36 plain',
      'apple 39-44 plain',
    ]);
    expect(found(['苹果'], '我爱苹果', 'word')).toEqual(['苹果 2-4 plain']);
    expect(found(['果我'], '苹果我爱', 'word')).toEqual([]);
    expect(found(['แอปเปิล'], 'กินแอปเปิลทุกวัน', 'word')).toEqual(['แอปเปิล 3-10 plain']);
    expect(found(['cap'], 's c a p e', 'word')).toEqual([]);
  });

  it('finds phrases whatever stands between the words', () => {
    expect(found(['apple pie'], 'Apple--pie', 'phrase')).toEqual(['apple pie 0-10 worded']);
    expect(found(['apple-pie'], 'apple pie', 'phrase')).toEqual(['apple-pie 0-9 worded']);
    expect(found(['apple pie'], 'applepie', 'phrase')).toEqual([]);
  });

  it('reads right to left as it is written, without the signs of direction and the points', () => {
    expect(found(['تفاح'], '\u202bتُفَّاح\u202c')).toEqual(['تفاح 1-8 folded']);
    expect(found(['תפוח'], 'תַּפּוּחַ')).toEqual(['תפוח 0-9 folded']);
  });

  it('takes an emoji whole or not at all', () => {
    expect(found(['👩‍🌾', '👩'], '👩🏽‍🌾')).toEqual(['👩‍🌾 0-7 plain']);
  });

  it('finds what has not expired', () => {
    const expires = new Date('2026-01-01T00:00:00Z');
    const { matcher } = createMatcher([{ ...termOf('apple'), expires }]);
    expect(matcher.match('apple', { at: new Date('2025-12-31T23:59:59.999Z') }).hits).toHaveLength(1);
    expect(matcher.match('apple', { at: expires }).hits).toEqual([]);
    expect(matcher.match('apple').hits).toHaveLength(1);
  });

  it('names the terms that cannot be found', () => {
    const terms = [termOf(''), termOf('\u200b\u200d'), termOf('x'.repeat(201)), termOf('apple')];
    const { matcher, unusable } = createMatcher(terms);
    expect(unusable).toEqual(['', '\u200b\u200d', 'x'.repeat(201)]);
    expect(matcher.size).toBe(4);
    expect(matcher.match('apple').hits).toHaveLength(1);
  });

  it('matches nothing without terms', () => {
    expect(createMatcher([]).matcher.match('apple')).toEqual({ hits: [], complete: true });
  });

  it('says when it did not report all', () => {
    expect(matcherOf(['a']).match('a'.repeat(20), { mostHits: 10 }).complete).toBe(false);
    expect(matcherOf(['a']).match('bbba', { longestText: 3 })).toEqual({ hits: [], complete: false });
    expect(matcherOf(['a']).match('a'.repeat(10), { mostHits: 10 })).toMatchObject({ complete: true });
  });

  it('works on the same memory in another thread', async () => {
    const { matcher } = createMatcher([termOf('apple'), termOf('яблоко')]);
    expect(matcher.tables.automaton.steps.buffer).toBeInstanceOf(SharedArrayBuffer);
    const worker = new Worker(
      `const { parentPort, workerData } = require('node:worker_threads');
       workerData.steps[workerData.steps.length - 1] = 7; parentPort.postMessage(workerData.steps.buffer instanceof SharedArrayBuffer);`,
      { eval: true, workerData: matcher.tables.automaton },
    );
    const shared = await new Promise((resolve) => worker.once('message', resolve));
    expect(shared).toBe(true);
    expect(matcher.tables.automaton.steps.at(-1)).toBe(7);
    expect(openMatcher(structuredClone(matcher.tables)).match('аррlе яблоко').hits).toHaveLength(2);
  });
});

describe('for any terms and any text', () => {
  it('a matcher finds exactly what looking for each key in each reading finds', () => {
    const letters = fc.constantFrom(...Array.from('aaabbiIl1mnrv0о@.а -_é\u0301\u200bяZз苹果👩🍎'));
    const text = fc.string({ unit: letters, maxLength: 40 });
    const term = fc.record({
      text: fc.string({ unit: letters, maxLength: 5 }),
      mode: fc.constantFrom(...MODES),
    });
    fc.assert(
      fc.property(fc.array(term, { maxLength: 12 }), text, (drafts, name) => {
        const terms = drafts.map((draft, at) => ({ ...termOf(draft.text, draft.mode), id: String(at) }));
        const { hits, complete } = createMatcher(terms).matcher.match(name);
        expect(complete).toBe(true);
        expect(hits).toEqual(findNaively(terms, name));
      }),
      { numRuns: 1000 },
    );
  });

  it('it does so with more different characters than have a symbol of their own', () => {
    const characters = Array.from({ length: 400 }, (_, at) => String.fromCharCode(0x4e00 + 7 * at));
    const some = fc.string({ unit: fc.constantFrom(...characters, 'a'), minLength: 1, maxLength: 3 });
    const terms = characters.map((_, at) => characters[at]! + characters[(at * 31) % 400]!);
    fc.assert(
      fc.property(fc.array(some, { maxLength: 20 }), fc.array(some, { maxLength: 20 }), (own, parts) => {
        const all = [...terms, ...own].map((text, at) => ({ ...termOf(text), id: String(at) }));
        const name = [...own, ...parts, ...terms.slice(0, 5)].join('');
        expect(createMatcher(all).matcher.match(name).hits).toEqual(findNaively(all, name));
      }),
      { numRuns: 20 },
    );
  });

  it('the span of a hit covers what was written for the term, and nothing else', () => {
    const matcher = matcherOf(['glorpax', 'wrench']);
    const tricked = fc
      .tuple(fc.constantFrom('glorpax', 'wrench'), fc.constantFrom(...TRICKS))
      .map(([term, trick]) => ({ term, written: trick(term) }));
    const around = fc.string({ unit: fc.constantFrom(...Array.from('kq ,🍎я苹')) });
    fc.assert(
      fc.property(around, tricked, around, (before, { term, written }, after) => {
        const hit = matcher
          .match(`${before} . ${written} . ${after}`)
          .hits.find(({ termId }) => termId === term);
        const start = before.length + 3;
        expect(hit?.span).toEqual({ start, end: start + written.length });
      }),
    );
  });

  it('nothing throws', () => {
    const matcher = matcherOf(['apple', '苹果', '👩‍🌾', 'a', 'é']);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 0xffff })), (units) => {
        matcher.match(String.fromCharCode(...units));
      }),
    );
  });
});

describe('a text made to be slow', () => {
  it.each([
    ['marks without end', `a${'\u0301\u0316'.repeat(50_000)}`],
    ['marks on every letter', 'a\u0301\u0302\u0303\u0304\u0316\u0317'.repeat(15_000)],
    ['joiners without end', `👩${'\u200d'.repeat(100_000)}`],
    ['emoji joined without end', '👩\u200d'.repeat(30_000)],
    ['single letters without end', 'k '.repeat(50_000)],
    ['dots without end', `a${'.'.repeat(100_000)}b`],
    ['the same letter without end', 'a'.repeat(100_000)],
    ['Han without spaces', '苹果'.repeat(50_000)],
    ['the longest expansion without end', 'ﷺ'.repeat(100_000)],
    ['flags without end', '🇦'.repeat(50_000)],
  ])('is read in full: %s', (_, text) => {
    const terms = [...Array(20).keys()].map((length) => termOf('a'.repeat(length + 1), 'word'));
    const { matcher } = createMatcher([...terms, termOf('果苹', 'word'), termOf('apple')]);
    expect(matcher.match(text, { longestText: 200_000 }).complete).toBe(true);
  });
});

const TRICKS: readonly ((term: string) => string)[] = [
  (term) => term,
  (term) => term.toUpperCase(),
  (term) => Array.from(term).join(' '),
  (term) => Array.from(term).join('.'),
  (term) => Array.from(term).join('\u200b'),
  (term) =>
    Array.from(term)
      .map((letter) => `${letter}\u0336`)
      .join(''),
  (term) =>
    Array.from(term)
      .map((letter) => letter.repeat(3))
      .join(''),
  (term) => term.replace('o', '0').replace('e', '3').replace('a', '4'),
  (term) => term.replace('o', 'о').replace('e', 'е').replace('a', 'а'),
  (term) =>
    Array.from(term)
      .map((letter) => String.fromCodePoint(letter.charCodeAt(0) - 97 + 0x1d41a))
      .join(''),
  (term) =>
    Array.from(term)
      .map((letter) => String.fromCodePoint(letter.charCodeAt(0) - 97 + 0x1f170))
      .join(''),
];

function termOf(text: string, mode: Mode = 'substring'): Term {
  return { id: text, text, mode, weight: 1, language: null, category: null, expires: null };
}

function matcherOf(terms: readonly string[], mode: Mode = 'substring') {
  return createMatcher(terms.map((text) => termOf(text, mode))).matcher;
}

function found(terms: readonly string[], text: string, mode: Mode = 'substring'): string[] {
  return matcherOf(terms, mode).match(text).hits.map(inShort);
}

function inShort({ termId, span, matchedForm }: Hit): string {
  return `${termId} ${span.start}-${span.end} ${matchedForm}`;
}
