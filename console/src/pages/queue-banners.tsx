import { Button } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { removeDemo, workspaceQuery } from '../api/workspace.ts';
import { Confirm } from '../parts/confirm.tsx';
import { Notice, Problem } from '../parts/notice.tsx';
import { countOf } from '../parts/words.ts';

/** What a person should know before starting on the queue. */
export function QueueBanners() {
  const query = useQuery(workspaceQuery);
  if (query.isError) return <Problem error={query.error} title="Could not read the state of the desk" />;
  if (!query.data) return null;
  const { demoPresent, warnings, counts } = query.data;
  return (
    <div className="banners">
      {warnings.map((warning) => (
        <Notice key={warning} tone="attention" title="Take note">
          <p>{warning}</p>
        </Notice>
      ))}
      {counts.deadDeliveries !== null && counts.deadDeliveries > 0 && (
        <Notice tone="danger">
          <p>
            {countOf(counts.deadDeliveries, 'delivery', 'deliveries')} to a service failed for good.{' '}
            <Link to="/deliveries" search={{ status: 'dead' }}>
              See dead deliveries
            </Link>
          </p>
        </Notice>
      )}
      {counts.reportsInTrouble !== null && counts.reportsInTrouble > 0 && (
        <Notice tone="danger">
          <p>
            {countOf(counts.reportsInTrouble, 'report')} to an authority{' '}
            {counts.reportsInTrouble === 1 ? 'needs' : 'need'} attention.{' '}
            <Link to="/reports">See reports</Link>
          </p>
        </Notice>
      )}
      {demoPresent && <DemoBanner />}
    </div>
  );
}

function DemoBanner() {
  const [asking, setAsking] = useState(false);
  const queryClient = useQueryClient();
  const removal = useMutation({
    mutationFn: removeDemo,
    onSuccess: async () => {
      setAsking(false);
      await queryClient.invalidateQueries();
    },
  });
  return (
    <Notice tone="calm">
      <div className="notice-with-button">
        <p>
          This desk holds a demo: made-up cases with harmless, generated pictures. Try everything on them;
          nothing leaves this machine.
        </p>
        <Button variant="default" size="xs" onClick={() => setAsking(true)}>
          Remove the demo
        </Button>
      </div>
      <Confirm
        opened={asking}
        title="Remove the demo?"
        deed="Remove all demo data"
        destructive
        pending={removal.isPending}
        error={removal.error}
        onConfirm={() => removal.mutate()}
        onClose={() => setAsking(false)}
      >
        <p>
          The demo's service, cases and hash list are removed, along with every decision made on them. Your
          own data stays as it is.
        </p>
      </Confirm>
    </Notice>
  );
}
