import { KIND } from './characters.ts';
import { STEP } from './forms.ts';
import type { Reading } from './reading.ts';

/**
 * Where words of a text begin and end. Two letters or two digits side by side are one word; a letter and a digit are not, since
 * names have numbers at their ends. In scripts without spaces the engine's dictionaries decide (Intl.Segmenter, UAX 29); they are
 * asked only when a candidate needs it, once for the whole text.
 */
export class Words {
  readonly #text: string;
  #boundaries: Uint8Array | null = null;

  constructor(text: string) {
    this.#text = text;
  }

  /** Whether a word ends before the character at this place of the reading, which may be one past the last. */
  breakBefore(reading: Reading, at: number): boolean {
    if (at === 0 || at === reading.length) return true;
    // Both come from one character of the text.
    if (reading.starts[at] === reading.starts[at - 1]) return false;
    if (reading.gaps[at]! & STEP.spacing) return false;
    const [before, after] = [reading.kinds[at - 1]!, reading.kinds[at]!];
    if (!isOfWord(before) || !isOfWord(after) || before !== after) return true;
    return before === KIND.unspaced && this.#isBoundary(reading.starts[at]!);
  }

  #isBoundary(offset: number): boolean {
    if (this.#boundaries === null) {
      this.#boundaries = new Uint8Array(this.#text.length + 1);
      for (const { index } of segmenter().segment(this.#text)) this.#boundaries[index] = 1;
    }
    return this.#boundaries[offset] === 1;
  }
}

function isOfWord(kind: number): boolean {
  return kind === KIND.letter || kind === KIND.unspaced || kind === KIND.digit;
}

let made: Intl.Segmenter | undefined;

/** One for all: making it loads the dictionaries. */
function segmenter(): Intl.Segmenter {
  return (made ??= new Intl.Segmenter('und', { granularity: 'word' }));
}
