import anyAscii from 'any-ascii';
import prototypes from 'unhomoglyph/data.json' with { type: 'json' };
import { isLetterLikeSymbol } from './characters.ts';

/**
 * The letters that a character may be taken for, in the folded form, or null for a character that stands for itself.
 *
 * From the prototypes of UTS 39, section 4, of Unicode 13 as the package unhomoglyph has them; from what Unicode 17 has added
 * since and NFKC does not solve; and, for Latin letters that have no prototype (small capitals, letters with a stroke), from
 * any-ascii. ASCII stands for itself: that 0 may be an o is what the leet form says, and only where letters are near.
 */
export function lookAlike(codePoint: number): string | null {
  const known = found.get(codePoint);
  if (known !== undefined) return known;
  const character = String.fromCodePoint(codePoint);
  const letters = resolve(character, 0);
  const result = letters === character ? null : letters;
  found.set(codePoint, result);
  return result;
}

const found = new Map<number, string | null>();

/** Prototypes have upper case and marks, so each is folded and looked up again. None needs more than a few rounds. */
function resolve(character: string, round: number): string {
  const prototype = character < '\u0080' || round > 6 ? undefined : prototypeOf(character);
  if (prototype === undefined) return character;
  return Array.from(fold(prototype))
    .map((letter) => resolve(letter, round + 1))
    .join('');
}

function prototypeOf(character: string): string | undefined {
  const codePoint = character.codePointAt(0)!;
  const prototype = NEWER.get(codePoint) ?? (prototypes as Record<string, string>)[character];
  // A prototype of m is rn, which every m would then have to become.
  if (prototype !== undefined) return prototype.replaceAll('rn', 'm');
  if (isLetterLikeSymbol(codePoint) || /\p{Script=Latin}/u.test(character)) {
    const ascii = anyAscii(character);
    return /^[a-z]{1,2}$/iu.test(ascii) ? ascii : boxed(codePoint);
  }
  return undefined;
}

function fold(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/[\p{Mn}\p{Me}]/gu, '')
    .toUpperCase()
    .toLowerCase()
    .normalize('NFC');
}

/** Flags are made of two letters each: 1F1E6 is A. */
function boxed(codePoint: number): string | undefined {
  return codePoint >= 0x1f1e6 && codePoint <= 0x1f1ff
    ? String.fromCharCode(codePoint - 0x1f1e6 + 0x61)
    : undefined;
}

/** Prototypes in ASCII of Unicode 17 that Unicode 13 does not have, or has otherwise. */
const NEWER: ReadonlyMap<number, string> = new Map([
  ...listed('3', 0x0969, 0x0ae9, 0x2c9c, 0x2cc4),
  ...listed('6', 0x2cd3, 0x03ec, 0x2cdc),
  ...listed('9', 0x2ccb),
  ...listed('b', 0x16eb6, 0x2c82),
  ...listed('c', 0x1004, 0x105a),
  ...listed('f', 0x0192),
  ...listed('i', 0x2c93, 0x0582),
  ...listed('l', 0x04cf, 0x11dda, 0x11de1, 0x16eaa),
  ...listed('o', 0x09e6, 0x0b66, 0x17e0, 0x114d0, 0x03ed, 0x0ce6, 0x11de0),
  ...listed('p', 0x00fe, 0x01bf, 0x03f8, 0x2ccf, 0x2cce),
  ...listed('s', 0x0d1f),
  ...listed('w', 0x2cbd, 0x0448),
  ...listed('y', 0x2ca9),
]);

function listed(prototype: string, ...codePoints: readonly number[]): [number, string][] {
  return codePoints.map((codePoint) => [codePoint, prototype]);
}
