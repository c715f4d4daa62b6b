import { endOfSpan, spanInWords, type Span } from './calendar.ts';
import type { RetentionProfile } from './retention-profiles.ts';
import type { DeskRules } from './desk-rules.ts';

/** What is known of a case that terms run from. */
export interface CaseFacts {
  readonly status: 'open' | 'closed';
  readonly closedAt: Date | null;
  /** Whether the decision found a violation. */
  readonly violation: boolean;
  /** Whether a report was ordered that is not filed yet. */
  readonly reportPending: boolean;
  readonly filed: readonly { readonly authority: string; readonly at: Date }[];
}

export interface Reason {
  /** Such as `us`, or `desk:decided-against`, or `case-open`. */
  readonly rule: string;
  /** For a person: the article, or what it waits for. */
  readonly text: string;
  readonly from: string | null;
  readonly until: string | null;
}

/** Until when something must be kept. null: there is no end yet, and the reason says what it waits for. */
export interface Term {
  readonly preserveUntil: Date | null;
  /** What applies, that which lasts longest first. */
  readonly because: readonly Reason[];
}

/**
 * The term of a case's exhibits: the longest that applies. Where no report was filed, or no law states a term, it is the
 * desk's own.
 */
export function termOfContent(
  facts: CaseFacts,
  rules: DeskRules,
  profiles: readonly RetentionProfile[],
): Term {
  if (facts.status === 'open' || facts.closedAt === null)
    return endless('case-open', 'The case is open; terms run from its end.');
  if (facts.reportPending)
    return endless('report-pending', 'A report was ordered and is not filed yet; terms run from its filing.');
  const lawful = facts.filed.flatMap((report) => lawfulReasons('content', report, rules, profiles));
  if (lawful.length > 0) return longest(lawful);
  const [earliest] = facts.filed;
  if (earliest !== undefined) {
    const latest = facts.filed.reduce((one, other) => (other.at > one.at ? other : one), earliest);
    return longest([deskReason('reported', latest.at, rules.terms.reported)]);
  }
  return facts.violation
    ? longest([deskReason('decided-against', facts.closedAt, rules.terms.decidedAgainst)])
    : longest([deskReason('not-decided-against', facts.closedAt, rules.terms.notDecidedAgainst)]);
}

/** The term of the reference of a filed report: that it was made, when, and its number. */
export function termOfReference(
  report: CaseFacts['filed'][number],
  rules: DeskRules,
  profiles: readonly RetentionProfile[],
): Term {
  const lawful = lawfulReasons('reference', report, rules, profiles);
  return longest(
    lawful.length > 0 ? lawful : [deskReason('report-reference', report.at, rules.terms.reportReference)],
  );
}

function lawfulReasons(
  artefact: 'content' | 'reference',
  report: CaseFacts['filed'][number],
  rules: DeskRules,
  profiles: readonly RetentionProfile[],
): Reason[] {
  return profiles
    .filter(({ id, applies }) => applies === 'whoever-files' || rules.jurisdictions.includes(id))
    .flatMap(({ id, duties }) =>
      duties
        .filter((duty) => duty.artefact === artefact)
        .filter(({ authority }) => authority === 'any' || authority === report.authority)
        .flatMap(({ lasts, citation }) => (lasts === null ? [] : [reason(id, citation, report.at, lasts)])),
    );
}

function deskReason(name: string, from: Date, lasts: Span): Reason {
  return reason(`desk:${name}`, `The desk's own term: ${spanInWords(lasts)}.`, from, lasts);
}

function reason(rule: string, text: string, from: Date, lasts: Span): Reason {
  return { rule, text, from: from.toISOString(), until: endOfSpan(from, lasts).toISOString() };
}

function longest(reasons: readonly Reason[]): Term {
  const because = reasons.toSorted((a, b) => Date.parse(b.until ?? '') - Date.parse(a.until ?? ''));
  return { preserveUntil: new Date(because[0]?.until ?? Number.NaN), because };
}

function endless(rule: string, text: string): Term {
  return { preserveUntil: null, because: [{ rule, text, from: null, until: null }] };
}
