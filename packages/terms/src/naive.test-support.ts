import { EVIDENCE, FORM, FORMS, stepNames, type Form } from './forms.ts';
import { KeyMaker } from './keys.ts';
import type { Hit } from './search.ts';
import { Reader } from './readings.ts';
import type { Term } from './term.ts';
import { Words } from './words.ts';

/** What a matcher has to find, found the slow way: every key of every term looked for in every reading of the text. */
export function findNaively(terms: readonly Term[], text: string): Hit[] {
  const words = new Words(text);
  const found = terms.flatMap((term, number) => {
    const { keys, steps: termSteps } = new KeyMaker().keysOf(term);
    const candidates = new Reader().read(text, text.length).flatMap(({ reading, forms }) =>
      FORMS.filter((form) => forms & FORM[form]).flatMap((form) =>
        keys
          .filter((key) => key.forms & FORM[form])
          .flatMap((key) =>
            placesOf(key.text, reading.toString()).map(
              (first) => [first, first + key.text.length - 1] as const,
            ),
          )
          .filter(([first, last]) => isEvident(form, reading.stepsWithin(first, last), termSteps))
          .filter(
            ([first, last]) =>
              (term.mode === 'substring' && form !== 'latin') ||
              (words.breakBefore(reading, first) && words.breakBefore(reading, last + 1)),
          )
          .map(([first, last]) => ({
            start: reading.starts[first]!,
            end: reading.ends[last]!,
            form,
            path: stepNames(reading.stepsWithin(first, last) | (termSteps & (EVIDENCE[form]?.term ?? 0))),
            number,
            termId: term.id,
          })),
      ),
    );
    return candidates.filter(
      (one, at) =>
        !candidates.some(
          (other, place) =>
            other.start === one.start &&
            other.end === one.end &&
            (FORM[other.form] < FORM[one.form] || (other.form === one.form && place < at)),
        ),
    );
  });
  return found
    .toSorted((a, b) => a.start - b.start || a.end - b.end || a.number - b.number)
    .map(({ termId, start, end, form, path }) => ({ termId, span: { start, end }, matchedForm: form, path }));
}

function placesOf(key: string, text: string): number[] {
  const places = [];
  for (let at = text.indexOf(key); at !== -1; at = text.indexOf(key, at + 1)) places.push(at);
  return places;
}

function isEvident(form: Form, text: number, term: number): boolean {
  const evidence = EVIDENCE[form];
  return evidence === null || ((text & evidence.text) | (term & evidence.term)) !== 0;
}
