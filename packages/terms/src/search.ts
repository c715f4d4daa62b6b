import { ALONE } from './alphabet.ts';
import type { Automaton } from './automaton.ts';
import { EVIDENCE, FORM, FORMS, stepNames, type Form, type Step } from './forms.ts';
import type { Reading } from './reading.ts';
import type { TextReading } from './readings.ts';
import type { MatcherTables } from './tables.ts';
import { MODES } from './term.ts';
import { Words } from './words.ts';

/** A term found in a text, and why. */
export interface Hit {
  readonly termId: string;
  /** In UTF-16 units of the original text, the end behind the last. */
  readonly span: { readonly start: number; readonly end: number };
  /** The strictest form in which it was found there. */
  readonly matchedForm: Form;
  /** What was done to the text within the span, and to the term, until they were equal. */
  readonly path: readonly Step[];
}

export interface MatchResult {
  /** By start, then end, then the order of the terms. They may overlap; a term is there once for each span. */
  readonly hits: readonly Hit[];
  /** False if the text is longer than the limit, or has more hits than are reported: then there may be others. */
  readonly complete: boolean;
}

export interface MatchOptions {
  /** Terms that have expired by then are not found. Without it none has. */
  readonly at?: Date;
  /** UTF-16 units to read at most: 100,000 unless told. */
  readonly longestText?: number;
  /** 1,000 unless told. */
  readonly mostHits?: number;
}

/** So many candidates are looked at for each unit of the text and each hit allowed: a bound for lists made to be slow. */
const [CANDIDATES_PER_UNIT, CANDIDATES_PER_HIT] = [64, 64];

interface Found {
  readonly term: number;
  readonly hit: Hit;
}

/** One search through all readings of one text. */
export class Search {
  readonly #tables: MatcherTables;
  readonly #at: number;
  readonly #mostHits: number;
  readonly #words: Words;
  #candidates: number;
  #complete = true;
  /** By span and term; made when the first is found. */
  #found: Map<string, Found> | null = null;

  constructor(tables: MatcherTables, text: string, options: MatchOptions) {
    this.#tables = tables;
    this.#at = options.at?.getTime() ?? -Infinity;
    this.#mostHits = options.mostHits ?? 1000;
    this.#words = new Words(text);
    this.#candidates = text.length * CANDIDATES_PER_UNIT + this.#mostHits * CANDIDATES_PER_HIT;
  }

  /** Runs the automaton over one reading. Returns whether to go on with others. */
  scan({ reading, forms }: TextReading): boolean {
    const { automaton, alphabet } = this.#tables;
    const { symbols, seconds } = alphabet;
    const { ends } = automaton;
    const { units, length } = reading;
    let state = 0;
    for (let at = 0; at < length; at++) {
      const unit = units[at]!;
      const symbol = symbols[unit]!;
      if (symbol === 0) {
        state = 0;
        continue;
      }
      state = advance(automaton, state, symbol);
      if (symbol > ALONE) state = advance(automaton, state, seconds[unit]!);
      if (ends[state] !== 0 && !this.#collect(reading, at, ends[state]!, forms)) return false;
    }
    return true;
  }

  result(readInFull: boolean): MatchResult {
    const complete = this.#complete && readInFull;
    if (this.#found === null) return { hits: [], complete };
    const hits = [...this.#found.values()]
      .toSorted(
        (a, b) => a.hit.span.start - b.hit.span.start || a.hit.span.end - b.hit.span.end || a.term - b.term,
      )
      .map(({ hit }) => hit);
    return { hits, complete };
  }

  /** All keys that end here: this state's own, and those of its suffixes. */
  #collect(reading: Reading, last: number, end: number, forms: number): boolean {
    const { automaton, entryStarts, entryTerms, entryForms } = this.#tables;
    for (let state = end; state !== 0; state = automaton.ends[automaton.fail[state]!]!) {
      const key = automaton.key[state]!;
      const first = last + 1 - this.#lengthOf(state);
      for (let entry = entryStarts[key]!; entry < entryStarts[key + 1]!; entry++) {
        const shared = entryForms[entry]! & forms;
        if (shared !== 0) this.#consider(reading, first, last, entryTerms[entry]!, shared);
        if (--this.#candidates < 0 || (this.#found?.size ?? 0) > this.#mostHits) return this.#stop();
      }
    }
    return true;
  }

  #stop(): false {
    this.#complete = false;
    return false;
  }

  #lengthOf(state: number): number {
    return this.#tables.keyLengths[this.#tables.automaton.key[state]!]!;
  }

  #consider(reading: Reading, first: number, last: number, term: number, forms: number): void {
    const { termModes, termSteps, termExpiry } = this.#tables;
    if (termExpiry[term]! <= this.#at) return;
    const steps = reading.stepsWithin(first, last);
    const form = strictestOf(forms, steps, termSteps[term]!);
    if (form === undefined) return;
    const wholeWords = form === 'latin' || MODES[termModes[term]!] !== 'substring';
    if (wholeWords && !this.#isWhole(reading, first, last)) return;
    this.#add(reading, first, last, term, form, steps);
  }

  #isWhole(reading: Reading, first: number, last: number): boolean {
    return this.#words.breakBefore(reading, first) && this.#words.breakBefore(reading, last + 1);
  }

  #add(reading: Reading, first: number, last: number, term: number, form: Form, steps: number): void {
    const [start, end] = [reading.starts[first]!, reading.ends[last]!];
    const place = `${start} ${end} ${term}`;
    const found = (this.#found ??= new Map<string, Found>());
    const known = found.get(place)?.hit;
    if (known !== undefined && FORM[known.matchedForm] <= FORM[form]) return;
    const path = stepNames(steps | (this.#tables.termSteps[term]! & (EVIDENCE[form]?.term ?? 0)));
    found.set(place, {
      term,
      hit: { termId: this.#idOf(term), span: { start, end }, matchedForm: form, path },
    });
  }

  #idOf(term: number): string {
    const { idStarts, idBytes } = this.#tables;
    // A decoder takes no shared memory, so the bytes are copied.
    return decoder.decode(idBytes.slice(idStarts[term], idStarts[term + 1]));
  }
}

const decoder = new TextDecoder();

/** The state of the longest end of what was read that some key begins with. */
function advance({ steps, fail }: Automaton, from: number, symbol: number): number {
  let state = from;
  let next = steps[2 * state]! + symbol;
  while (steps[2 * next + 1] !== state && state !== 0) {
    state = fail[state]!;
    next = steps[2 * state]! + symbol;
  }
  return steps[2 * next + 1] === state ? next : 0;
}

/** The strictest of these forms for which there is evidence. */
function strictestOf(forms: number, textSteps: number, termSteps: number): Form | undefined {
  return FORMS.find((form) => {
    if ((forms & FORM[form]) === 0) return false;
    const evidence = EVIDENCE[form];
    return evidence === null || (textSteps & evidence.text) !== 0 || (termSteps & evidence.term) !== 0;
  });
}
