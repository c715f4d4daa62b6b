/**
 * What the rest asks about a character, from the Unicode data of the JavaScript engine, remembered as bits.
 */
export const DROPPED = 1;
export const SPACE = 2;
/** Joins the character before it when that is normalized: a mark, or a jamo within a syllable. */
export const EXTENDS = 4;
export const EMOJI = 8;
/** A skin tone: dropped, and part of the emoji before it. */
export const TONE = 16;
export const UNSPACED = 32;
export const LETTER = 64;
export const DIGIT = 128;
const KNOWN = 256;

/** What a character of a reading is, for the questions where a word ends and what stands between two letters. */
export const KIND = { other: 0, space: 1, digit: 2, letter: 3, unspaced: 4, emoji: 5 } as const;

export const ZERO_WIDTH_JOINER = 0x200d;
export const EMOJI_STYLE = 0xfe0f;

const known = new Uint16Array(0x110000);

export function classOf(codePoint: number): number {
  return known[codePoint]! || (known[codePoint] = examine(codePoint) | KNOWN);
}

export function kindOf(codePoint: number): number {
  const found = classOf(codePoint);
  if (found & UNSPACED) return KIND.unspaced;
  if (found & LETTER) return KIND.letter;
  if (found & DIGIT) return KIND.digit;
  if (found & SPACE) return KIND.space;
  return found & EMOJI ? KIND.emoji : KIND.other;
}

/** Letters in boxes and the halves of flags: symbols by their category, but they spell words. */
export function isLetterLikeSymbol(codePoint: number): boolean {
  return codePoint >= 0x1f130 && codePoint <= 0x1f1ff;
}

function examine(codePoint: number): number {
  const character = String.fromCodePoint(codePoint);
  if (/\p{Emoji_Modifier}/u.test(character)) return DROPPED | TONE;
  if (/[\p{White_Space}\t-\r\u0085]/u.test(character)) return SPACE;
  if (
    /[\p{Default_Ignorable_Code_Point}\p{Cc}\p{Noncharacter_Code_Point}\u061c\u200e\u200f]/u.test(character)
  )
    return DROPPED;
  let bits = 0;
  const first = character.normalize('NFKC').codePointAt(0) ?? 0;
  if (extendsSyllable(first) || /\p{M}/u.test(String.fromCodePoint(first))) bits |= EXTENDS;
  if (isLetterLikeSymbol(codePoint)) return bits | LETTER;
  if (/[\p{L}\p{M}\p{Nl}]/u.test(character)) bits |= LETTER;
  else if (/\p{N}/u.test(character)) bits |= DIGIT;
  else if (/(?![\u00a9\u00ae])\p{Extended_Pictographic}/u.test(character) && first === codePoint)
    bits |= EMOJI;
  return UNSPACED_SCRIPTS.test(character) && bits & LETTER ? bits | UNSPACED : bits;
}

/** Scripts that write no spaces between words, and for which the engine has dictionaries. */
const UNSPACED_SCRIPTS =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

/** Medial and final jamo, and the one vowel sign that composes and is no mark (Kirat Rai). */
function extendsSyllable(codePoint: number): boolean {
  return (
    (codePoint >= 0x1160 && codePoint <= 0x11ff) ||
    (codePoint >= 0xd7b0 && codePoint <= 0xd7ff) ||
    codePoint === 0x16d67
  );
}
