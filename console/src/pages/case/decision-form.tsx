import { Button, Radio, Textarea } from '@mantine/core';
import type { CaseDetail, Policy } from '@breakwater/server/contract';
import { type FormEvent, useRef, useState } from 'react';
import { useMay } from '../../parts/permissions.ts';
import { ActionChoices } from './action-choices.tsx';
import { CyberTipFields } from './cyber-tip-fields.tsx';
import { DecisionConfirm } from './decision-confirm.tsx';
import { decisionOf, type Draft, useDraft } from './decision-draft.ts';

type Missing = { policy?: string; rationale?: string; incidentType?: string };

/** Policy, rationale, actions and, where the policy allows it, a CyberTip. Nothing is ticked beforehand. */
export function DecisionForm({ found, policies }: { found: CaseDetail; policies: Policy[] }) {
  const [draft, change] = useDraft(found.id);
  const [attempted, setAttempted] = useState(false);
  const [confirming, setConfirming] = useState(false);
  const mayFile = useMay('reports.file');
  const form = useRef<HTMLFormElement>(null);
  const policy = policies.find(({ id }) => id === draft.policyId);
  const lacking = missingIn(draft, policy);
  const missing: Missing = attempted ? lacking : {};

  const submit = (event: FormEvent) => {
    event.preventDefault();
    setAttempted(true);
    if (Object.keys(lacking).length === 0) setConfirming(true);
    else requestAnimationFrame(() => focusFirstMissing(form.current, lacking));
  };

  return (
    <form ref={form} onSubmit={submit} noValidate className="decision-form">
      <Radio.Group
        label="Policy"
        required
        value={draft.policyId}
        onChange={(policyId) => change({ policyId, tip: null })}
        error={missing.policy}
      >
        <div className="choices">
          {policies.map(({ id, title, explanation }) => (
            <Radio key={id} value={id} name="policy" label={title} description={explanation} size="sm" />
          ))}
        </div>
      </Radio.Group>
      {policy && (
        <ActionChoices
          found={found}
          policy={policy}
          actions={draft.actions}
          onChange={(actions) => change({ actions })}
        />
      )}
      <Textarea
        label="Rationale"
        description="What you saw and why it falls under the policy. It stays with the case."
        required
        rows={4}
        maxLength={4000}
        dir="auto"
        value={draft.rationale}
        onChange={(event) => change({ rationale: event.currentTarget.value })}
        error={missing.rationale}
      />
      {policy?.reportable && mayFile && (
        <CyberTipFields
          found={found}
          policy={policy}
          tip={draft.tip}
          onChange={(tip) => change({ tip })}
          missingType={missing.incidentType}
        />
      )}
      <Button type="submit" fullWidth>
        Review the decision…
      </Button>
      {policy && (
        <DecisionConfirm
          opened={confirming}
          found={found}
          policy={policy}
          decision={decisionOf(draft, policy)}
          onClose={() => setConfirming(false)}
        />
      )}
    </form>
  );
}

function missingIn(draft: Draft, policy: Policy | undefined): Missing {
  const missing: Missing = {};
  if (!policy) missing.policy = 'Choose the policy that you rule under.';
  if (draft.rationale.trim() === '') missing.rationale = 'Write down why.';
  if (policy?.reportable && draft.tip?.incidentType === '')
    missing.incidentType = 'Choose the type of incident.';
  return missing;
}

function focusFirstMissing(form: HTMLFormElement | null, missing: Missing): void {
  const field = missing.policy ? 'input[type="radio"]' : '[aria-invalid="true"]';
  form?.querySelector<HTMLElement>(field)?.focus();
}
