import { Tabs } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { type QueueStatus, queueQuery } from '../api/cases.ts';
import { workspaceQuery } from '../api/workspace.ts';
import { itemsOf, Loaded, LoadMore } from '../parts/loaded.tsx';
import { Empty, PageHeading } from '../parts/page.tsx';
import { useMay } from '../parts/permissions.ts';
import { QueueBanners } from './queue-banners.tsx';
import { QueueTable } from './queue-table.tsx';

const route = getRouteApi('/desk/');

/** The cases, most pressing first. */
export function QueuePage() {
  const { status = 'open' } = route.useSearch();
  const navigate = route.useNavigate();
  const openCases = useQuery(workspaceQuery).data?.counts.openCases;
  if (!useMay('queue.read')) return <NoCases />;
  return (
    <div className="page">
      <PageHeading title="Queue" />
      <QueueBanners />
      <Tabs
        value={status}
        keepMounted={false}
        onChange={(chosen) =>
          void navigate({ search: chosen === 'closed' ? { status: 'closed' } : {}, replace: true })
        }
      >
        <Tabs.List aria-label="Cases by status">
          <Tabs.Tab value="open">Open{typeof openCases === 'number' ? ` (${openCases})` : ''}</Tabs.Tab>
          <Tabs.Tab value="closed">Closed</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="open">
          <Cases status="open" />
        </Tabs.Panel>
        <Tabs.Panel value="closed">
          <Cases status="closed" />
        </Tabs.Panel>
      </Tabs>
    </div>
  );
}

function Cases({ status }: { status: QueueStatus }) {
  const query = useInfiniteQuery(queueQuery(status));
  return (
    <Loaded query={query} what="the queue">
      {(data) => {
        const cases = itemsOf(data);
        if (cases.length === 0)
          return status === 'open' ? <NothingOpen /> : <Empty title="No case is closed yet." />;
        return (
          <>
            <QueueTable cases={cases} status={status} />
            <LoadMore query={query} label="Load more cases" />
          </>
        );
      }}
    </Loaded>
  );
}

/** For those whose duties lie elsewhere. */
function NoCases() {
  return (
    <div className="page">
      <PageHeading title="Welcome" />
      <QueueBanners />
      <Empty title="Your roles do not include cases.">
        <p>What you may do is in the navigation above.</p>
      </Empty>
    </div>
  );
}

function NothingOpen() {
  const counts = useQuery(workspaceQuery).data;
  const connected = counts?.services.some(({ demo }) => !demo) ?? false;
  return (
    <Empty title="No case is open.">
      {connected ? (
        <p>
          New cases appear here by themselves, within seconds of a user report. Now is a good time for a
          break.
        </p>
      ) : (
        <p>
          Cases come from a messaging service.{' '}
          <Link to="/settings">Add your service and make a key for it</Link>, then let it send user reports as{' '}
          <a href="/docs">the API page</a> describes.
        </p>
      )}
    </Empty>
  );
}
