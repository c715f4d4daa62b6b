import type { CaseDetail } from '@breakwater/server/contract';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { caseQuery } from '../../api/cases.ts';
import { ApiError } from '../../api/client.ts';
import { MissingPage } from '../../parts/fallback-pages.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { useShortcuts } from '../../parts/shortcuts.tsx';
import { CaseHeader } from './case-header.tsx';
import { CasePeople } from './case-people.tsx';
import { Custody } from './custody.tsx';
import { DecisionPanel } from './decision-panel.tsx';
import { Exhibits } from './exhibits.tsx';
import { Subjects } from './subjects.tsx';
import { Timeline } from './timeline.tsx';
import { UserReports } from './user-reports.tsx';

const route = getRouteApi('/desk/cases/$caseId');

/** One case: what is known on the one side, the decision on the other. */
export function CasePage() {
  const { caseId } = route.useParams();
  const query = useQuery(caseQuery(caseId));
  if (query.error instanceof ApiError && query.error.status === 404) return <MissingPage />;
  return (
    <div className="page page-wide">
      <Loaded query={query} what="the case">
        {(found) => <OpenCase key={found.id} found={found} />}
      </Loaded>
    </div>
  );
}

function OpenCase({ found }: { found: CaseDetail }) {
  const navigate = route.useNavigate();
  useShortcuts({
    d: (event) => {
      event.preventDefault();
      document.querySelector<HTMLElement>('#decision input:not(:disabled), #decision [tabindex]')?.focus();
    },
    Escape: () => {
      if (document.activeElement?.closest('#decision'))
        document.querySelector<HTMLElement>('#page-heading')?.focus();
    },
    u: () => void navigate({ to: '/' }),
  });
  return (
    <>
      <CaseHeader found={found} />
      <div className="case-columns">
        <div className="case-evidence">
          <Exhibits found={found} />
          <UserReports found={found} />
          <Subjects found={found} />
          <Custody found={found} />
          <Timeline caseId={found.id} caseUpdatedAt={found.updatedAt} />
        </div>
        <div className="case-decision">
          <CasePeople found={found} />
          <DecisionPanel found={found} />
        </div>
      </div>
    </>
  );
}
