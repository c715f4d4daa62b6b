/** Requests for a second signature in the shapes of the contract. */
import { createHash } from 'node:crypto';
import {
  APPROVAL_KINDS,
  approvalKind,
  maySign,
  stateAt,
  type ApprovalKind,
  type ApprovalPayloads,
  type ApprovalRow,
  type Person,
  type TwoPersonRule,
} from '../access/index.ts';
import { spanInWords, type DeskRules } from '../custody/index.ts';
import { findPolicy } from '../review/index.ts';
import type * as contract from './contract/index.ts';
import { iso } from './present.ts';

interface Fact {
  readonly name: string;
  readonly value: string;
}

type Names = ReadonlyMap<string, string>;

/** What is asked for, for the one who signs. Kinds that are not told of here show the plain values of their payload. */
const FACTS: {
  readonly [Kind in keyof ApprovalPayloads]?: (payload: ApprovalPayloads[Kind], names: Names) => Fact[];
} = {
  'accounts.ban-many': ({ ruling }) => [
    { name: 'Policy', value: findPolicy(ruling.policyId)?.title ?? ruling.policyId },
    { name: 'Accounts to ban', value: count(ruling.actions.filter(({ kind }) => kind === 'ban-account')) },
    { name: 'Other actions', value: count(ruling.actions.filter(({ kind }) => kind !== 'ban-account')) },
    { name: 'CyberTip', value: ruling.cyberTip === undefined ? 'no' : 'yes' },
  ],
  'exhibits.destroy': ({ caseNumber, exhibitId, sha256, ground, reference, preserveUntil }) => [
    { name: 'Case', value: caseNumber === null ? 'none' : String(caseNumber) },
    { name: 'Exhibit', value: exhibitId },
    { name: 'SHA-256 of the content', value: sha256 },
    {
      name: 'Ground',
      value: ground === 'term-ended' ? 'its term has ended' : 'an authority asked for it',
    },
    ...(reference === undefined ? [] : [{ name: 'Reference', value: reference }]),
    { name: 'To be kept until', value: preserveUntil ?? 'no end yet' },
  ],
  'originals.export': ({ caseNumber, exhibits, recipient, links }) => [
    { name: 'Case', value: String(caseNumber) },
    { name: 'Exhibits', value: count(exhibits) },
    { name: 'Sealed to', value: shortened(recipient) },
    { name: 'SHA-256 of that key', value: createHash('sha256').update(recipient).digest('hex') },
    { name: 'Links in texts', value: links },
  ],
  'retention.change': (change) =>
    'clockSaid' in change
      ? [{ name: 'The clock is right, which said', value: change.clockSaid }]
      : changesOf(change.before, change.after),
  'hash-lists.add-to-shared': ({ slug, entries }) => [
    { name: 'List', value: slug },
    { name: 'Entries', value: String(entries) },
  ],
  'hash-lists.share': ({ slug, shared }) => [
    { name: 'List', value: slug },
    { name: 'From now on', value: shared ? 'shared with others' : 'shared no more' },
  ],
  'people.give-role': ({ personId, before, after }, names) => [
    { name: 'Person', value: names.get(personId) ?? personId },
    { name: 'Roles now', value: before.join(', ') || 'none' },
    { name: 'Roles then', value: after.join(', ') || 'none' },
  ],
  'two-person.change': (change) =>
    'rule' in change
      ? [
          { name: 'About', value: approvalKind(change.rule.kind).title },
          { name: 'Second signature', value: change.rule.required ? 'needed' : 'not needed' },
          ...(change.rule.threshold === null
            ? []
            : [{ name: 'From how many on', value: String(change.rule.threshold + 1) }]),
        ]
      : [{ name: 'One person acting alone', value: change.loneSignature ? 'allowed' : 'not allowed' }],
};

export function presentApproval(
  row: ApprovalRow,
  viewer: Person,
  now: Date,
  names: Names,
): contract.Approval {
  const state = stateAt(row, now);
  return {
    id: row.id,
    kind: row.kind,
    title: Object.hasOwn(APPROVAL_KINDS, row.kind) ? approvalKind(row.kind).title : row.kind,
    state,
    reason: row.reason,
    facts: factsOf(row.kind, row.payload as Record<string, unknown>, names),
    caseId: row.case_id,
    requestedBy: { id: row.requested_by, displayName: row.requested_by_name },
    requestedAt: row.requested_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
    concludedBy:
      row.concluded_by === null ? null : { id: row.concluded_by, displayName: row.concluded_by_name ?? '' },
    concludedAt: iso(row.concluded_at),
    note: row.note,
    maySign: state === 'waiting' && maySign(viewer, row),
    mayWithdraw: state === 'waiting' && row.requested_by === viewer.id,
  };
}

export function presentTwoPersonRule(rule: TwoPersonRule): contract.TwoPersonRule {
  const { title, fixed } = approvalKind(rule.kind);
  return { ...rule, title, fixed: fixed === true };
}

function factsOf(kind: ApprovalKind, payload: Record<string, unknown>, names: Names): Fact[] {
  const own = (FACTS as Record<string, ((payload: never, names: Names) => Fact[]) | undefined>)[kind];
  if (own !== undefined) return own(payload as never, names);
  return Object.entries(payload)
    .filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value))
    .map(([name, value]) => ({ name, value: String(value) }));
}

function count(things: readonly unknown[]): string {
  return String(things.length);
}

/** A key for a quantum computer's age is two thousand letters long; what tells it apart is its hash. */
function shortened(recipient: string): string {
  return recipient.length <= 100 ? recipient : `${recipient.slice(0, 40)}…`;
}

const TERMS = {
  reported: 'Reported',
  decidedAgainst: 'Decided against',
  notDecidedAgainst: 'Not decided against',
  reportReference: 'Reference of a report',
} as const;

function changesOf(before: DeskRules, after: DeskRules): Fact[] {
  const named = ({ jurisdictions }: DeskRules) => jurisdictions.join(', ') || 'none';
  const lines: [string, string, string][] = [
    ['Jurisdictions', named(before), named(after)],
    ...(Object.keys(TERMS) as (keyof typeof TERMS)[]).map((term): [string, string, string] => [
      TERMS[term],
      spanInWords(before.terms[term]),
      spanInWords(after.terms[term]),
    ]),
  ];
  return lines
    .filter(([, from, to]) => from !== to)
    .map(([name, from, to]) => ({ name, value: `${from} → ${to}` }));
}
