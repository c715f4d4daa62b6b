import { evaluateRules, evidenceFor } from './evaluate.ts';
import type { RuleSet } from './language.ts';
import { inOrder, type RuleSignal } from './signal.ts';

/** All signals that there have been about a subject. */
export interface SignalHistory {
  readonly subject: string;
  readonly signals: readonly RuleSignal[];
}

export interface DryRunFinding {
  readonly subject: string;
  readonly rule: string;
  readonly priority: number;
  /** When the rule would have held for the first time. */
  readonly since: Date;
  /** Ids of the signals that would have been enough then. */
  readonly evidence: readonly string[];
}

export interface DryRun {
  readonly subjects: number;
  /** Of which a rule would have held. */
  readonly subjectsFound: number;
  /** Oldest first. */
  readonly findings: readonly DryRunFinding[];
  /** How many subjects each rule would have brought, those that bring none included. */
  readonly byRule: ReadonlyMap<string, number>;
}

/** What rules would have brought up, and when, had they been in force: to be seen before they are. Changes nothing. */
export function dryRun(rules: RuleSet, histories: Iterable<SignalHistory>): DryRun {
  const byRule = new Map(rules.rules.map(({ name }) => [name, 0]));
  const findings: DryRunFinding[] = [];
  let [subjects, subjectsFound] = [0, 0];
  for (const history of histories) {
    subjects++;
    const own = findingsOf(rules, history);
    if (own.length > 0) subjectsFound++;
    for (const { rule } of own) byRule.set(rule, byRule.get(rule)! + 1);
    findings.push(...own);
  }
  return {
    subjects,
    subjectsFound,
    findings: findings.toSorted((a, b) => a.since.getTime() - b.since.getTime()),
    byRule,
  };
}

function findingsOf({ rules, language }: RuleSet, { subject, signals }: SignalHistory): DryRunFinding[] {
  const ordered = inOrder(signals);
  return rules.flatMap((rule) => {
    const enough = fewestOf(ordered, (first) => evidenceFor(rule.when, first) !== null);
    if (enough === null) return [];
    const [fired] = evaluateRules({ language, rules: [rule] }, ordered.slice(0, enough)).fired;
    const since = ordered[enough - 1]!.at;
    return [{ subject, rule: rule.name, priority: rule.priority, since, evidence: fired!.evidence }];
  });
}

/** How many of the first signals are needed, by halving: what holds for some holds for more. null if all are too few. */
function fewestOf(
  ordered: readonly RuleSignal[],
  holds: (first: readonly RuleSignal[]) => boolean,
): number | null {
  if (ordered.length === 0 || !holds(ordered)) return null;
  let [low, high] = [1, ordered.length];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (holds(ordered.slice(0, middle))) high = middle;
    else low = middle + 1;
  }
  return low;
}
