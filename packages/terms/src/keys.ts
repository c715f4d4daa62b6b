import { FORM, STEP, type Form } from './forms.ts';
import { readLatin } from './latin.ts';
import { readLeet } from './leet.ts';
import { readWithoutMarks } from './marks.ts';
import { readPlain } from './plain.ts';
import { Reading } from './reading.ts';
import { readSkeleton } from './skeleton.ts';
import { readLettersOnly } from './spaced.ts';
import { readRunsOnce } from './squeezed.ts';
import { LONGEST_TERM, type Term } from './term.ts';
import { readWords } from './worded.ts';

/** A string to look for, and the forms (as bits) in whose readings it means the term. */
export interface Key {
  readonly text: string;
  readonly forms: number;
}

export interface TermKeys {
  readonly keys: readonly Key[];
  /** The steps that changed the term itself, of those that count as evidence. */
  readonly steps: number;
  /** How long the term is in the plain form, in UTF-16 units. */
  readonly length: number;
}

/** Works out what to look for so as to find terms; uses the same memory for each. */
export class KeyMaker {
  readonly #pool: Reading[] = [];
  #used = 0;

  /** The keys of a term in each form: none if nothing is left of it, or if it is too long. */
  keysOf({ text, mode }: Pick<Term, 'text' | 'mode'>): TermKeys {
    if (text.length > LONGEST_TERM) return { keys: [], steps: 0, length: text.length };
    this.#used = 0;
    const plain = readPlain(text, text.length, this.#next()).toString().trim();
    // Capitals of a term say nothing; read once more, nothing is left of them.
    const base = readPlain(plain, plain.length, this.#next());
    const folded = this.#then(base, readWithoutMarks);
    const worded = this.#then(folded, readWords);
    const latin = this.#then(folded, readLatin);
    const skeleton = this.#then(folded, readSkeletonOfTerm);
    const letters = this.#next();
    readLettersOnly(skeleton, letters);

    const keys = new Keys();
    keys.add('plain', base);
    keys.add('folded', folded);
    if (mode === 'phrase') keys.add('worded', worded);
    keys.add('skeleton', skeleton);
    keys.add('spaced', letters);
    this.#addLoosest(keys, skeleton);
    if (!letters.reads(skeleton)) this.#addLoosest(keys, letters);
    keys.add('latin', latin);
    return {
      keys: keys.list,
      length: base.length,
      steps:
        (folded === base ? 0 : STEP['term-marks']) |
        (worded === folded ? 0 : STEP['term-punctuation']) |
        (latin === folded ? 0 : STEP['term-transliteration']),
    };
  }

  /** A term may have digits and signs itself. */
  #addLoosest(keys: Keys, from: Reading): void {
    for (const read of [readLeetFirst, readLeetSecond]) {
      const leet = this.#then(from, read);
      keys.add('leet', leet);
      const once = this.#next();
      readRunsOnce(leet, once);
      keys.add('squeezed', once);
      if (leet === from) return;
    }
  }

  #then(from: Reading, read: (from: Reading, into: Reading) => boolean): Reading {
    const into = this.#next();
    return read(from, into) ? into : from;
  }

  #next(): Reading {
    return (this.#pool[this.#used++] ??= new Reading());
  }
}

/** Forms that lose much are not used for terms that they leave shorter than this: they would be found everywhere. */
const SHORTEST: Partial<Record<Form, number>> = { skeleton: 2, spaced: 2, leet: 3, squeezed: 3, latin: 4 };

/** The same string in several forms is one key. */
class Keys {
  readonly list: { text: string; forms: number }[] = [];

  add(form: Form, reading: Reading): void {
    const text = reading.toString().trim();
    if (text.length === 0 || text.length > LONGEST_TERM || text.length < (SHORTEST[form] ?? 1)) return;
    const known = this.list.find((key) => key.text === text);
    if (known === undefined) this.list.push({ text, forms: FORM[form] });
    else known.forms |= FORM[form];
  }
}

function readSkeletonOfTerm(from: Reading, into: Reading): boolean {
  return readSkeleton(from, 'folded', into);
}

function readLeetFirst(from: Reading, into: Reading): boolean {
  return readLeet(from, 'first', into);
}

function readLeetSecond(from: Reading, into: Reading): boolean {
  return readLeet(from, 'second', into);
}
