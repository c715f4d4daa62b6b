import type { CaseDetail } from '@breakwater/server/contract';
import { useQuery } from '@tanstack/react-query';
import { policiesQuery } from '../../api/cases.ts';
import { Loaded } from '../../parts/loaded.tsx';
import { Panel } from '../../parts/page.tsx';
import { DecisionForm } from './decision-form.tsx';
import { DecisionOutcome } from './decision-outcome.tsx';

/** The ruling on the case: to be made while it is open, to be read afterwards. */
export function DecisionPanel({ found }: { found: CaseDetail }) {
  const policies = useQuery(policiesQuery);
  return (
    <div id="decision">
      <Panel title="Decision">
        {found.decision ? (
          <DecisionOutcome found={found} decision={found.decision} />
        ) : found.status === 'closed' ? (
          <p>This case was closed without a decision.</p>
        ) : (
          <Loaded query={policies} what="the policies">
            {({ items }) => <DecisionForm found={found} policies={items} />}
          </Loaded>
        )}
      </Panel>
    </div>
  );
}
