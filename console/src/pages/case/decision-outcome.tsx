import { Button } from '@mantine/core';
import type { CaseDetail, Decision } from '@breakwater/server/contract';
import { Link } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { stillToCome } from '../../api/cases.ts';
import { Moment } from '../../parts/moment.tsx';
import { Notice } from '../../parts/notice.tsx';
import { Status } from '../../parts/status.tsx';
import {
  actionStatusWords,
  actionVerbs,
  countOf,
  environmentWords,
  reportStatusWords,
} from '../../parts/words.ts';
import { forgetDraft, heldRationale } from './decision-draft.ts';

/** What was ruled, and how far its actions and reports have come. */
export function DecisionOutcome({ found, decision }: { found: CaseDetail; decision: Decision }) {
  const outcome = useRef<HTMLDivElement>(null);
  const toCome = stillToCome(found);
  // Right after the decision the form is gone, and the focus with it.
  useEffect(() => {
    if (document.activeElement === document.body) outcome.current?.focus({ preventScroll: true });
  }, []);
  return (
    <div ref={outcome} tabIndex={-1} className="outcome">
      <Overtaken caseId={found.id} />
      <Notice tone="good" announce="status" title={decision.policyTitle}>
        <p>
          Decided by <bdi>{decision.decidedBy.displayName}</bdi> <Moment at={decision.decidedAt} />, having
          revealed{' '}
          {decision.revealedExhibits === 0 ? 'no exhibit' : countOf(decision.revealedExhibits, 'exhibit')}.
        </p>
      </Notice>
      <h3>Rationale</h3>
      <p className="message-text" dir="auto">
        {decision.rationale}
      </p>
      <h3>Actions</h3>
      <Actions actions={found.actions} toCome={toCome.actions} />
      <h3>Reports</h3>
      <Reports reports={found.reports} toCome={toCome.reports} />
      <p>
        <Link to="/">Back to the queue</Link>
      </p>
    </div>
  );
}

/** Said when someone else decided while a person here was still writing: their own decision was not taken. */
function Overtaken({ caseId }: { caseId: string }) {
  const [rationale, setRationale] = useState(heldRationale(caseId));
  if (rationale === '') return null;
  const discard = () => {
    forgetDraft(caseId);
    setRationale('');
  };
  return (
    <Notice tone="attention" announce="alert" title="The case was decided before you finished">
      <p>Your own decision was not taken. You had written:</p>
      <p className="message-text" dir="auto">
        {rationale}
      </p>
      <div className="buttons">
        <Button size="xs" variant="default" onClick={discard}>
          Discard what I wrote
        </Button>
      </div>
    </Notice>
  );
}

function Actions({ actions, toCome }: { actions: CaseDetail['actions']; toCome: number }) {
  if (actions.length === 0) {
    return (
      <p className="quiet">
        {toCome === 0 ? 'None was asked for.' : `${countOf(toCome, 'action')} on the way to the service…`}
      </p>
    );
  }
  return (
    <ul className="states" aria-label="Actions" aria-live="polite">
      {actions.map(({ id, kind, target, status }) => (
        <li key={id}>
          <span>
            {actionVerbs[kind]} <bdi>{target.label}</bdi>
          </span>
          <Status {...actionStatusWords[status]} />
          {status === 'dead' && (
            <Link to="/deliveries" search={{ status: 'dead' }}>
              See the delivery
            </Link>
          )}
        </li>
      ))}
    </ul>
  );
}

function Reports({ reports, toCome }: { reports: CaseDetail['reports']; toCome: number }) {
  if (reports.length === 0) {
    return (
      <p className="quiet">
        {toCome === 0 ? 'None was filed.' : `${countOf(toCome, 'CyberTip')} on the way…`}
      </p>
    );
  }
  return (
    <ul className="states" aria-label="Reports" aria-live="polite">
      {reports.map(({ id, externalId, status, environment, problem }) => (
        <li key={id}>
          <Link to="/reports/$reportId" params={{ reportId: id }}>
            CyberTip {externalId ?? 'without a number yet'}
          </Link>
          <Status {...reportStatusWords[status]} />
          <span className="quiet small">{environmentWords[environment].text}</span>
          {problem !== null && <span className="small">{problem}</span>}
        </li>
      ))}
    </ul>
  );
}
