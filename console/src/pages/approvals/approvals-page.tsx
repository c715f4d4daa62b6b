import { Tabs } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { approvalsQuery, type ApprovalView } from '../../api/approvals.ts';
import { workspaceQuery } from '../../api/workspace.ts';
import { itemsOf, Loaded, LoadMore } from '../../parts/loaded.tsx';
import { Empty, PageHeading } from '../../parts/page.tsx';
import { OneApproval } from './one-approval.tsx';
import { Rules } from './rules.tsx';

const route = getRouteApi('/desk/approvals');
const views: readonly ApprovalView[] = ['to-sign', 'own', 'history'];
const titles: Record<ApprovalView, string> = {
  'to-sign': 'Waiting for me',
  own: 'Asked by me',
  history: 'History',
};
const nothing: Record<ApprovalView, string> = {
  'to-sign': 'Nothing waits for your signature.',
  own: 'You are waiting for nobody.',
  history: 'Nothing was asked for yet.',
};

/** What needs two people: what waits, what was, and what the rule is. */
export function ApprovalsPage() {
  const { view = 'to-sign' } = route.useSearch();
  const navigate = route.useNavigate();
  const waiting = useQuery(workspaceQuery).data?.counts.approvalsToSign ?? 0;
  return (
    <div className="page">
      <PageHeading title="Approvals" />
      <p className="lead">
        What weighs most is done by two people: one asks, another signs. Nobody signs what they asked for
        themselves.
      </p>
      <Tabs
        value={view}
        keepMounted={false}
        onChange={(chosen) =>
          void navigate({
            search: chosen === 'own' || chosen === 'history' ? { view: chosen } : {},
            replace: true,
          })
        }
      >
        <Tabs.List aria-label="Approvals by state">
          {views.map((one) => (
            <Tabs.Tab key={one} value={one}>
              {titles[one]}
              {one === 'to-sign' && waiting > 0 && ` (${waiting})`}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {views.map((one) => (
          <Tabs.Panel key={one} value={one}>
            <Approvals view={one} />
          </Tabs.Panel>
        ))}
      </Tabs>
      <Rules />
    </div>
  );
}

function Approvals({ view }: { view: ApprovalView }) {
  const query = useInfiniteQuery(approvalsQuery(view));
  return (
    <Loaded query={query} what="the approvals">
      {(data) => {
        const items = itemsOf(data);
        if (items.length === 0) return <Empty title={nothing[view]} />;
        return (
          <>
            <ul className="approvals">
              {items.map((item) => (
                <OneApproval key={item.id} approval={item} />
              ))}
            </ul>
            <LoadMore query={query} label="Load more" />
          </>
        );
      }}
    </Loaded>
  );
}
