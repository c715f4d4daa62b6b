import anyAscii from 'any-ascii';
import { KIND } from './characters.ts';
import { STEP } from './forms.ts';
import { codePointAt, type Reading } from './reading.ts';

/** Reads on in Latin letters, as any-ascii writes each letter of another script. Returns whether anything changed. */
export function readLatin(from: Reading, into: Reading): boolean {
  if (from.isAscii()) return false;
  into.clear();
  let changed = false;
  for (let at = 0; at < from.length; at++) {
    const codePoint = codePointAt(from.units, at);
    const last = codePoint > 0xffff ? at + 1 : at;
    const kind = from.kinds[at];
    const letters =
      codePoint < 0x80 || (kind !== KIND.letter && kind !== KIND.unspaced) ? '' : inLatin(codePoint);
    if (letters === '') for (let half = at; half <= last; half++) into.take(from, half, 0, 0);
    else into.replace(from, at, last, letters, STEP.transliteration, 0);
    changed ||= letters !== '';
    at = last;
  }
  return changed;
}

const written = new Map<number, string>();

/** Nothing for a letter that any-ascii does not know. */
function inLatin(codePoint: number): string {
  const known = written.get(codePoint);
  if (known !== undefined) return known;
  const letters = anyAscii(String.fromCodePoint(codePoint))
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, '');
  written.set(codePoint, letters);
  return letters;
}
