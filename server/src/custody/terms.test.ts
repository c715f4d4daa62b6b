import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_RULES } from './desk-rules.ts';
import { BUILT_IN_PROFILES, mergeProfiles, retentionProfileFile } from './retention-profiles.ts';
import { termOfContent, termOfReference, type CaseFacts } from './terms.ts';

const FILED = new Date('2026-02-01T12:00:00Z');
const CLOSED = new Date('2026-01-20T12:00:00Z');
const closed: CaseFacts = {
  status: 'closed',
  closedAt: CLOSED,
  violation: true,
  reportPending: false,
  filed: [],
};
const reported: CaseFacts = { ...closed, filed: [{ authority: 'ncmec-cybertipline', at: FILED }] };
const british = { ...DEFAULT_RULES, jurisdictions: ['uk'] };

describe('the term of what is in a case', () => {
  it.each([
    ['an open case', { ...closed, status: 'open' as const, closedAt: null }, null, 'case-open'],
    ['a report that is to be filed', { ...reported, reportPending: true }, null, 'report-pending'],
    ['a report to the CyberTipline', reported, '2027-02-01T12:00:00.000Z', 'us'],
    [
      'a report elsewhere, where no law that applies states a term',
      { ...closed, filed: [{ authority: 'elsewhere', at: FILED }] },
      '2027-02-01T12:00:00.000Z',
      'desk:reported',
    ],
    ['a decision against it', closed, '2027-01-20T12:00:00.000Z', 'desk:decided-against'],
    [
      'no decision against it',
      { ...closed, violation: false },
      '2026-02-19T12:00:00.000Z',
      'desk:not-decided-against',
    ],
  ])('after %s', (_what, facts, until, rule) => {
    const term = termOfContent(facts, DEFAULT_RULES, BUILT_IN_PROFILES);
    expect(term.preserveUntil?.toISOString() ?? null).toBe(until);
    expect(term.because[0]?.rule).toBe(rule);
  });

  it('is the longest of those that apply, and names them all', () => {
    const longer = retentionProfileFile.parse([
      {
        id: 'zz',
        title: 'Elsewhere',
        version: '1',
        applies: 'desk-in-jurisdiction',
        duties: [
          {
            artefact: 'content',
            from: 'report-filed',
            authority: 'any',
            lasts: { years: 2 },
            citation: 'Article 1',
            source: 'placeholder',
            reading: 'primary',
          },
        ],
      },
    ]);
    const rules = { ...DEFAULT_RULES, jurisdictions: ['uk', 'ca', 'zz'] };
    const term = termOfContent(reported, rules, mergeProfiles(longer));
    expect(term.preserveUntil?.toISOString()).toBe('2028-02-01T12:00:00.000Z');
    expect(term.because.map(({ rule }) => rule)).toEqual(['zz', 'us', 'uk', 'ca']);
  });

  it('of a reference is five years in the United Kingdom, and the desk’s own where no law states one', () => {
    const [report] = reported.filed;
    if (report === undefined) throw new Error('there is a report');
    expect(termOfReference(report, british, BUILT_IN_PROFILES)).toMatchObject({
      preserveUntil: new Date('2031-02-01T12:00:00Z'),
      because: [{ rule: 'uk' }],
    });
    expect(termOfReference(report, DEFAULT_RULES, BUILT_IN_PROFILES).because[0]?.rule).toBe(
      'desk:report-reference',
    );
  });

  it('never gets shorter by another report or another jurisdiction', () => {
    const reports = fc.array(
      fc.record({
        authority: fc.constantFrom('ncmec-cybertipline', 'police', 'elsewhere'),
        at: fc.date({ min: FILED, max: new Date('2030-01-01T00:00:00Z'), noInvalidDate: true }),
      }),
      { maxLength: 4 },
    );
    const subsets = fc.subarray(['uk', 'ca', 'eu']);
    fc.assert(
      fc.property(reports, reports, subsets, (filed, more, jurisdictions) => {
        const until = (facts: CaseFacts, named: string[]) =>
          termOfContent(facts, { ...DEFAULT_RULES, jurisdictions: named }, BUILT_IN_PROFILES);
        const some = until({ ...closed, filed }, ['uk']);
        const all = until({ ...closed, filed: [...filed, ...more] }, ['uk', ...jurisdictions]);
        if (filed.length === 0) return;
        expect(all.preserveUntil?.getTime()).toBeGreaterThanOrEqual(some.preserveUntil?.getTime() ?? 0);
      }),
    );
  });
});

describe('a retention profile', () => {
  it.each([
    ['a term of no length', { lasts: { years: 0 } }],
    ['a term in two units', { lasts: { years: 1, days: 1 } }],
    ['no citation', { citation: '' }],
    ['an unknown artefact', { artefact: 'everything' }],
    ['a field that nobody reads', { note: 'x' }],
  ])('is refused with %s', (_what, change) => {
    const [profile] = BUILT_IN_PROFILES;
    const duties = [{ ...profile?.duties[0], ...change }];
    expect(retentionProfileFile.safeParse([{ ...profile, duties }]).success).toBe(false);
  });

  it('of an operator takes the place of a built-in one', () => {
    const [us] = BUILT_IN_PROFILES;
    if (us === undefined) throw new Error('there is one');
    const merged = mergeProfiles([{ ...us, version: 'own' }]);
    expect(merged).toHaveLength(BUILT_IN_PROFILES.length);
    expect(merged.find(({ id }) => id === 'us')?.version).toBe('own');
  });
});
