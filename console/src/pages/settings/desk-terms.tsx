import { NativeSelect, TextInput } from '@mantine/core';
import type { Retention } from '@breakwater/server/contract';

export type Terms = Retention['rules']['terms'];
type Span = Terms['reported'];
type Unit = 'days' | 'months' | 'years';

const TERMS: readonly (readonly [keyof Terms, string])[] = [
  ['reported', 'Exhibits that were reported to an authority'],
  ['decidedAgainst', 'Exhibits of a case that was decided against its subjects'],
  ['notDecidedAgainst', 'Exhibits of a case in which nothing was found'],
  ['reportReference', 'The reference of a report'],
];
/** As the server has it. */
const LONGEST: Record<Unit, number> = { days: 36_500, months: 1200, years: 100 };

/** The desk's own terms, for what no law rules. */
export function DeskTerms({
  terms,
  mayChange,
  onChange,
}: {
  terms: Terms;
  mayChange: boolean;
  onChange: (terms: Terms) => void;
}) {
  return (
    <fieldset className="desk-terms">
      <legend>Where no law states a term</legend>
      {TERMS.map(([term, label]) => {
        const [unit, count] = partsOf(terms[term]);
        const change = (next: number, in_: Unit) => onChange({ ...terms, [term]: spanOf(next, in_) });
        return (
          <div key={term} className="desk-term">
            <TextInput
              label={label}
              type="number"
              min={1}
              max={LONGEST[unit]}
              step={1}
              value={count === 0 ? '' : count}
              disabled={!mayChange}
              error={isSpan(terms[term]) ? undefined : `From 1 to ${LONGEST[unit]}`}
              onChange={(event) => change(Math.trunc(Number(event.currentTarget.value)), unit)}
            />
            <NativeSelect
              aria-label={`${label}: unit`}
              data={['days', 'months', 'years']}
              value={unit}
              disabled={!mayChange}
              onChange={(event) => change(count, event.currentTarget.value as Unit)}
            />
          </div>
        );
      })}
    </fieldset>
  );
}

/** Whether the server would take these terms. */
export function areTerms(terms: Terms): boolean {
  return Object.values(terms).every(isSpan);
}

function isSpan(span: Span): boolean {
  const [unit, count] = partsOf(span);
  return count >= 1 && count <= LONGEST[unit];
}

function partsOf(span: Span): [Unit, number] {
  const [[unit, count] = ['days', 0]] = Object.entries(span);
  return [unit as Unit, count];
}

function spanOf(count: number, unit: Unit): Span {
  return { [unit]: count } as Span;
}
