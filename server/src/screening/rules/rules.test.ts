import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dryRun } from './dry-run.ts';
import { evaluateRules, evidenceFor } from './evaluate.ts';
import { DISTINCT, type Condition, type RuleSet, type Selector } from './language.ts';
import { parseRules } from './parse.ts';
import { inOrder, KINDS, SIGNAL_KINDS, type RuleSignal } from './signal.ts';

const HOUR = 3_600_000;

describe('rules', () => {
  it('give the priority of the highest that holds, and say why', () => {
    const rules = rulesOf(
      [40, { signal: { kind: 'term-hit' } }],
      [
        90,
        {
          all: [
            { signal: { kind: 'surface-match', maxDistance: 20 } },
            { within: { hours: 24, of: threeTerms } },
          ],
        },
      ],
      [95, { signal: { kind: 'user-report' } }],
    );
    const terms = [0, 10, 20].map((hour) => signal({ id: `t${hour}`, at: at(hour), source: `list-${hour}` }));
    const match = signal({ id: 'm', kind: 'surface-match', distance: 20, at: at(100) });
    expect(evaluateRules(rules, [match, ...terms])).toEqual({
      priority: 90,
      fired: [
        {
          rule: 'rule 1',
          priority: 90,
          because:
            '(a signal of the kind surface-match at a distance of 20 or less) and (at least 3 signals of the kind term-hit, each of another source, within 24 hours)',
          evidence: ['t0', 't10', 't20', 'm'],
        },
        { rule: 'rule 0', priority: 40, because: 'a signal of the kind term-hit', evidence: ['t0'] },
      ],
    });
    const far = { ...match, distance: 21 };
    expect(evaluateRules(rules, [far, ...terms]).priority).toBe(40);
    expect(evaluateRules(rules, []).priority).toBe(0);
  });

  it('add weights, and name the heaviest', () => {
    const rules = rulesOf([10, { weightAtLeast: { weight: 5, of: { category: ['fruit', 'tools'] } } }]);
    const signals = [1, 3, 2].map((weight) => signal({ id: `w${weight}`, weight, category: 'fruit' }));
    expect(evaluateRules(rules, signals).fired[0]?.evidence).toEqual(['w2', 'w3']);
    expect(evaluateRules(rules, signals.slice(0, 2)).priority).toBe(0);
  });

  it('show before they go live what they would have brought, and when', () => {
    const rules = rulesOf(
      [50, { within: { hours: 24, of: threeTerms } }],
      [10, { signal: { kind: 'user-report' } }],
    );
    const past = (hours: readonly number[]) =>
      hours.map((hour) => signal({ id: `t${hour}`, at: at(hour), source: `list-${hour}` }));
    const run = dryRun(rules, [
      { subject: 'orchard', signals: past([90, 1, 70, 80]) },
      { subject: 'workshop', signals: past([1, 30, 60]) },
    ]);
    expect(run).toEqual({
      subjects: 2,
      subjectsFound: 1,
      findings: [
        { subject: 'orchard', rule: 'rule 0', priority: 50, since: at(90), evidence: ['t70', 't80', 't90'] },
      ],
      byRule: new Map([
        ['rule 0', 1],
        ['rule 1', 0],
      ]),
    });
  });
});

describe('reading rules', () => {
  it.each([
    ['another language', { language: 2, rules: [] }, 'language'],
    ['a field that means nothing', { language: 1, rules: [], loop: true }, ''],
    [
      'a distance where there is none',
      withCondition({ signal: { kind: 'term-hit', maxDistance: 3 } }),
      'rules.0.when.signal',
    ],
    ['a distance of any kind', withCondition({ signal: { maxDistance: 3 } }), 'rules.0.when.signal'],
    [
      'a window in a window',
      withCondition({ within: { hours: 1, of: { within: { hours: 2, of: { signal: {} } } } } }),
      'rules.0.when.within.of',
    ],
    [
      'more sources than it names',
      withCondition({ atLeast: { count: 2, distinct: 'source', of: { source: 'a' } } }),
      'rules.0.when',
    ],
    [
      'more kinds than there are',
      withCondition({ atLeast: { count: 6, distinct: 'kind', of: {} } }),
      'rules.0.when',
    ],
    ['nothing to hold', withCondition({ all: [] }), 'rules.0.when.all'],
    ['a condition that there is not', withCondition({ not: { signal: {} } }), 'rules.0.when'],
    [
      'the same name twice',
      { language: 1, rules: [1, 2].map(() => ({ name: 'a', priority: 1, when: { signal: {} } })) },
      'rules.1.name',
    ],
  ])('refuses %s, and says where', (_, value, path) => {
    const { rules, problems } = parseRules(value);
    expect(rules).toBeNull();
    expect(problems[0]?.path).toBe(path);
  });

  it('refuses conditions that nest without end', () => {
    let when: unknown = { signal: {} };
    for (let depth = 0; depth < 100_000; depth++) when = { all: [when] };
    expect(parseRules(withCondition(when)).problems).toHaveLength(1);
  });

  it('gives the same rules the same version, however they are written', () => {
    const one = parseRules({
      language: 1,
      rules: [{ name: 'a', priority: 1, when: { signal: { kind: 'term-hit', minWeight: 2 } } }],
    });
    const other = parseRules({
      rules: [{ when: { signal: { minWeight: 2, kind: 'term-hit' } }, priority: 1, name: 'a' }],
      language: 1,
    });
    expect(one.version).toBe(other.version);
    expect(one.version).toMatch(/^[0-9a-f]{64}$/);
  });

  it('throws for no value', () => {
    fc.assert(fc.property(fc.anything(), (value) => void parseRules(value)));
    fc.assert(fc.property(fc.jsonValue(), (value) => void parseRules(withCondition(value))));
  });
});

describe('for any rules and any signals', () => {
  const conditions = conditionArbitrary();
  const signals = fc.uniqueArray(signalArbitrary(), { selector: ({ id }) => id, maxLength: 8 });

  it('what was made by the language is read by it', () => {
    fc.assert(
      fc.property(conditions, (when) => {
        const { rules, problems } = parseRules(JSON.parse(JSON.stringify(withCondition(when))));
        expect(problems.filter(({ message }) => !message.startsWith('Can never hold'))).toEqual([]);
        if (rules !== null) expect(rules.rules[0]?.when).toEqual(when);
      }),
    );
  });

  it('a condition holds exactly if it does for some choice of windows, tried one by one', () => {
    fc.assert(
      fc.property(conditions, signals, (when, own) => {
        expect(evidenceFor(when, inOrder(own)) !== null).toBe(holdsNaively(when, own));
      }),
    );
  });

  it('the evidence alone is enough', () => {
    fc.assert(
      fc.property(conditions, signals, (when, own) => {
        const evidence = evidenceFor(when, inOrder(own));
        if (evidence !== null) expect(holdsNaively(when, evidence)).toBe(true);
      }),
    );
  });

  it('more signals never make the priority lower, and their order changes nothing', () => {
    fc.assert(
      fc.property(fc.array(conditions, { maxLength: 3 }), signals, signals, (whens, some, more) => {
        const rules = rulesOf(...whens.map((when, place) => [10 * (place + 1), when] as const));
        const renamed = more.map((each) => ({ ...each, id: `more ${each.id}` }));
        const before = evaluateRules(rules, some);
        expect(evaluateRules(rules, [...some, ...renamed]).priority).toBeGreaterThanOrEqual(before.priority);
        expect(evaluateRules(rules, some.toReversed())).toEqual(before);
      }),
    );
  });
});

const threeTerms: Condition = { atLeast: { count: 3, distinct: 'source', of: { kind: 'term-hit' } } };

function holdsNaively(condition: Condition, signals: readonly RuleSignal[]): boolean {
  if ('all' in condition) return condition.all.every((part) => holdsNaively(part, signals));
  if ('any' in condition) return condition.any.some((part) => holdsNaively(part, signals));
  if ('signal' in condition) return signals.some((each) => fitsNaively(condition.signal, each));
  if ('weightAtLeast' in condition) {
    const { weight, of } = condition.weightAtLeast;
    const weights = signals.filter((each) => fitsNaively(of, each)).map((each) => each.weight);
    return weights.length > 0 && weights.reduce((sum, each) => sum + each, 0) >= weight;
  }
  if ('atLeast' in condition) {
    const { count, of, distinct } = condition.atLeast;
    const fitting = signals.filter((each) => fitsNaively(of, each));
    const values = fitting.map((each) => each[distinct ?? 'id']).filter((value) => value !== null);
    return new Set(values).size >= count;
  }
  const { hours, of } = condition.within;
  return signals.some((first) =>
    signals.some((last) => {
      const [from, to] = [first.at.getTime(), last.at.getTime()];
      if (to < from || to - from > hours * HOUR) return false;
      return holdsNaively(
        of,
        signals.filter((each) => each.at >= first.at && each.at <= last.at),
      );
    }),
  );
}

function fitsNaively(selector: Selector, found: RuleSignal): boolean {
  if (selector.kind !== undefined && ![selector.kind].flat().includes(found.kind)) return false;
  if (selector.category !== undefined && ![selector.category].flat().some((each) => each === found.category))
    return false;
  if (selector.source !== undefined && ![selector.source].flat().includes(found.source)) return false;
  if (found.weight < (selector.minWeight ?? 0)) return false;
  return selector.maxDistance === undefined || (found.distance ?? Infinity) <= selector.maxDistance;
}

function conditionArbitrary(): fc.Arbitrary<Condition> {
  const named = fc.record(
    { category: fc.constantFrom('fruit', 'tools'), source: fc.constantFrom('a', 'b'), minWeight: fc.nat(5) },
    { requiredKeys: [] },
  );
  const selector: fc.Arbitrary<Selector> = fc.oneof(
    fc.tuple(named, fc.constantFrom(...KINDS)).map(([rest, kind]) => ({ ...rest, kind })),
    fc
      .tuple(named, fc.nat(40))
      .map(([rest, maxDistance]) => ({ ...rest, kind: 'surface-match' as const, maxDistance })),
    named,
  );
  const leaf: fc.Arbitrary<Condition> = fc.oneof(
    selector.map((of) => ({ signal: of })),
    fc
      .record(
        { count: fc.integer({ min: 1, max: 4 }), of: selector, distinct: fc.constantFrom(...DISTINCT) },
        { requiredKeys: ['count', 'of'] },
      )
      .map((atLeast) => ({ atLeast })),
    fc
      .record({ weight: fc.integer({ min: 1, max: 12 }), of: selector })
      .map((weightAtLeast) => ({ weightAtLeast })),
  );
  const group = (of: fc.Arbitrary<Condition>): fc.Arbitrary<Condition> => {
    const some = fc.array(of, { minLength: 1, maxLength: 3 });
    return fc.oneof(
      of,
      some.map((all) => ({ all })),
      some.map((any) => ({ any })),
    );
  };
  const window = fc
    .record({ hours: fc.integer({ min: 1, max: 6 }), of: group(leaf) })
    .map((within) => ({ within }));
  return group(fc.oneof(leaf, window));
}

function signalArbitrary(): fc.Arbitrary<RuleSignal> {
  return fc
    .record({
      id: fc.uuid(),
      kind: fc.constantFrom(...KINDS),
      weight: fc.nat(5),
      category: fc.constantFrom(null, 'fruit', 'tools'),
      at: fc.nat(12).map(at),
      source: fc.constantFrom('a', 'b', 'c'),
      distance: fc.nat(40),
    })
    .map((one) => ({ ...one, distance: SIGNAL_KINDS[one.kind].distance ? one.distance : null }));
}

function signal(own: Partial<RuleSignal>): RuleSignal {
  return {
    id: 's',
    kind: 'term-hit',
    weight: 1,
    category: null,
    at: at(0),
    source: 'list',
    distance: null,
    ...own,
  };
}

function at(hour: number): Date {
  return new Date(Date.UTC(2027, 0, 1) + hour * HOUR);
}

function rulesOf(...rules: readonly (readonly [number, Condition])[]): RuleSet {
  return {
    language: 1,
    rules: rules.map(([priority, when], place) => ({ name: `rule ${place}`, priority, when })),
  };
}

function withCondition(when: unknown): unknown {
  return { language: 1, rules: [{ name: 'a', priority: 1, when }] };
}
