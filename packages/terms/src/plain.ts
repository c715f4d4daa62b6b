import {
  classOf,
  DROPPED,
  EMOJI,
  EMOJI_STYLE,
  EXTENDS,
  KIND,
  kindOf,
  SPACE,
  TONE,
  ZERO_WIDTH_JOINER,
} from './characters.ts';
import { composed, MOST_MARKS, plainOf } from './composed.ts';
import { STEP } from './forms.ts';
import type { Reading } from './reading.ts';

/** Stand around each emoji, so that a term is a whole emoji or none of it. Noncharacters, which no text can bring in: it loses its own. */
const [EMOJI_BEGINS, EMOJI_ENDS] = [0xfdd0, 0xfdd1];

/**
 * Reads a text in the plain form: NFKC and full case folding, as in NFKC_Casefold (Unicode, section 3.13), without characters that
 * cannot be seen, each run of white space one space, emoji without skin tone and style. Lone surrogates become U+FFFD. Reads
 * the first `longest` UTF-16 units, and takes time linear in them.
 */
export function readPlain(text: string, longest: number, into: Reading): Reading {
  into.clear();
  const limit = Math.min(longest, text.length);
  let gap = 0;
  for (let at = 0; at < limit; ) {
    const unit = text.charCodeAt(at);
    if (isPrintableAscii(unit) && (at + 1 >= limit || isPrintableAscii(text.charCodeAt(at + 1)))) {
      const lower = unit >= 0x41 && unit <= 0x5a ? unit + 0x20 : unit;
      gap = emit(into, lower, at, at + 1, lower === unit ? 0 : STEP.case, gap);
      at++;
      continue;
    }
    const codePoint = wellFormedAt(text, at);
    const found = classOf(codePoint);
    const end = at + widthOf(codePoint);
    if (found & DROPPED) {
      gap |= found & TONE ? STEP.emoji : STEP.invisible;
      at = end;
    } else if (found & EMOJI) {
      at = readEmoji(text, at, limit, gap, into);
      gap = 0;
    } else {
      [at, gap] = readCluster(text, at, codePoint, limit, gap, into);
    }
  }
  return into;
}

/** Reads a character with the marks upon it. Returns where it ends and the steps that removed something behind it. */
function readCluster(
  text: string,
  start: number,
  codePoint: number,
  limit: number,
  gap: number,
  into: Reading,
): [number, number] {
  let end = start + widthOf(codePoint);
  let marks = '';
  let [count, hidden, steps] = [0, 0, 0];
  let at = end;
  while (at < limit) {
    const next = wellFormedAt(text, at);
    const found = classOf(next);
    if ((found & (DROPPED | EXTENDS)) === 0) break;
    at += widthOf(next);
    if (found & DROPPED) {
      hidden |= found & TONE ? STEP.emoji : STEP.invisible;
      continue;
    }
    if (++count <= MOST_MARKS) marks += String.fromCodePoint(next);
    else steps |= STEP.marks;
    steps |= hidden;
    hidden = 0;
    end = at;
  }
  const known = count === 0 ? plainOf(codePoint) : composed(String.fromCodePoint(codePoint) + marks);
  for (let position = 0; position < known.text.length; position++)
    gap = emit(
      into,
      known.text.charCodeAt(position),
      start,
      end,
      known.steps | steps,
      gap,
      known.text,
      position,
    );
  return [at, gap | hidden];
}

/** An emoji is what UTS 51 joins to one picture. Returns where it ends. */
function readEmoji(text: string, start: number, limit: number, gap: number, into: Reading): number {
  let joined = '';
  let [at, end, steps] = [start, start, 0];
  let wantsNext = true;
  while (at < limit) {
    const next = wellFormedAt(text, at);
    const found = classOf(next);
    if ((found & (DROPPED | (wantsNext ? EMOJI : 0))) === 0) break;
    at += widthOf(next);
    if (found & EMOJI) {
      if (joined !== '') joined += String.fromCharCode(ZERO_WIDTH_JOINER);
      joined += String.fromCodePoint(next);
      wantsNext = false;
    } else if (next === ZERO_WIDTH_JOINER) {
      wantsNext = true;
      continue;
    } else {
      steps |= found & TONE || next === EMOJI_STYLE ? STEP.emoji : STEP.invisible;
    }
    end = at;
  }
  into.push(EMOJI_BEGINS, start, end, steps, gap, KIND.emoji);
  for (let position = 0; position < joined.length; position++)
    into.push(joined.charCodeAt(position), start, end, steps, 0, KIND.emoji);
  into.push(EMOJI_ENDS, start, end, steps, 0, KIND.emoji);
  return at;
}

/** Adds one unit, or adds white space to the white space before it. Returns the gap that is left for the next. */
function emit(
  into: Reading,
  unit: number,
  start: number,
  end: number,
  steps: number,
  gap: number,
  of = '',
  position = 0,
): number {
  if (unit < 0x80 ? unit <= 0x20 : classOf(unit) & SPACE) {
    if (into.length > 0 && into.units[into.length - 1] === 0x20) {
      into.extend(end, steps | STEP.whitespace);
      return gap;
    }
    into.push(0x20, start, end, steps | (unit === 0x20 ? 0 : STEP.whitespace), gap, KIND.space);
    return 0;
  }
  const kind = unit < 0x80 ? asciiKinds[unit]! : kindOf(wholeCodePoint(of, position, unit));
  into.push(unit, start, end, steps, gap, kind);
  return 0;
}

/** The code point at a place, or U+FFFD for half of one. */
function wellFormedAt(text: string, at: number): number {
  const codePoint = text.codePointAt(at)!;
  return (codePoint & 0x1ff800) === 0xd800 ? 0xfffd : codePoint;
}

function widthOf(codePoint: number): number {
  return codePoint > 0xffff ? 2 : 1;
}

/** Of either half of a pair, the code point that both make. */
function wholeCodePoint(text: string, position: number, unit: number): number {
  if ((unit & 0xfc00) === 0xdc00) return text.codePointAt(position - 1)!;
  return (unit & 0xfc00) === 0xd800 ? text.codePointAt(position)! : unit;
}

function isPrintableAscii(unit: number): boolean {
  return unit >= 0x20 && unit < 0x7f;
}

const asciiKinds = Uint8Array.from({ length: 0x80 }, (_, unit) => kindOf(unit));
