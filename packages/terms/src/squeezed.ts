import { KIND } from './characters.ts';
import { STEP } from './forms.ts';
import type { Reading } from './reading.ts';

/**
 * Reads on with one letter for each run of the same letter, in words where a letter stands three times or more in a row, or
 * where all stand twice: `aapppple` becomes `aple`, and so does the term; `apple` stays. Returns whether anything changed.
 */
export function readSqueezed(from: Reading, into: Reading): boolean {
  if (!hasRepeat(from)) return false;
  into.clear();
  let changed = false;
  for (let at = 0; at < from.length; ) {
    const end = endOfWord(from, at);
    if (isStretched(from, at, end)) {
      squeeze(from, at, end, into);
      changed = true;
    } else for (let inner = at; inner < end; inner++) into.take(from, inner, 0, 0);
    at = end;
  }
  return changed;
}

/** Reads on with one letter for every run: how a term looks when its runs do not count. */
export function readRunsOnce(from: Reading, into: Reading): void {
  into.clear();
  squeeze(from, 0, from.length, into);
}

function squeeze(from: Reading, start: number, end: number, into: Reading): void {
  for (let at = start; at < end; at++) {
    if (at > start && from.units[at] === from.units[at - 1] && from.kinds[at] !== KIND.emoji)
      into.extend(from.ends[at]!, from.steps[at]! | from.gaps[at]! | STEP.repeats);
    else into.take(from, at, 0, 0);
  }
}

function hasRepeat(from: Reading): boolean {
  for (let at = 1; at < from.length; at++) if (from.units[at] === from.units[at - 1]) return true;
  return false;
}

function endOfWord(from: Reading, start: number): number {
  let end = start;
  while (end < from.length && isOfWord(from.kinds[end]!)) end++;
  return Math.max(end, start + 1);
}

function isStretched(from: Reading, start: number, end: number): boolean {
  let [run, shortest] = [0, Infinity];
  for (let at = start; at < end; at++) {
    run++;
    if (run >= 3) return isOfWord(from.kinds[at]!);
    if (at + 1 === end || from.units[at + 1] !== from.units[at]) {
      shortest = Math.min(shortest, run);
      run = 0;
    }
  }
  return shortest === 2 && end - start >= 4;
}

function isOfWord(kind: number): boolean {
  return kind !== KIND.space && kind !== KIND.emoji && kind !== KIND.other;
}
