/** What a person has chosen so far; kept while one looks at other pages, gone when the tab closes. */
import type {
  ActionInput,
  ActionKind,
  CyberTipInput,
  DecisionInput,
  Policy,
} from '@breakwater/server/contract';
import { useEffect, useState } from 'react';

type Classification = NonNullable<CyberTipInput['exhibits'][number]['industryClassification']>;

export type TipDraft = {
  incidentType: string;
  reportedAccountId: string;
  /** Exhibits to send, each with its classification or '' for none. */
  exhibits: ReadonlyMap<string, Classification | ''>;
  urgentReason: string;
  additionalInfo: string;
};

export type Draft = {
  policyId: string | null;
  rationale: string;
  actions: readonly ActionInput[];
  /** null: no CyberTip is filed. */
  tip: TipDraft | null;
};

const empty: Draft = { policyId: null, rationale: '', actions: [], tip: null };
const drafts = new Map<string, Draft>();

export function useDraft(caseId: string): [Draft, (change: Partial<Draft>) => void] {
  const [draft, setDraft] = useState(drafts.get(caseId) ?? empty);
  useEffect(() => {
    drafts.set(caseId, draft);
    if (draft.rationale.trim() === '') return undefined;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', warn);
    return () => window.removeEventListener('beforeunload', warn);
  }, [caseId, draft]);
  return [draft, (change) => setDraft((before) => ({ ...before, ...change }))];
}

/** The rationale of a decision that was begun here and never taken; '' when there is none. */
export function heldRationale(caseId: string): string {
  return drafts.get(caseId)?.rationale.trim() ?? '';
}

export function forgetDraft(caseId: string): void {
  drafts.delete(caseId);
}

export function emptyTip(policy: Policy): TipDraft {
  return {
    incidentType: policy.defaultIncidentType ?? '',
    reportedAccountId: '',
    exhibits: new Map(),
    urgentReason: '',
    additionalInfo: '',
  };
}

/** Of two actions that exclude each other on one target, choosing one drops the other. */
const rivals: Partial<Record<ActionKind, ActionKind>> = {
  'remove-group': 'restrict-group',
  'restrict-group': 'remove-group',
  'suspend-account': 'ban-account',
  'ban-account': 'suspend-account',
};

export function isChosen(actions: readonly ActionInput[], wanted: ActionInput): boolean {
  return actions.some((action) => action.kind === wanted.kind && action.target.id === wanted.target.id);
}

export function toggled(actions: readonly ActionInput[], wanted: ActionInput): ActionInput[] {
  const others = actions.filter(({ kind, target }) => {
    if (target.id !== wanted.target.id) return true;
    return kind !== wanted.kind && kind !== rivals[wanted.kind];
  });
  return isChosen(actions, wanted) ? others : [...others, wanted];
}

/** The decision that the draft amounts to under the policy; what the policy does not permit is left out. */
export function decisionOf(draft: Draft, policy: Policy): DecisionInput {
  const decision: DecisionInput = {
    policyId: policy.id,
    rationale: draft.rationale.trim(),
    actions: draft.actions.filter(({ kind }) => policy.actions.includes(kind)),
  };
  if (policy.reportable && draft.tip) decision.cyberTip = tipOf(draft.tip);
  return decision;
}

function tipOf(draft: TipDraft): CyberTipInput {
  const tip: CyberTipInput = {
    incidentType: draft.incidentType,
    exhibits: [...draft.exhibits].map(([exhibitId, classification]) =>
      classification === '' ? { exhibitId } : { exhibitId, industryClassification: classification },
    ),
  };
  if (draft.reportedAccountId !== '') tip.reportedAccountId = draft.reportedAccountId;
  if (draft.urgentReason.trim() !== '') tip.escalate = draft.urgentReason.trim();
  if (draft.additionalInfo.trim() !== '') tip.additionalInfo = draft.additionalInfo.trim();
  return tip;
}
