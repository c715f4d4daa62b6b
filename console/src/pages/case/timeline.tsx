import type { TimelineEvent } from '@breakwater/server/contract';
import { useInfiniteQuery } from '@tanstack/react-query';
import { timelineQuery } from '../../api/cases.ts';
import { itemsOf, Loaded, LoadMore } from '../../parts/loaded.tsx';
import { Moment } from '../../parts/moment.tsx';
import { Panel } from '../../parts/page.tsx';

export function Timeline({ caseId }: { caseId: string }) {
  const query = useInfiniteQuery(timelineQuery(caseId));
  return (
    <Panel title="Timeline" note="Newest first, as recorded in the ledger.">
      <Loaded query={query} what="the timeline">
        {(data) => (
          <>
            <ol className="timeline">
              {itemsOf(data).map((event) => (
                <Event key={event.id} event={event} />
              ))}
            </ol>
            <LoadMore query={query} label="Load older events" />
          </>
        )}
      </Loaded>
    </Panel>
  );
}

function Event({ event: { at, actor, summary, type } }: { event: TimelineEvent }) {
  return (
    <li>
      <span>{summary}</span>
      <span className="quiet small">
        <Moment at={at} /> · {actor.kind === 'system' ? 'Breakwater' : <bdi>{actor.name}</bdi>} ·{' '}
        <code>{type}</code>
      </span>
    </li>
  );
}
