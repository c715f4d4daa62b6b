import type { CaseDetail } from '@breakwater/server/contract';
import { Link } from '@tanstack/react-router';
import { Moment } from '../../parts/moment.tsx';
import { PageHeading } from '../../parts/page.tsx';
import { Status } from '../../parts/status.tsx';
import { groupName } from '../../parts/subject-names.ts';
import { countOf, priorityWord } from '../../parts/words.ts';

export function CaseHeader({ found }: { found: CaseDetail }) {
  const { text, tone } = priorityWord(found.priority);
  return (
    <div className="case-header">
      <nav aria-label="Breadcrumb" className="small">
        <Link to="/" search={found.status === 'closed' ? { status: 'closed' } : {}}>
          Queue
        </Link>
      </nav>
      <PageHeading title={`Case ${found.number}`}>
        Case {found.number}: <bdi>{groupName(found.group)}</bdi>
      </PageHeading>
      <p className="facts">
        <Status
          text={found.status === 'open' ? 'Open' : 'Closed'}
          tone={found.status === 'open' ? 'calm' : 'plain'}
        />
        <Status text={`${text} priority, ${found.priority} of 100`} tone={tone} />
        <span>
          <bdi>{found.service.name}</bdi>
        </span>
        <span>
          Opened <Moment at={found.openedAt} />
        </span>
        <span>
          Updated <Moment at={found.updatedAt} />
        </span>
        <span>{countOf(found.userReports, 'user report')}</span>
        {found.restricted && <Status text="Restricted" tone="attention" />}
        {found.demo && <span>Demo</span>}
      </p>
      {found.priorityReasons.length > 0 && (
        <ul className="reasons" aria-label="Reasons for the priority">
          {found.priorityReasons.map((reason) => (
            <li key={reason}>{reason}</li>
          ))}
        </ul>
      )}
    </div>
  );
}
