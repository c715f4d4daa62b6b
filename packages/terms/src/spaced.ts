import { KIND } from './characters.ts';
import { STEP } from './forms.ts';
import { isLetterSign, isLeetSign } from './leet.ts';
import type { Reading } from './reading.ts';

/** A separator is at most this long: beyond it, the letters on both sides have nothing to do with each other. */
const LONGEST_INNER = 3;
const LONGEST_BETWEEN = 8;

/**
 * Reads on without what was put between the letters of a word: three or more single letters with the same separator between
 * them (`a p p l e`; two are enough in scripts without spaces), and punctuation within a word (`ap.ple`). What joins two
 * ordinary words (`pen is`) stays. Returns whether anything changed.
 */
export function readUnspaced(from: Reading, into: Reading): boolean {
  if (!maySeparate(from)) return false;
  into.clear();
  let changed = false;
  for (let at = 0; at < from.length; ) {
    const single = isPiece(from, at) && !(at > 0 && isPiece(from, at - 1));
    const last = single ? lastOfSingles(from, at) : at;
    if (last > at) {
      at = takePieces(from, at, last, into);
      changed = true;
      continue;
    }
    if (isPiece(from, at)) {
      into.take(from, at, 0, 0);
      at++;
      continue;
    }
    const end = endOfSeparator(from, at, LONGEST_INNER);
    if (end > at && isWithinWord(from, at, end)) {
      into.take(from, end, 0, STEP.spacing);
      at = end + 1;
      changed = true;
    } else {
      into.take(from, at, 0, 0);
      at++;
    }
  }
  return changed;
}

/** Reads on without anything but letters and digits: how a term looks when nothing stands between its letters. */
export function readLettersOnly(from: Reading, into: Reading): void {
  into.clear();
  for (let at = 0; at < from.length; at++)
    if (isPiece(from, at) || from.kinds[at] === KIND.emoji) into.take(from, at, 0, 0);
}

/** Whether anything but spaces separates, or a letter stands alone. */
function maySeparate(from: Reading): boolean {
  for (let at = 0, length = 0; at < from.length; at++) {
    if (from.kinds[at] === KIND.other) return true;
    length = from.kinds[at] === KIND.space || from.kinds[at] === KIND.emoji ? 0 : length + 1;
    if (length === 1 && (at + 1 === from.length || !isPiece(from, at + 1))) return true;
    if (length === 1 && from.kinds[at] === KIND.unspaced) return true;
  }
  return false;
}

/** Where the last of the single letters stands that begin here; here itself if there are too few. */
function lastOfSingles(from: Reading, first: number): number {
  let [last, count, separator] = [first, 1, -1];
  for (;;) {
    const end = endOfSeparator(from, last + 1, LONGEST_BETWEEN);
    if (end <= last + 1 || end >= from.length || !isPiece(from, end)) break;
    if (end + 1 < from.length && isPiece(from, end + 1)) break;
    if (separator !== -1 && from.units[last + 1] !== separator) break;
    if ((from.kinds[end] === KIND.unspaced) !== (from.kinds[first] === KIND.unspaced)) break;
    separator = from.units[last + 1]!;
    last = end;
    count++;
  }
  const enough = from.kinds[first] === KIND.unspaced ? 2 : 3;
  return count >= enough ? last : first;
}

function takePieces(from: Reading, first: number, last: number, into: Reading): number {
  into.take(from, first, 0, 0);
  for (let at = first + 1; at <= last; at++) if (isPiece(from, at)) into.take(from, at, 0, STEP.spacing);
  return last + 1;
}

/** Where what separates ends; `at` itself if nothing separates there or it is too long. */
function endOfSeparator(from: Reading, at: number, longest: number): number {
  let end = at;
  while (end < from.length && !isPiece(from, end)) if (++end - at > longest) return at;
  return end;
}

function isWithinWord(from: Reading, at: number, end: number): boolean {
  if (at === 0 || end >= from.length || !isPiece(from, at - 1)) return false;
  for (let inner = at; inner < end; inner++)
    if (from.kinds[inner] !== KIND.other || isLeetSign(from.units[inner]!)) return false;
  return from.kinds[at - 1] !== KIND.digit || from.kinds[end] !== KIND.digit;
}

/** What a word is made of: letters, digits, and signs that people write for letters. */
function isPiece(from: Reading, at: number): boolean {
  const kind = from.kinds[at]!;
  return (
    kind === KIND.letter || kind === KIND.digit || kind === KIND.unspaced || isLetterSign(from.units[at]!)
  );
}
