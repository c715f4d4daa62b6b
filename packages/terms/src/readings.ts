import { FORM } from './forms.ts';
import { readLatin } from './latin.ts';
import { readLeet } from './leet.ts';
import { readWithoutMarks } from './marks.ts';
import { readPlain } from './plain.ts';
import { Reading } from './reading.ts';
import { readSkeleton } from './skeleton.ts';
import { readUnspaced } from './spaced.ts';
import { readSqueezed } from './squeezed.ts';
import { readWords } from './worded.ts';

/** One way to read a text, and the forms (as bits) whose keys are to be looked for in it. */
export interface TextReading {
  readonly reading: Reading;
  readonly forms: number;
}

/**
 * All readings of a text that say something new: plain first, and each other form only if its own steps changed something.
 * An ordinary name has one. There are two branches of the forms in which a sign may be two letters: see skeleton.ts and leet.ts.
 *
 * Reads into the same memory again for each text: what it returned before is gone.
 */
export class Reader {
  readonly #plain = new Reading();
  readonly #folded = new Reading();
  readonly #worded = new Reading();
  readonly #latin = new Reading();
  readonly #first = [new Reading(), new Reading(), new Reading(), new Reading()] as const;
  readonly #second = [new Reading(), new Reading(), new Reading(), new Reading()] as const;

  /** @param limit how many UTF-16 units to read at most */
  read(text: string, limit: number): TextReading[] {
    const plain = readPlain(text, limit, this.#plain);
    const found: { reading: Reading; forms: number }[] = [{ reading: plain, forms: FORM.plain }];
    const base = add(found, readWithoutMarks(plain, this.#folded), this.#folded, plain, FORM.folded);
    add(found, readWords(base, this.#worded), this.#worded, base, FORM.worded);
    add(found, readLatin(base, this.#latin), this.#latin, base, FORM.latin);
    const firsts = this.#branch(base, 'first', this.#first);
    const seconds = this.#branch(base, 'second', this.#second);
    for (const own of firsts) found.push(own);
    for (const own of seconds)
      if (!firsts.some((other) => other.forms === own.forms && other.reading.reads(own.reading)))
        found.push(own);
    return found;
  }

  #branch(base: Reading, choice: 'first' | 'second', into: Branch): TextReading[] {
    const found: TextReading[] = [];
    let last = base;
    const then = (changed: boolean, reading: Reading, forms: number): void => {
      if (!changed) return;
      found.push({ reading, forms });
      last = reading;
    };
    const [skeleton, spaced, leet, squeezed] = into;
    then(readSkeleton(last, choice === 'first' ? 'folded' : 'as-written', skeleton), skeleton, FORM.skeleton);
    then(readUnspaced(last, spaced), spaced, FORM.spaced);
    then(readLeet(last, choice, leet), leet, FORM.leet);
    then(readSqueezed(last, squeezed), squeezed, FORM.squeezed);
    return found;
  }
}

type Branch = readonly [Reading, Reading, Reading, Reading];

/** A form that changed nothing is looked for in the reading before it: its steps may have changed the term. */
function add(
  found: { reading: Reading; forms: number }[],
  changed: boolean,
  reading: Reading,
  before: Reading,
  form: number,
): Reading {
  if (changed) found.push({ reading, forms: form });
  else found.find((known) => known.reading === before)!.forms |= form;
  return changed ? reading : before;
}
