/** What weighs in how soon a case is looked at. */
export interface PriorityFacts {
  readonly knownMatches: number;
  readonly unscanned: number;
  readonly userReports: number;
  /** Whether the service vouches for at least one reported message. */
  readonly vouchedFor: boolean;
  /** Harm identifiers of the user reports. */
  readonly harms: readonly string[];
}

export interface Priority {
  /** 0 to 100; 100 is looked at first. */
  readonly value: number;
  /** Why, most weighty first, in plain words. */
  readonly reasons: string[];
}

const BASE = 10;
const GRAVE_HARMS = new Set(['child_safety.csam', 'child_safety.grooming']);

/** Known material comes first; then what many people or a vouching service say; what could not be scanned is raised. */
export function priorityOf(facts: PriorityFacts): Priority {
  const grounds = [
    {
      points: facts.knownMatches > 0 ? 50 + Math.min(10, (facts.knownMatches - 1) * 5) : 0,
      reason: counted(facts.knownMatches, 'exhibit matches', 'exhibits match', 'known material'),
    },
    {
      points: facts.harms.some((harm) => GRAVE_HARMS.has(harm))
        ? 20
        : facts.harms.some(isChildSafety)
          ? 10
          : 0,
      reason: 'reported as a child-safety matter',
    },
    {
      points: Math.min(15, Math.max(0, facts.userReports - 1) * 5),
      reason: `${facts.userReports} user reports about the same group`,
    },
    { points: facts.vouchedFor ? 5 : 0, reason: 'the service vouches for the reported message' },
    {
      points: facts.unscanned > 0 ? 5 : 0,
      reason: counted(facts.unscanned, 'exhibit', 'exhibits', 'could not be scanned'),
    },
  ].filter((ground) => ground.points > 0);
  const value = Math.min(100, BASE + grounds.reduce((sum, ground) => sum + ground.points, 0));
  return { value, reasons: grounds.toSorted((a, b) => b.points - a.points).map((ground) => ground.reason) };
}

function isChildSafety(harm: string): boolean {
  return harm.startsWith('child_safety');
}

function counted(count: number, one: string, many: string, rest: string): string {
  return `${count} ${count === 1 ? one : many} ${rest}`;
}
