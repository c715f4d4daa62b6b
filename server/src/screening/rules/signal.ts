/** What kinds of signal rules can speak of, and which of them say how far the finding is from what was looked for. */
export const SIGNAL_KINDS = {
  'media-match': { distance: true },
  'surface-match': { distance: true },
  'term-hit': { distance: false },
  'user-report': { distance: false },
  'classifier-score': { distance: false },
} as const;
export type SignalKind = keyof typeof SIGNAL_KINDS;

/** A signal as rules see it. */
export interface RuleSignal {
  readonly id: string;
  readonly kind: SignalKind;
  /** As its list or classifier says; 0 or more. */
  readonly weight: number;
  readonly category: string | null;
  readonly at: Date;
  /** What it comes from: the list, classifier or service. */
  readonly source: string;
  /** In bits; null for kinds that have none. */
  readonly distance: number | null;
}

export const KINDS = Object.keys(SIGNAL_KINDS) as [SignalKind, ...SignalKind[]];

/** Oldest first, equal times by id: so that the order in which signals came in changes nothing. */
export function inOrder(signals: readonly RuleSignal[]): RuleSignal[] {
  return signals.toSorted(
    (a, b) => a.at.getTime() - b.at.getTime() || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0),
  );
}
