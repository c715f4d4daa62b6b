/**
 * The normal forms in which a text is read, strictest first. Each but the first undoes one more kind of trick than the one it
 * builds on; README.md has a table.
 */
export const FORMS = [
  'plain',
  'folded',
  'worded',
  'skeleton',
  'spaced',
  'leet',
  'squeezed',
  'latin',
] as const;
export type Form = (typeof FORMS)[number];

/** What can change a character on its way into a form. Those that begin with `term-` changed the term, not the text. */
export const STEPS = [
  'compatibility',
  'case',
  'invisible',
  'whitespace',
  'emoji',
  'marks',
  'punctuation',
  'confusables',
  'spacing',
  'leet',
  'repeats',
  'transliteration',
  'term-marks',
  'term-punctuation',
  'term-transliteration',
] as const;
export type Step = (typeof STEPS)[number];

/** A set of steps, or of forms, as bits: what each character of a reading carries. */
export const STEP = bits(STEPS);
export const FORM = bits(FORMS);

interface Evidence {
  /** At least one of these must have changed the text within the span ... */
  readonly text: number;
  /** ... or this one the term. */
  readonly term: number;
}

/**
 * What must have happened for a hit in a form to count. Without this rule, forms that lose information would confuse innocent
 * words: `mon` and `moon` are alike once repeats are squeezed, but only a text that repeats a letter three times plays that trick.
 * Marks, punctuation and transliteration count on either side: who lists `café` means `cafe` as well.
 */
export const EVIDENCE: Readonly<Record<Form, Evidence | null>> = {
  plain: null,
  folded: { text: STEP.marks, term: STEP['term-marks'] },
  worded: { text: STEP.punctuation, term: STEP['term-punctuation'] },
  skeleton: { text: STEP.confusables, term: 0 },
  spaced: { text: STEP.spacing, term: 0 },
  leet: { text: STEP.leet, term: 0 },
  squeezed: { text: STEP.repeats, term: 0 },
  latin: { text: STEP.transliteration, term: STEP['term-transliteration'] },
};

/** The names of the steps of a set, in the order in which they are taken. */
export function stepNames(steps: number): Step[] {
  return STEPS.filter((step) => (steps & STEP[step]) !== 0);
}

function bits<Name extends string>(names: readonly Name[]): Readonly<Record<Name, number>> {
  return Object.fromEntries(names.map((name, position) => [name, 1 << position])) as Record<Name, number>;
}
