import type { Condition, Selector } from './language.ts';

/** A condition in words, for whoever asks why a case has its priority. */
export function describe(condition: Condition): string {
  if ('all' in condition) return joined(condition.all, 'and');
  if ('any' in condition) return joined(condition.any, 'or');
  if ('within' in condition)
    return `${describe(condition.within.of)}, within ${condition.within.hours} hours`;
  if ('signal' in condition) return `a signal${ofWhich(condition.signal)}`;
  if ('weightAtLeast' in condition)
    return `signals${ofWhich(condition.weightAtLeast.of)} that weigh ${condition.weightAtLeast.weight} or more together`;
  const { count, of, distinct } = condition.atLeast;
  const different = distinct === undefined ? '' : `, each of another ${distinct}`;
  return `at least ${count} signals${ofWhich(of)}${different}`;
}

function joined(conditions: readonly Condition[], by: 'and' | 'or'): string {
  const parts = conditions.map(describe);
  return parts.length === 1 ? parts[0]! : `(${parts.join(`) ${by} (`)})`;
}

function ofWhich({ kind, category, source, minWeight, maxDistance }: Selector): string {
  const said = [
    kind === undefined ? '' : `of the kind ${oneOf(kind)}`,
    category === undefined ? '' : `in the category ${oneOf(category)}`,
    source === undefined ? '' : `from ${oneOf(source)}`,
    minWeight === undefined ? '' : `of weight ${minWeight} or more`,
    maxDistance === undefined ? '' : `at a distance of ${maxDistance} or less`,
  ].filter((part) => part !== '');
  return said.length === 0 ? '' : ` ${said.join(' ')}`;
}

function oneOf(values: string | readonly string[]): string {
  return [values].flat().join(' or ');
}
