import type { CaseSummary } from '@breakwater/server/contract';
import { Link } from '@tanstack/react-router';
import { useLayoutEffect, useRef } from 'react';
import type { QueueStatus } from '../api/cases.ts';
import { Moment } from '../parts/moment.tsx';
import { DataTable } from '../parts/page.tsx';
import { Priority } from '../parts/priority.tsx';
import { useShortcuts } from '../parts/shortcuts.tsx';

/** Cases as rows; each row is one link, and j/k or the arrow keys go from one to the next. */
export function QueueTable({ cases, status }: { cases: CaseSummary[]; status: QueueStatus }) {
  const body = useRef<HTMLTableSectionElement>(null);
  const lastFocused = useRef<{ id: string; place: number } | null>(null);

  // A refresh may move or remove the focused row, which drops its focus: give it back, or to the row in its place.
  useLayoutEffect(() => {
    if (lastFocused.current === null || document.activeElement !== document.body) return;
    const { id, place } = lastFocused.current;
    const links = [...(body.current?.querySelectorAll<HTMLElement>('a[data-case]') ?? [])];
    const link = links.find(({ dataset }) => dataset['case'] === id) ?? links[place] ?? links.at(-1);
    link?.focus({ preventScroll: true });
  }, [cases]);

  const step = (distance: 1 | -1) => (event: KeyboardEvent) => {
    const links = [...(body.current?.querySelectorAll<HTMLAnchorElement>('a[data-case]') ?? [])];
    const at = links.findIndex((link) => link === document.activeElement);
    // The arrows keep their usual meaning (tabs, scrolling) until a row has the focus.
    if (event.key.startsWith('Arrow') && at === -1) return;
    event.preventDefault();
    const next = at === -1 ? 0 : Math.min(Math.max(at + distance, 0), links.length - 1);
    links[next]?.focus();
  };
  useShortcuts({ j: step(1), k: step(-1), ArrowDown: step(1), ArrowUp: step(-1) });

  return (
    <DataTable caption={status === 'open' ? 'Open cases, most pressing first' : 'Closed cases'}>
      <thead>
        <tr>
          <th scope="col" className="number">
            Case
          </th>
          <th scope="col" className="column-group">
            Group
          </th>
          <th scope="col" className="column-priority">
            Priority
          </th>
          <th scope="col" className="number">
            Known matches
          </th>
          <th scope="col" className="number">
            Unscanned
          </th>
          <th scope="col" className="number">
            User reports
          </th>
          <th scope="col">Assigned to</th>
          <th scope="col">{status === 'open' ? 'Opened' : 'Closed'}</th>
        </tr>
      </thead>
      <tbody ref={body} onBlur={() => (lastFocused.current = null)}>
        {cases.map((one, place) => (
          <tr key={one.id} className="row-link" onFocus={() => (lastFocused.current = { id: one.id, place })}>
            <td className="number quiet">{one.number}</td>
            <td>
              <CaseLink of={one} />
            </td>
            <td>
              <Priority priority={one.priority} reasons={one.priorityReasons} />
            </td>
            <Amount count={one.knownMatches} className="amount-match" />
            <Amount count={one.unscanned} className="amount-unscanned" />
            <Amount count={one.userReports} />
            <td>
              {one.assignee === null ? (
                <span className="quiet">Nobody</span>
              ) : (
                <bdi>{one.assignee.displayName}</bdi>
              )}
            </td>
            <td className="nowrap">
              <Moment at={one.closedAt ?? one.openedAt} />
            </td>
          </tr>
        ))}
      </tbody>
    </DataTable>
  );
}

function CaseLink({ of: { id, number, group, service, demo, restricted } }: { of: CaseSummary }) {
  const name = group.name ?? `Group ${group.externalId}`;
  return (
    <>
      <Link to="/cases/$caseId" params={{ caseId: id }} data-case={id} className="row-link-target">
        <span className="visually-hidden">Case {number}: </span>
        <bdi>{name}</bdi>
      </Link>
      <div className="quiet small">
        <bdi>{service.name}</bdi>
        {demo && ' · demo'}
        {restricted && ' · restricted'}
      </div>
    </>
  );
}

function Amount({ count, className = '' }: { count: number; className?: string }) {
  return <td className={`number ${count > 0 ? className : 'quiet'}`}>{count}</td>;
}
