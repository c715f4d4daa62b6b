/**
 * How a term is looked for: `substring` anywhere; `word` only where a word begins and ends; `phrase` the same, for several words
 * with anything but letters and digits between them.
 */
export const MODES = ['substring', 'word', 'phrase'] as const;
export type Mode = (typeof MODES)[number];

/** One term of a list. Weight, language and category mean what the list's author says; the matcher only hands the id on. */
export interface Term {
  readonly id: string;
  readonly text: string;
  readonly mode: Mode;
  /** 1 unless the list says otherwise; above 0, at most 1000. */
  readonly weight: number;
  /** A language tag of BCP 47, or null. */
  readonly language: string | null;
  readonly category: string | null;
  /** From then on it is no longer found; null for never. */
  readonly expires: Date | null;
}

/** A term is at most this long, in UTF-16 units, as written and in every form. */
export const LONGEST_TERM = 200;
