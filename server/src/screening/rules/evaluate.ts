import type { Condition, Rule, RuleSet, Selector } from './language.ts';
import { inOrder, type RuleSignal } from './signal.ts';
import { describe } from './describe.ts';

export interface FiredRule {
  readonly rule: string;
  readonly priority: number;
  /** The condition in words. */
  readonly because: string;
  /** Ids of signals that are enough for it to hold, oldest first. */
  readonly evidence: readonly string[];
}

export interface RuleOutcome {
  /** That of the highest rule that holds; 0 if none does. */
  readonly priority: number;
  /** The rules that hold, highest first. */
  readonly fired: readonly FiredRule[];
}

/** Applies rules to the signals about one subject, in whatever order they are. More signals never make the priority lower. */
export function evaluateRules({ rules }: RuleSet, signals: readonly RuleSignal[]): RuleOutcome {
  const ordered = inOrder(signals);
  const fired = rules.flatMap((rule) => fire(rule, ordered)).toSorted((a, b) => b.priority - a.priority);
  return { priority: fired[0]?.priority ?? 0, fired };
}

function fire({ name, priority, when }: Rule, ordered: readonly RuleSignal[]): FiredRule[] {
  const found = evidenceFor(when, ordered);
  if (found === null) return [];
  const evidence = inOrder([...new Set(found)]).map(({ id }) => id);
  return [{ rule: name, priority, because: describe(when), evidence }];
}

/** Signals for which the condition holds, or null if it does not. The signals must be in order. */
export function evidenceFor(condition: Condition, ordered: readonly RuleSignal[]): RuleSignal[] | null {
  if ('all' in condition) {
    const parts = condition.all.map((part) => evidenceFor(part, ordered));
    return parts.every((part) => part !== null) ? parts.flat() : null;
  }
  if ('any' in condition) {
    for (const part of condition.any) {
      const found = evidenceFor(part, ordered);
      if (found !== null) return found;
    }
    return null;
  }
  if ('within' in condition) return withinWindow(condition.within.hours, condition.within.of, ordered);
  if ('signal' in condition) {
    const first = ordered.find((signal) => fits(condition.signal, signal));
    return first === undefined ? null : [first];
  }
  if ('atLeast' in condition) {
    const { count, of, distinct } = condition.atLeast;
    const fitting = ordered.filter((signal) => fits(of, signal));
    const counted = distinct === undefined ? fitting : firstOfEach(fitting, distinct);
    return counted.length >= count ? counted.slice(0, count) : null;
  }
  return heavyEnough(condition.weightAtLeast.weight, condition.weightAtLeast.of, ordered);
}

/**
 * Looks at the windows that begin with a signal: since no condition holds less for more signals, if any window does,
 * the one of its first signal does.
 */
function withinWindow(hours: number, of: Condition, ordered: readonly RuleSignal[]): RuleSignal[] | null {
  let end = 0;
  for (let start = 0; start < ordered.length; start++) {
    const from = ordered[start]!.at.getTime();
    while (end < ordered.length && ordered[end]!.at.getTime() - from <= hours * 3_600_000) end++;
    const found = evidenceFor(of, ordered.slice(start, end));
    if (found !== null) return found;
  }
  return null;
}

/** The heaviest first, so that the fewest are named. */
function heavyEnough(weight: number, of: Selector, ordered: readonly RuleSignal[]): RuleSignal[] | null {
  const taken: RuleSignal[] = [];
  let sum = 0;
  for (const signal of ordered.filter((each) => fits(of, each)).toSorted((a, b) => b.weight - a.weight)) {
    taken.push(signal);
    sum += signal.weight;
    if (sum >= weight) return taken;
  }
  return null;
}

function firstOfEach(signals: readonly RuleSignal[], by: 'source' | 'category' | 'kind'): RuleSignal[] {
  const first = new Map<string, RuleSignal>();
  // No category is no further category.
  for (const signal of signals) {
    const value = signal[by];
    if (value !== null && !first.has(value)) first.set(value, signal);
  }
  return [...first.values()];
}

function fits({ kind, category, source, minWeight, maxDistance }: Selector, signal: RuleSignal): boolean {
  return (
    isAmong(kind, signal.kind) &&
    isAmong(category, signal.category) &&
    isAmong(source, signal.source) &&
    (minWeight === undefined || signal.weight >= minWeight) &&
    (maxDistance === undefined || (signal.distance !== null && signal.distance <= maxDistance))
  );
}

function isAmong(wanted: string | readonly string[] | undefined, value: string | null): boolean {
  if (wanted === undefined) return true;
  return value !== null && (typeof wanted === 'string' ? wanted === value : wanted.includes(value));
}
