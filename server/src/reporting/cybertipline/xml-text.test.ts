import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeReferences, escapeAttribute, escapeText, hasIllegalCharacters } from './xml-text.ts';

describe('text in XML', () => {
  it('escapes markup and keeps line ends and tabs from being normalized', () => {
    expect(escapeText('a < b && c > d "e"\r\n\t')).toBe('a &lt; b &amp;&amp; c &gt; d "e"&#13;\n\t');
    expect(escapeAttribute('"a" < b\r\n\t')).toBe('&quot;a&quot; &lt; b&#13;&#10;&#9;');
  });

  it('leaves emoji and other characters beyond the basic plane as they are', () => {
    expect(escapeText('\u{1F642} ก א')).toBe('\u{1F642} ก א');
    expect(hasIllegalCharacters('\u{1F642}')).toBe(false);
  });

  it.each([
    ['a control character', '\u0000'],
    ['an escape character', '\u001B'],
    ['a lone high surrogate', '\uD83D'],
    ['a lone low surrogate', '\uDE42'],
    ['a noncharacter', '\uFFFE'],
  ])('replaces %s by U+FFFD instead of dropping it', (_, character) => {
    expect(hasIllegalCharacters(`a${character}b`)).toBe(true);
    expect(escapeText(`a${character}b`)).toBe('a\uFFFDb');
    expect(escapeAttribute(`a${character}b`)).toBe('a\uFFFDb');
  });

  it.each([
    '&',
    '&;',
    '&unknown;',
    '&#0;',
    '&#x110000;',
    '&#xD800;',
    'a & b',
    '&constructor;',
    '&#99999999;',
  ])('does not guess what %j means', (text) => {
    expect(decodeReferences(text)).toBeNull();
  });

  it('reads back whatever it wrote, character for character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const sent = Array.from(text, (character) =>
          hasIllegalCharacters(character) ? '\uFFFD' : character,
        ).join('');
        expect(decodeReferences(escapeText(text))).toBe(sent);
        expect(decodeReferences(escapeAttribute(text))).toBe(sent);
        expect(hasIllegalCharacters(escapeText(text))).toBe(false);
      }),
    );
  });
});
