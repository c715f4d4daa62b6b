import type {
  ActionInput,
  CaseDetail,
  CyberTipInput,
  DecisionInput,
  Policy,
} from '@breakwater/server/contract';
import type { ReactNode } from 'react';
import { accountName, exhibitName, groupName } from '../../parts/subject-names.ts';
import { type actionVerbs, countOf, environmentWords } from '../../parts/words.ts';

type EffectsProps = {
  found: CaseDetail;
  policy: Policy;
  decision: DecisionInput;
  environment: keyof typeof environmentWords | undefined;
};

/** What a decision will do, one sentence for each effect. */
export function DecisionEffects({ found, policy, decision, environment }: EffectsProps) {
  return (
    <ul className="effects">
      <li>
        Case {found.number} is closed under “{policy.title}”, with your name and your rationale.
      </li>
      {decision.actions.length === 0 && <li>No action is asked of the service.</li>}
      {decision.actions.map((action) => (
        <li key={action.kind + action.target.id}>
          <bdi>{found.service.name}</bdi> is asked to {deeds[action.kind]} {target(found, action)}.
        </li>
      ))}
      {decision.cyberTip && <TipEffects found={found} tip={decision.cyberTip} environment={environment} />}
      {policy.reportable && !decision.cyberTip && <li>No CyberTip is filed.</li>}
    </ul>
  );
}

const deeds: Record<keyof typeof actionVerbs, string> = {
  'remove-group': 'remove the group',
  'restrict-group': 'restrict the group',
  'suspend-account': 'suspend the account',
  'ban-account': 'ban the account',
  'quarantine-media': 'quarantine',
};

function target(found: CaseDetail, { target: { kind, id } }: ActionInput): ReactNode {
  if (kind === 'exhibit') return exhibitName(found, id);
  if (kind === 'group') return <bdi>{groupName(found.group)}</bdi>;
  const account = found.accounts.find((one) => one.id === id);
  return <bdi>{account ? accountName(account) : id}</bdi>;
}

type TipEffectsProps = { found: CaseDetail; tip: CyberTipInput; environment: EffectsProps['environment'] };

function TipEffects({ found, tip, environment }: TipEffectsProps) {
  const account = found.accounts.find(({ id }) => id === tip.reportedAccountId);
  const unseen = tip.exhibits.filter(({ exhibitId }) =>
    found.exhibitList.some(({ id, reveals }) => id === exhibitId && reveals.length === 0),
  );
  return (
    <>
      <li>
        A CyberTip is filed in your name: {tip.incidentType}
        {account && (
          <>
            , about <bdi>{accountName(account)}</bdi>
          </>
        )}
        , with {tip.exhibits.length === 0 ? 'no exhibit' : countOf(tip.exhibits.length, 'exhibit')}
        {tip.escalate !== undefined && ', marked urgent'}.
        {environment && <strong> {environmentWords[environment].text}.</strong>}
      </li>
      {unseen.length > 0 && (
        <li>
          {unseen.length} of these exhibits {unseen.length === 1 ? 'was' : 'were'} viewed by nobody; the
          report will say so.
        </li>
      )}
    </>
  );
}
