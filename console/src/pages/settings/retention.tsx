import { Button, Checkbox } from '@mantine/core';
import type { Retention as RetentionAnswer } from '@breakwater/server/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { isApproval } from '../../api/approvals.ts';
import { confirmClock, retentionQuery, setRetention } from '../../api/custody.ts';
import { keys } from '../../api/keys.ts';
import { sessionQuery } from '../../api/session.ts';
import { Loaded } from '../../parts/loaded.tsx';
import { Notice } from '../../parts/notice.tsx';
import { DataTable, Panel } from '../../parts/page.tsx';
import { SecondSignature, Waits } from '../../parts/second-signature.tsx';
import { WhyDialog } from '../../parts/why-dialog.tsx';
import { areTerms, DeskTerms } from './desk-terms.tsx';

/** How long things are kept: the laws that the desk is under, and its own terms. */
export function Retention() {
  const query = useQuery(retentionQuery);
  const mayChange = useQuery(sessionQuery).data?.permissions.includes('retention.change') ?? false;
  return (
    <Panel
      title="Retention"
      note="The longest term that applies counts. When it has ended, a person may order the destruction, which another signs; until then nobody can."
    >
      <Loaded query={query} what="the rules of retention">
        {(retention) => (
          <>
            {retention.clockProblem !== null && <ClockDoubt mayConfirm={mayChange} />}
            <Rules key={retention.setAt} retention={retention} mayChange={mayChange} />
          </>
        )}
      </Loaded>
    </Panel>
  );
}

function ClockDoubt({ mayConfirm }: { mayConfirm: boolean }) {
  const [asking, setAsking] = useState(false);
  const queryClient = useQueryClient();
  const mutation = useMutation({
    mutationFn: confirmClock,
    onSuccess: async () => {
      setAsking(false);
      await queryClient.invalidateQueries({ queryKey: keys.retention });
      await queryClient.invalidateQueries({ queryKey: keys.approvals });
      await queryClient.invalidateQueries({ queryKey: keys.workspace });
    },
  });
  return (
    <Notice tone="danger" title="The clock of this machine is doubted">
      <p>It moved in a way that cannot be right, or the program was off for long. Nothing is destroyed.</p>
      {mayConfirm && (
        <div>
          <Button variant="default" onClick={() => setAsking(true)}>
            Confirm the time…
          </Button>
        </div>
      )}
      <WhyDialog
        opened={asking}
        title="Confirm the time"
        deed="The time is right"
        hint="How you made sure of it"
        pending={mutation.isPending}
        error={mutation.error}
        onClose={() => setAsking(false)}
        onSubmit={(why) => mutation.mutate(why)}
      >
        <SecondSignature />
      </WhyDialog>
      {mutation.data !== undefined && <Waits what="Your confirmation" />}
    </Notice>
  );
}

function Rules({ retention, mayChange }: { retention: RetentionAnswer; mayChange: boolean }) {
  const { rules, profiles } = retention;
  const [jurisdictions, setJurisdictions] = useState(rules.jurisdictions);
  const [terms, setTerms] = useState(rules.terms);
  const [asking, setAsking] = useState(false);
  const queryClient = useQueryClient();
  const mutation = useMutation({
    mutationFn: (why: string) => setRetention({ jurisdictions, terms }, why),
    onSuccess: async () => {
      setAsking(false);
      await queryClient.invalidateQueries({ queryKey: keys.retention });
      await queryClient.invalidateQueries({ queryKey: keys.approvals });
    },
  });
  const toggle = (id: string) =>
    setJurisdictions((now) => (now.includes(id) ? now.filter((one) => one !== id) : [...now, id]));
  const isChanged =
    jurisdictions.toSorted().join() !== rules.jurisdictions.toSorted().join() ||
    JSON.stringify(terms) !== JSON.stringify(rules.terms);
  return (
    <>
      <DataTable caption="Terms of preservation by law">
        <thead>
          <tr>
            <th scope="col">Jurisdiction</th>
            <th scope="col">What</th>
            <th scope="col">How long</th>
            <th scope="col">Article</th>
          </tr>
        </thead>
        <tbody>
          {profiles.flatMap((profile) =>
            (profile.duties.length === 0 ? [null] : profile.duties).map((duty, index) => (
              <tr key={`${profile.id} ${duty?.artefact ?? 'none'}`}>
                <th scope="row">
                  {index === 0 && profile.applies === 'desk-in-jurisdiction' ? (
                    <Checkbox
                      label={profile.title}
                      checked={jurisdictions.includes(profile.id)}
                      disabled={!mayChange}
                      onChange={() => toggle(profile.id)}
                    />
                  ) : (
                    <span className={index === 0 ? '' : 'quiet'}>
                      {profile.title}
                      {index === 0 && ' (every desk that files there)'}
                    </span>
                  )}
                </th>
                <td>{duty === null ? '' : duty.artefact === 'content' ? 'Content' : 'Reference'}</td>
                <td>{duty?.lasts ?? 'states none'}</td>
                <td className="small">
                  {duty?.citation ?? profile.note}
                  {duty !== null && duty.reading !== 'primary' && (
                    <span className="quiet"> (from a secondary source)</span>
                  )}
                </td>
              </tr>
            )),
          )}
        </tbody>
      </DataTable>
      <DeskTerms terms={terms} mayChange={mayChange} onChange={setTerms} />
      {mayChange && (
        <Button variant="default" disabled={!isChanged || !areTerms(terms)} onClick={() => setAsking(true)}>
          Change the rules…
        </Button>
      )}
      {mutation.data !== undefined && isApproval(mutation.data) && <Waits what="The change" />}
      <WhyDialog
        opened={asking}
        title="Change the rules of retention"
        deed="Change them"
        hint="Why these laws and terms"
        pending={mutation.isPending}
        error={mutation.error}
        onClose={() => setAsking(false)}
        onSubmit={(why) => mutation.mutate(why)}
      >
        <SecondSignature />
        <p>Every term is computed anew. It is recorded under your name.</p>
      </WhyDialog>
    </>
  );
}
