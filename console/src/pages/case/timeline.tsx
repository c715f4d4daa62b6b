import type { TimelineEvent } from '@breakwater/server/contract';
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { timelineQuery } from '../../api/cases.ts';
import { keys } from '../../api/keys.ts';
import { itemsOf, Loaded, LoadMore } from '../../parts/loaded.tsx';
import { Moment } from '../../parts/moment.tsx';
import { Panel } from '../../parts/page.tsx';

/** What happened in the case; read again when the case has changed since `caseUpdatedAt`. */
export function Timeline({ caseId, caseUpdatedAt }: { caseId: string; caseUpdatedAt: string }) {
  const query = useInfiniteQuery(timelineQuery(caseId));
  const queryClient = useQueryClient();
  const shownFor = useRef(caseUpdatedAt);
  useEffect(() => {
    if (shownFor.current === caseUpdatedAt) return;
    shownFor.current = caseUpdatedAt;
    void queryClient.invalidateQueries({ queryKey: keys.timeline(caseId) });
  }, [caseId, caseUpdatedAt, queryClient]);
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
