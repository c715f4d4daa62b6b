import { KIND } from './characters.ts';
import { STEP } from './forms.ts';
import { codePointAt, type Reading } from './reading.ts';

/**
 * Reads on from the plain form without marks: accents, vowel points of Arabic and Hebrew, strokes through letters, the Arabic
 * stretching. Marks without which a script cannot be read (vowels of Indic scripts, Thai, the voicing of kana) stay. Returns whether
 * anything changed.
 */
export function readWithoutMarks(from: Reading, into: Reading): boolean {
  if (from.isAscii()) return false;
  into.clear();
  let changed = false;
  for (let at = 0; at < from.length; at++) {
    const unit = from.units[at]!;
    if (unit < 0x80 || from.kinds[at] === KIND.emoji) {
      into.take(from, at, 0, 0);
      continue;
    }
    const codePoint = codePointAt(from.units, at);
    const last = codePoint > 0xffff ? at + 1 : at;
    const bare = withoutMarks(codePoint);
    if (bare === null) {
      for (let half = at; half <= last; half++) into.take(from, half, 0, 0);
    } else if (bare !== '') {
      into.replace(from, at, last, bare, STEP.marks, 0);
      changed = true;
    } else {
      if (into.length > 0) into.extend(from.ends[last]!, from.steps[at]! | from.gaps[at]! | STEP.marks);
      changed = true;
    }
    at = last;
  }
  return changed;
}

const bareForms = new Map<number, string | null>();

/** null if the character has none; else the rest of it, which may be nothing. */
function withoutMarks(codePoint: number): string | null {
  const known = bareForms.get(codePoint);
  if (known !== undefined) return known;
  const character = String.fromCodePoint(codePoint);
  const rest = character.normalize('NFD').replace(STRIPPED, '').normalize('NFC');
  const bare = rest === character.normalize('NFC') ? null : rest;
  bareForms.set(codePoint, bare);
  return bare;
}

/** The marks that belong to no script or to one that is read without them, but not those that voice kana; and the tatweel. */
const STRIPPED =
  /(?![\u3099\u309a])(?=[\p{Mn}\p{Me}])[\p{Script=Inherited}\p{Script=Common}\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}]|\u0640/gu;
