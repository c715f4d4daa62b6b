export const ACTION_KINDS = [
  'remove-group',
  'restrict-group',
  'suspend-account',
  'ban-account',
  'quarantine-media',
] as const;
export type ActionKind = (typeof ACTION_KINDS)[number];

/** What a person may rule, and what may follow from it. */
export interface Policy {
  readonly id: string;
  readonly title: string;
  /** When to rule under it, for the person who decides. */
  readonly explanation: string;
  readonly violation: boolean;
  readonly actions: readonly ActionKind[];
  /** Published CyberTipline incident types that fit; none where there is nothing to report. The first is offered. */
  readonly incidentTypes: readonly string[];
}

const ALL_ACTIONS: readonly ActionKind[] = ACTION_KINDS;

export const POLICIES: readonly Policy[] = [
  {
    id: 'child-safety.csam',
    title: 'Child sexual abuse material',
    explanation:
      'The group trades or shows such material: an exhibit matches a trusted hash list, or you have seen it yourself.',
    violation: true,
    actions: ALL_ACTIONS,
    incidentTypes: [
      'Child Pornography (possession, manufacture, and distribution)',
      'Child Sex Trafficking',
      'Child Sexual Molestation',
    ],
  },
  {
    id: 'child-safety.grooming',
    title: 'Grooming or enticement of a child',
    explanation: 'Somebody approaches a child for abuse. The messages show it; there need not be a picture.',
    violation: true,
    actions: ['restrict-group', 'remove-group', 'suspend-account', 'ban-account'],
    incidentTypes: [
      'Online Enticement of Children for Sexual Acts',
      'Child Sex Trafficking',
      'Unsolicited Obscene Material Sent to a Child',
    ],
  },
  {
    id: 'other-violation',
    title: 'Against the rules, but not a child-safety matter',
    explanation: 'Something else that the service forbids. Only reversible actions can follow from here.',
    violation: true,
    actions: ['restrict-group', 'suspend-account', 'quarantine-media'],
    incidentTypes: [],
  },
  {
    id: 'no-violation',
    title: 'No violation',
    explanation:
      'Nothing was found, or a name or a report alone is all there is. The case is closed and nothing follows.',
    violation: false,
    actions: [],
    incidentTypes: [],
  },
];

export function findPolicy(id: string): Policy | undefined {
  return POLICIES.find((policy) => policy.id === id);
}
