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
    const codePoint = unit < 0x80 ? unit : codePointAt(from.units, at);
    const last = codePoint > 0xffff ? at + 1 : at;
    const letters = lettersAt(from, at, codePoint, variant);
    if (letters === null) for (let half = at; half <= last; half++) into.take(from, half, 0, 0);
    else into.replace(from, at, last, letters, STEP.confusables, 0);
    // Of what was read, so that look-alikes of the two count as well.
    const pair = variant === 'folded' ? 0 : pairedAt(into.units, into.length - 2);
    if (pair !== 0) into.joinLastTwo(pair, STEP.confusables);
    changed ||= letters !== null || pair !== 0;
    at = last;
  }
  return changed;
}

function lettersAt(
  from: Reading,
  at: number,
  codePoint: number,
  variant: 'folded' | 'as-written',
): string | null {
  if (codePoint < 0x80) return variant === 'folded' ? null : asciiLookAlike(from, at);
  return from.kinds[at] === KIND.emoji ? null : lettersOf(codePoint, from.steps[at]!, variant);
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

const SMALL = { i: 0x69, l: 0x6c, m: 0x6d, n: 0x6e, r: 0x72, v: 0x76, w: 0x77 } as const;

/** The letter that two letters look like together; 0 if they do not. */
function pairedAt(units: Uint16Array, at: number): number {
  if (at < 0) return 0;
  if (units[at] === SMALL.r && units[at + 1] === SMALL.n) return SMALL.m;
  return units[at] === SMALL.v && units[at + 1] === SMALL.v ? SMALL.w : 0;
}

function asciiLookAlike(from: Reading, at: number): string | null {
  const unit = from.units[at];
  if (unit === SMALL.i && isCapital(from, at) && besides(from, at, 'small')) return 'l';
  if (unit === SMALL.l && !isCapital(from, at) && besides(from, at, 'capital') && !besides(from, at, 'small'))
    return 'i';
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
    if (from.units[at]! >= 0x80 || asciiLookAlike(from, at) !== null || isPaired(from, at)) return true;
  return false;
}

function isPaired(from: Reading, at: number): boolean {
  return at + 1 < from.length && pairedAt(from.units, at) !== 0;
}
