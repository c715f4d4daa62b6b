import { FORM, stepNames, type Form, type Step } from './forms.ts';
import { Reader } from './readings.ts';

/** A text in one form, and where each UTF-16 unit of it came from. */
export interface Normalized {
  readonly form: Form;
  readonly text: string;
  /** By unit of `text`: the span of the original, in UTF-16 units, and the steps that changed it. */
  readonly origins: readonly {
    readonly start: number;
    readonly end: number;
    readonly steps: readonly Step[];
  }[];
}

/**
 * The readings of a text in these forms, all unless told: what a matcher searches. A form is left out if its own steps change
 * nothing; it is there twice if a sign may be two letters (`1` for i and l). Throws for no string.
 */
export function normalize(text: string, forms?: readonly Form[]): Normalized[] {
  const wanted = forms ?? (Object.keys(FORM) as Form[]);
  return new Reader().read(text, text.length).flatMap(({ reading, forms: read }) => {
    const form = (Object.keys(FORM) as Form[]).find((name) => (read & FORM[name]) !== 0)!;
    if (!wanted.includes(form)) return [];
    const origins = Array.from({ length: reading.length }, (_, at) => ({
      start: reading.starts[at]!,
      end: reading.ends[at]!,
      steps: stepNames(reading.steps[at]!),
    }));
    return [{ form, text: reading.toString(), origins }];
  });
}
