import { KIND } from './characters.ts';
import { lookAlike } from './confusable-letters.ts';
import { STEP } from './forms.ts';
import { codePointAt, type Reading } from './reading.ts';

/**
 * Reads on with each character as the letter that it looks like: the skeleton of UTS 39, section 4, on folded text. Returns whether
 * anything changed.
 *
 * A letter that was upper case looks like something else than its lower case, so there are two ways to read: `folded` takes all
 * for lower case; `as-written` goes by the capital, takes a capital I among small letters for an l and a small l among
 * capitals for an i, and rn and vv for m and w.
 */
export function readSkeleton(from: Reading, variant: 'folded' | 'as-written', into: Reading): boolean {
  if (variant === 'folded' ? from.isAscii() : !mayLookAlike(from)) return false;
  into.clear();
  let changed = false;
  for (let at = 0; at < from.length; at++) {
    const unit = from.units[at]!;
    if (unit < 0x80) {
      const pair = variant === 'folded' ? null : asciiLookAlike(from, at);
      if (pair === null) {
        into.take(from, at, 0, 0);
        continue;
      }
      into.replace(from, at, at + pair.length - 1, pair.letter, STEP.confusables, 0);
      at += pair.length - 1;
      changed = true;
      continue;
    }
    const codePoint = codePointAt(from.units, at);
    const last = codePoint > 0xffff ? at + 1 : at;
    const letters = from.kinds[at] === KIND.emoji ? null : lettersOf(codePoint, from.steps[at]!, variant);
    if (letters === null) for (let half = at; half <= last; half++) into.take(from, half, 0, 0);
    else into.replace(from, at, last, letters, STEP.confusables, 0);
    changed ||= letters !== null;
    at = last;
  }
  return changed;
}

function lettersOf(codePoint: number, steps: number, variant: 'folded' | 'as-written'): string | null {
  if (variant === 'as-written' && steps & STEP.case) {
    const capital = String.fromCodePoint(codePoint).toUpperCase().codePointAt(0)!;
    const letters = lookAlike(capital);
    // A capital that looks like nothing else resolves to itself.
    if (letters !== null && letters !== String.fromCodePoint(capital)) return letters;
  }
  return lookAlike(codePoint);
}

const SMALL = { i: 0x69, l: 0x6c, n: 0x6e, r: 0x72, v: 0x76 } as const;

function asciiLookAlike(from: Reading, at: number): { letter: string; length: number } | null {
  const unit = from.units[at];
  const next = at + 1 < from.length ? from.units[at + 1] : 0;
  if (unit === SMALL.r && next === SMALL.n) return { letter: 'm', length: 2 };
  if (unit === SMALL.v && next === SMALL.v) return { letter: 'w', length: 2 };
  if (unit === SMALL.i && isCapital(from, at) && besides(from, at, 'small'))
    return { letter: 'l', length: 1 };
  if (unit === SMALL.l && !isCapital(from, at) && besides(from, at, 'capital') && !besides(from, at, 'small'))
    return { letter: 'i', length: 1 };
  return null;
}

function isCapital(from: Reading, at: number): boolean {
  return (from.steps[at]! & STEP.case) !== 0;
}

function besides(from: Reading, at: number, size: 'small' | 'capital'): boolean {
  return isLetterOf(from, at - 1, size) || isLetterOf(from, at + 1, size);
}

function isLetterOf(from: Reading, at: number, size: 'small' | 'capital'): boolean {
  if (at < 0 || at >= from.length || from.kinds[at] !== KIND.letter) return false;
  return isCapital(from, at) === (size === 'capital');
}

function mayLookAlike(from: Reading): boolean {
  for (let at = 0; at < from.length; at++)
    if (from.units[at]! >= 0x80 || asciiLookAlike(from, at) !== null) return true;
  return false;
}
