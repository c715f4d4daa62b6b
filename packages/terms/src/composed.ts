import { classOf, DROPPED, EXTENDS } from './characters.ts';
import { STEP } from './forms.ts';

/**
 * At most this many marks stay on one character, as in the Stream-Safe Text Format of UAX 15, section 13: more say nothing,
 * and putting thousands into canonical order takes quadratic time.
 */
export const MOST_MARKS = 30;

/** A character, with or without marks, in the plain form. */
export interface Plain {
  readonly text: string;
  readonly steps: number;
}

const plainForms = new Map<number, Plain>();

/** Of a character alone; remembered. */
export function plainOf(codePoint: number): Plain {
  const known = plainForms.get(codePoint);
  if (known !== undefined) return known;
  const found = composed(String.fromCodePoint(codePoint));
  plainForms.set(codePoint, found);
  return found;
}

/** Composes and folds until nothing changes; a few characters need it twice. */
export function composed(cluster: string): Plain {
  let [text, steps] = [cluster, 0];
  for (;;) {
    const normal = text.normalize('NFKC');
    if (normal !== text) steps |= STEP.compatibility;
    const visible = withoutDropped(normal);
    // Upper before lower case is full case folding but for a few letters that meet others here (dotless i, i).
    const folded = visible.toUpperCase().normalize('NFKC').toLowerCase();
    if (folded !== visible) steps |= STEP.case;
    if (folded === text) return { text: withMostMarks(text), steps };
    text = folded;
  }
}

/** What NFKC brings out that cannot be seen, such as fillers. */
function withoutDropped(text: string): string {
  return Array.from(text)
    .filter((character) => (classOf(character.codePointAt(0)!) & DROPPED) === 0)
    .join('');
}

function withMostMarks(text: string): string {
  if (text.length <= MOST_MARKS) return text;
  let count = 0;
  return Array.from(text)
    .filter((character) => (classOf(character.codePointAt(0)!) & EXTENDS) === 0 || ++count <= MOST_MARKS)
    .join('');
}
