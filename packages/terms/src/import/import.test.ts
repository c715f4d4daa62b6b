import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MODES, type Term } from '../term.ts';
import { parseTermsCsv } from './csv.ts';
import { parseTermsJsonLines } from './json-lines.ts';
import type { TermImport } from './record.ts';

const utf8 = new TextEncoder();

describe('a list in CSV', () => {
  it('has its columns in any order, and only the text of a term must be there', () => {
    const { terms, problems } = parseTermsCsv(
      'Mode,TEXT,weight,language,category,expires,id\nphrase,apple pie,2.5,pt-br,fruit,2027-01-31,a1\n,wrench,,,,,\n',
    );
    expect(problems).toEqual([]);
    expect(terms).toEqual([
      {
        id: 'a1',
        text: 'apple pie',
        mode: 'phrase',
        weight: 2.5,
        language: 'pt-BR',
        category: 'fruit',
        expires: new Date('2027-02-01T00:00:00Z'),
      },
      { id: '3', text: 'wrench', mode: 'word', weight: 1, language: null, category: null, expires: null },
    ]);
  });

  it.each([
    ['a byte order mark', '\ufefftext\napple\n'],
    ['CRLF', 'text\r\napple\r\n'],
    ['semicolons', 'id;text\n1;apple\n'],
    ['quotation marks', '"text"\n"apple"\n'],
    ['no line end at the end', 'text\napple'],
    ['empty lines', 'text\n\n\napple\n\n'],
    ['more columns than the line has cells', 'text,mode,weight\napple\n'],
  ])('may have %s', (_, file) => {
    for (const form of [file, utf8.encode(file)]) {
      const { terms, problems } = parseTermsCsv(form);
      expect(problems).toEqual([]);
      expect(terms.map(({ text }) => text)).toEqual(['apple']);
    }
  });

  it.each([
    ['no header', 'apple\nlemon\n', ['TERMS-HEADER 1']],
    ['nothing', '', ['TERMS-HEADER 1']],
    ['a column twice', 'text,text\napple,lemon\n', ['TERMS-HEADER 1']],
    ['a column that means nothing', 'text,colour\napple,red\n', ['TERMS-COLUMN 1']],
    ['a quotation mark that is not closed', 'text\napple\n"lemon\n', ['TERMS-SYNTAX 3']],
    ['more cells than columns', 'text\napple,lemon\nkiwi\n', ['TERMS-FIELD 2']],
    ['a term that is nothing', 'text,mode\n"\u200b\u2060",word\n🏽,\n', ['TERMS-EMPTY 2', 'TERMS-EMPTY 3']],
    [
      'one letter anywhere',
      'text,mode\na,substring\n-,substring\na,word\n',
      ['TERMS-TOO-SHORT 2', 'TERMS-TOO-SHORT 3'],
    ],
    ['a term without end', `text\n${'x'.repeat(900_000)}\n`, ['TERMS-TOO-LONG 2']],
    ['a cell without end', `text\n${'x'.repeat(1_100_000)}\n`, ['TERMS-SYNTAX 2']],
    ['a term that grows', `text\n${'ﷺ'.repeat(60)}\n`, ['TERMS-TOO-LONG 2']],
    ['the same term', 'text\napple\nＡＰＰＬＥ\n', ['TERMS-DUPLICATE 3']],
    ['the same id', 'id,text\n1,apple\n1,lemon\n', ['TERMS-ID 3']],
    [
      'a weight that is none',
      'text,weight\napple,heavy\nlemon,-1\nkiwi,1e9\n',
      ['TERMS-WEIGHT 2', 'TERMS-WEIGHT 3', 'TERMS-WEIGHT 4'],
    ],
    ['a mode that is none', 'text,mode\napple,regex\n', ['TERMS-MODE 2']],
    ['a language that is none', 'text,language\napple,e_n\n', ['TERMS-LANGUAGE 2']],
    [
      'a day that is none',
      'text,expires\napple,2027-02-30\nlemon,soon\n',
      ['TERMS-EXPIRES 2', 'TERMS-EXPIRES 3'],
    ],
    ['a formula', 'text\n"=CMD(1)"\n@sum(a)\n', ['TERMS-FORMULA 2', 'TERMS-FORMULA 3']],
    [
      'a term over two lines before',
      'text,mode\n"apple\npie",phrase\n,regex\nlemon,regex\n',
      ['TERMS-MODE 4', 'TERMS-MODE 5'],
    ],
  ])('that has %s says so, and where', (_, file, expected) => {
    expect(shown(parseTermsCsv(file))).toEqual(expected);
  });

  it('must be UTF-8', () => {
    const latin1 = Uint8Array.from(Array.from('text\ncafé\n').map((letter) => letter.charCodeAt(0)));
    const utf16 = new Uint8Array(
      Uint16Array.from(Array.from('text\napple\n').map((letter) => letter.charCodeAt(0))).buffer,
    );
    expect(shown(parseTermsCsv(latin1))).toEqual(['TERMS-ENCODING null']);
    expect(shown(parseTermsCsv(utf16))).toEqual(['TERMS-ENCODING null']);
  });

  it('keeps to its limits', () => {
    expect(shown(parseTermsCsv('text\napple\nlemon\n', { terms: 1 }))).toEqual(['TERMS-TOO-MANY 3']);
    expect(shown(parseTermsCsv('text\napple\n', { bytes: 5 }))).toEqual(['TERMS-TOO-LARGE null']);
    expect(shown(parseTermsCsv(`text,mode\n${'a,x\n'.repeat(50)}`, { problems: 3 }))).toHaveLength(3);
  });
});

describe('a list in JSON Lines', () => {
  it('has an object on each line', () => {
    const { terms, problems } = parseTermsJsonLines(
      '\ufeff{"text":"apple pie","mode":"phrase","weight":3}\r\n\n{"text":"яблоко","expires":"2027-01-31T12:00:00Z","category":null}',
    );
    expect(problems).toEqual([]);
    expect(terms.map(({ id, text, weight }) => [id, text, weight])).toEqual([
      ['1', 'apple pie', 3],
      ['3', 'яблоко', 1],
    ]);
  });

  it.each([
    ['no JSON', 'apple\n{"text":"lemon"}\n', ['TERMS-SYNTAX 1']],
    ['no object', '["apple"]\nnull\n1\n', ['TERMS-SYNTAX 1', 'TERMS-SYNTAX 2', 'TERMS-SYNTAX 3']],
    ['an object for a text', '{"text":{"toString":1}}\n', ['TERMS-FIELD 1']],
    [
      'a field that means nothing',
      '{"text":"apple","__proto__":{"mode":"x"},"colour":1}\n',
      ['TERMS-COLUMN 1'],
    ],
    ['no text', '{"id":"1"}\n', ['TERMS-EMPTY 1']],
    [
      'half of a pair',
      '{"text":"\\ud83c"}\n{"text":"apple","id":"\\u0000"}\n',
      ['TERMS-UNSTORABLE 1', 'TERMS-UNSTORABLE 2'],
    ],
    ['a line without end', `{"text":"${'x'.repeat(1_000_000)}"}\n`, ['TERMS-TOO-LONG 1']],
    ['a number that is none', '{"text":"apple","weight":1e999}\n', ['TERMS-WEIGHT 1']],
  ])('that has %s says so, and where', (_, file, expected) => {
    expect(shown(parseTermsJsonLines(file))).toEqual(expected);
  });
});

describe('for any file', () => {
  it('nothing throws, every problem has a line of the file, and no sentence repeats a term', () => {
    const lines = fc.array(fc.string({ unit: fc.constantFrom(...Array.from('"",;\n\r=a\u200b{}:[]text')) }));
    const files = fc.oneof(
      fc.string(),
      lines.map((parts) => `text,id\n${parts.join('\n')}`),
    );
    fc.assert(
      fc.property(files, (file) => {
        for (const { problems } of [
          parseTermsCsv(file),
          parseTermsJsonLines(file),
          parseTermsCsv(utf8.encode(file)),
        ])
          for (const { line, message } of problems) {
            expect(line === null || (line >= 1 && line <= file.split(/\r\n|\r|\n/).length + 1)).toBe(true);
            expect(message).toMatch(/\.$/);
          }
      }),
    );
    fc.assert(fc.property(fc.uint8Array(), (file) => void [parseTermsCsv(file), parseTermsJsonLines(file)]));
  });

  it('what is written is read again, in both forms', () => {
    const word = fc.stringMatching(/^[a-zа-я]{2,12}$/u);
    const term: fc.Arbitrary<Term> = fc.record({
      id: fc.uuid(),
      text: fc.oneof(
        word,
        fc.tuple(word, word).map((two) => two.join(' "quoted", ')),
      ),
      mode: fc.constantFrom(...MODES),
      weight: fc.integer({ min: 1, max: 1000 }),
      language: fc.constantFrom(null, 'en', 'pt-BR'),
      category: fc.constantFrom(null, 'fruit', 'tools; and more'),
      expires: fc.constantFrom(null, new Date('2027-01-31T10:00:00.000Z')),
    });
    const terms = fc.uniqueArray(term, { selector: ({ text }) => text, maxLength: 20 });
    fc.assert(
      fc.property(terms, (written) => {
        expect(parseTermsCsv(asCsv(written))).toEqual({ terms: written, problems: [] });
        expect(parseTermsJsonLines(written.map((each) => JSON.stringify(each)).join('\n'))).toEqual({
          terms: written,
          problems: [],
        });
      }),
    );
  });
});

function asCsv(terms: readonly Term[]): string {
  const rows = terms.map(({ id, text, mode, weight, language, category, expires }) =>
    [id, text, mode, String(weight), language ?? '', category ?? '', expires?.toISOString() ?? '']
      .map((cell) => `"${cell.replaceAll('"', '""')}"`)
      .join(','),
  );
  return ['id,text,mode,weight,language,category,expires', ...rows].join('\r\n');
}

function shown({ problems }: TermImport): string[] {
  return problems.map(({ code, line }) => `${code} ${line}`);
}
