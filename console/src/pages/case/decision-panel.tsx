import type { CaseDetail } from '@breakwater/server/contract';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { policiesQuery } from '../../api/cases.ts';
import { Loaded } from '../../parts/loaded.tsx';
import { Notice } from '../../parts/notice.tsx';
import { Panel } from '../../parts/page.tsx';
import { useMay } from '../../parts/permissions.ts';
import { DecisionForm } from './decision-form.tsx';
import { DecisionOutcome } from './decision-outcome.tsx';

/** The ruling on the case: to be made while it is open, to be read afterwards. */
export function DecisionPanel({ found }: { found: CaseDetail }) {
  const policies = useQuery(policiesQuery);
  const mayDecide = useMay('cases.decide');
  return (
    <div id="decision">
      <Panel title="Decision">
        {found.decision ? (
          <DecisionOutcome found={found} decision={found.decision} />
        ) : found.waitingApprovals.some(({ kind }) => kind === 'accounts.ban-many') ? (
          <Notice tone="attention" title="Waiting for a second signature">
            <p>
              A decision on this case was made and waits for another person.{' '}
              <Link to="/approvals">See the approvals</Link>
            </p>
          </Notice>
        ) : found.status === 'closed' ? (
          <p>This case was closed without a decision.</p>
        ) : !mayDecide ? (
          <p className="quiet">Open. Your roles do not include deciding.</p>
        ) : (
          <Loaded query={policies} what="the policies">
            {({ items }) => <DecisionForm found={found} policies={items} />}
          </Loaded>
        )}
      </Panel>
    </div>
  );
}
