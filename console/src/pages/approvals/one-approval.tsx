import { Button } from '@mantine/core';
import type { Approval } from '@breakwater/server/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useId, useState } from 'react';
import { concludeApproval } from '../../api/approvals.ts';
import { Moment } from '../../parts/moment.tsx';
import { Problem } from '../../parts/notice.tsx';
import { ReasonDialog } from '../../parts/reason-dialog.tsx';
import { Status } from '../../parts/status.tsx';
import type { Phrase } from '../../parts/words.ts';

const stateWords: Record<Approval['state'], Phrase> = {
  waiting: { text: 'Waiting', tone: 'calm' },
  approved: { text: 'Approved', tone: 'good' },
  refused: { text: 'Refused', tone: 'danger' },
  withdrawn: { text: 'Withdrawn', tone: 'plain' },
  expired: { text: 'Expired', tone: 'plain' },
  waived: { text: 'Done by one person alone', tone: 'attention' },
};

/** One request: what is asked for, by whom and why, and what can be done with it. */
export function OneApproval({ approval }: { approval: Approval }) {
  const id = useId();
  const { title, state, facts, reason, caseId, requestedBy, requestedAt, expiresAt } = approval;
  return (
    <li className="panel" aria-labelledby={id}>
      <h2 id={id}>
        {title} <Status {...stateWords[state]} />
      </h2>
      <dl className="fact-list">
        {facts.map(({ name, value }) => (
          <Fact key={name} name={name} value={value} />
        ))}
        <Fact name="Reason" value={reason} />
        {caseId !== null && (
          <>
            <dt>Case</dt>
            <dd>
              <Link to="/cases/$caseId" params={{ caseId }}>
                Open the case
              </Link>
            </dd>
          </>
        )}
        <dt>Asked</dt>
        <dd>
          by <bdi>{requestedBy.displayName}</bdi> <Moment at={requestedAt} />
          {state === 'waiting' && (
            <>
              ; expires <Moment at={expiresAt} />
            </>
          )}
        </dd>
        <Conclusion approval={approval} />
      </dl>
      {(approval.maySign || approval.mayWithdraw) && <Deeds approval={approval} />}
    </li>
  );
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <>
      <dt>{name}</dt>
      <dd dir="auto">{value}</dd>
    </>
  );
}

function Conclusion({ approval: { state, concludedBy, concludedAt, note } }: { approval: Approval }) {
  if (concludedAt === null) return null;
  return (
    <>
      <dt>{stateWords[state].text}</dt>
      <dd>
        {concludedBy !== null && (
          <>
            by <bdi>{concludedBy.displayName}</bdi>{' '}
          </>
        )}
        <Moment at={concludedAt} />
        {note !== null && (
          <>
            : <span dir="auto">{note}</span>
          </>
        )}
      </dd>
    </>
  );
}

function Deeds({ approval }: { approval: Approval }) {
  const { id, title, maySign, mayWithdraw, requestedBy } = approval;
  const [asked, setAsked] = useState<'approve' | 'refuse' | null>(null);
  const queryClient = useQueryClient();
  const mutation = useMutation({
    mutationFn: ({ verb, note }: { verb: 'approve' | 'refuse' | 'withdraw'; note: string }) =>
      concludeApproval(id, verb, note),
    onSuccess: async () => {
      setAsked(null);
      // What was signed may have changed anything.
      await queryClient.invalidateQueries();
    },
  });
  const close = () => {
    mutation.reset();
    setAsked(null);
  };
  return (
    <div className="buttons">
      {maySign && (
        <>
          <Button size="xs" onClick={() => setAsked('approve')} aria-label={`Approve: ${title}`}>
            Approve…
          </Button>
          <Button
            size="xs"
            variant="default"
            onClick={() => setAsked('refuse')}
            aria-label={`Refuse: ${title}`}
          >
            Refuse…
          </Button>
        </>
      )}
      {mayWithdraw && (
        <Button
          size="xs"
          variant="default"
          loading={mutation.isPending}
          onClick={() => mutation.mutate({ verb: 'withdraw', note: '' })}
          aria-label={`Withdraw: ${title}`}
        >
          Withdraw
        </Button>
      )}
      {asked === null && mutation.isError && <Problem error={mutation.error} />}
      {asked !== null && (
        <ReasonDialog
          title={asked === 'approve' ? `Sign: ${title}?` : `Refuse: ${title}?`}
          deed={asked === 'approve' ? 'Sign, and have it done' : 'Refuse'}
          {...(asked === 'refuse' && { destructive: true as const })}
          optional
          label="Note"
          pending={mutation.isPending}
          error={mutation.error}
          onSubmit={(note) => mutation.mutate({ verb: asked, note })}
          onClose={close}
        >
          <p>
            <bdi>{requestedBy.displayName}</bdi> asked for it.{' '}
            {asked === 'approve'
              ? 'With your signature it is done at once, under both your names.'
              : 'Nothing is done, and they see that you refused.'}
          </p>
        </ReasonDialog>
      )}
    </div>
  );
}
