import { KIND } from './characters.ts';
import { STEP } from './forms.ts';
import type { Reading } from './reading.ts';

/**
 * Reads on with digits and signs as the letters that people write them for, but only in words that have a letter: `4pple` is a word,
 * `2007` a year. Some stand for two letters; `second` reads those the other way. Returns whether anything changed.
 */
export function readLeet(from: Reading, choice: 'first' | 'second', into: Reading): boolean {
  const letters = choice === 'first' ? first : second;
  if (!maySpell(from, letters)) return false;
  into.clear();
  let changed = false;
  for (let at = 0; at < from.length; ) {
    let [end, spells] = [at, false];
    while (end < from.length && isPart(from, end, end > at)) {
      spells ||= from.kinds[end] === KIND.letter || from.kinds[end] === KIND.unspaced;
      end++;
    }
    for (const stop = Math.max(end, at + 1); at < stop; at++) {
      const letter = spells ? letters[from.units[at]!] : undefined;
      if (letter === undefined || letter === 0) into.take(from, at, 0, 0);
      else {
        into.replace(from, at, at, String.fromCharCode(letter), STEP.leet, 0);
        changed = true;
      }
    }
  }
  return changed;
}

/** Signs that stand for a letter wherever they are. */
export function isLetterSign(unit: number): boolean {
  return unit === 0x40 || unit === 0x24 || unit === 0x20ac || unit === 0xa3;
}

/** Signs that do so within a word; elsewhere they are what they are. */
export function isLeetSign(unit: number): boolean {
  return unit === 0x21 || unit === 0x7c || unit === 0x2b;
}

function maySpell(from: Reading, letters: Uint16Array): boolean {
  for (let at = 0; at < from.length; at++) if (letters[from.units[at]!] !== 0) return true;
  return false;
}

function isPart(from: Reading, at: number, within: boolean): boolean {
  const [kind, unit] = [from.kinds[at]!, from.units[at]!];
  if (kind === KIND.letter || kind === KIND.digit || kind === KIND.unspaced) return true;
  return isLetterSign(unit) || (within && isLeetSign(unit));
}

const shared = {
  '0': 'o',
  '2': 'z',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '8': 'b',
  '@': 'a',
  $: 's',
  '+': 't',
  '€': 'e',
};
const first = table({ ...shared, '1': 'i', '!': 'i', '|': 'i', '6': 'g', '9': 'g', '£': 'l' });
const second = table({ ...shared, '1': 'l', '!': 'l', '|': 'l', '6': 'b', '9': 'q', '£': 'e' });

function table(letters: Readonly<Record<string, string>>): Uint16Array {
  const filled = new Uint16Array(0x10000);
  for (const [sign, letter] of Object.entries(letters)) filled[sign.charCodeAt(0)] = letter.charCodeAt(0);
  return filled;
}
