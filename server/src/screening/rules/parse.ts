import { createHash } from 'node:crypto';
import { canonicalJson } from '@breakwater/ledger';
import { ruleSetSchema, type Condition, type RuleSet, type Selector } from './language.ts';
import { SIGNAL_KINDS, type SignalKind } from './signal.ts';

export interface RuleProblem {
  /** Where, as in `rules.0.when.all.1`. */
  readonly path: string;
  readonly message: string;
}

export type ParsedRules =
  | { readonly rules: RuleSet; readonly version: string; readonly problems: readonly [] }
  | { readonly rules: null; readonly version: null; readonly problems: readonly RuleProblem[] };

/** Conditions nest so deep at most; schema and evaluation call themselves once a level. */
const DEEPEST = 12;
const MOST_CONDITIONS = 500;

/**
 * Reads rules and checks their types, including what can never hold. `version` is the SHA-256 of the rules as canonical JSON: the
 * same rules have the same version wherever they are written down. Throws for no value.
 */
export function parseRules(value: unknown): ParsedRules {
  const [depth, conditions] = measure(value, DEEPEST * 3);
  if (depth >= DEEPEST * 3 || conditions > MOST_CONDITIONS * 10)
    return refused([{ path: '', message: `Conditions nest too deep or are too many. Split the rule.` }]);
  const parsed = ruleSetSchema.safeParse(value);
  if (!parsed.success)
    return refused(parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message })));
  const problems = parsed.data.rules.flatMap(({ name, when }, at) => [
    ...(parsed.data.rules.findIndex((other) => other.name === name) === at
      ? []
      : [{ path: `rules.${at}.name`, message: 'Another rule has this name. Give each its own.' }]),
    ...problemsOf(when, `rules.${at}.when`, 'anywhere'),
  ]);
  if (problems.length > 0) return refused(problems);
  const version = createHash('sha256').update(canonicalJson(parsed.data)).digest('hex');
  return { rules: parsed.data, version, problems: [] };
}

function refused(problems: readonly RuleProblem[]): ParsedRules {
  return { rules: null, version: null, problems };
}

function problemsOf(condition: Condition, path: string, place: 'anywhere' | 'in a window'): RuleProblem[] {
  if ('all' in condition) return allProblems(condition.all, `${path}.all`, place);
  if ('any' in condition) return allProblems(condition.any, `${path}.any`, place);
  if ('within' in condition) {
    const inner = problemsOf(condition.within.of, `${path}.within.of`, 'in a window');
    if (place === 'anywhere') return inner;
    return [{ path, message: 'A window of time within another. Leave out one of them.' }, ...inner];
  }
  if ('signal' in condition) return selectorProblems(condition.signal, `${path}.signal`);
  if ('weightAtLeast' in condition)
    return selectorProblems(condition.weightAtLeast.of, `${path}.weightAtLeast.of`);
  const { count, of, distinct } = condition.atLeast;
  const problems = selectorProblems(of, `${path}.atLeast.of`);
  const possible = distinct === undefined ? Infinity : possibleValues(of, distinct);
  if (count > possible)
    problems.push({
      path,
      message: `Can never hold: there are only ${possible} different ones. Lower the count.`,
    });
  return problems;
}

function allProblems(
  conditions: readonly Condition[],
  path: string,
  place: 'anywhere' | 'in a window',
): RuleProblem[] {
  return conditions.flatMap((condition, at) => problemsOf(condition, `${path}.${at}`, place));
}

function selectorProblems({ kind, maxDistance }: Selector, path: string): RuleProblem[] {
  if (maxDistance === undefined) return [];
  const kinds = kind === undefined ? [] : [kind].flat();
  if (kinds.length > 0 && kinds.every((each) => SIGNAL_KINDS[each].distance)) return [];
  const having = (Object.keys(SIGNAL_KINDS) as SignalKind[]).filter((each) => SIGNAL_KINDS[each].distance);
  return [{ path, message: `Only ${having.join(' and ')} have a distance. Name the kind, and only these.` }];
}

/** Infinity if the selector leaves it open. */
function possibleValues(selector: Selector, of: 'source' | 'category' | 'kind'): number {
  const named = selector[of];
  if (named !== undefined) return new Set([named].flat()).size;
  return of === 'kind' ? Object.keys(SIGNAL_KINDS).length : Infinity;
}

/** How deep and how large a value is, without going deeper than `limit`. */
function measure(value: unknown, limit: number): [number, number] {
  let [level, depth, count]: [unknown[], number, number] = [[value], 0, 0];
  while (level.length > 0 && depth < limit && count <= MOST_CONDITIONS * 10) {
    level = level.flatMap((part) => (typeof part === 'object' && part !== null ? Object.values(part) : []));
    count += level.length;
    depth++;
  }
  return [depth, count];
}
