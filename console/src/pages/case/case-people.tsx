import { Button } from '@mantine/core';
import type { CaseDetail } from '@breakwater/server/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { assignCase } from '../../api/cases.ts';
import { keys } from '../../api/keys.ts';
import { sessionQuery } from '../../api/session.ts';
import { Problem } from '../../parts/notice.tsx';
import { Panel } from '../../parts/page.tsx';
import { useMay } from '../../parts/permissions.ts';
import { AssignDialog } from './assign-dialog.tsx';
import { ExcludeDialog } from './exclude-dialog.tsx';
import { RestrictDialog } from './restrict-dialog.tsx';

type Dialog = 'assign' | 'restrict' | 'exclude';

/** Who works on the case, and who may know of it. */
export function CasePeople({ found }: { found: CaseDetail }) {
  const me = useQuery(sessionQuery).data?.person.id;
  const mayAssign = useMay('cases.assign');
  const mayRestrict = useMay('cases.restrict');
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const queryClient = useQueryClient();
  const taking = useMutation({
    mutationFn: (personId: string | null) => assignCase(found.id, personId),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: keys.cases }),
  });
  const { assignee, access } = found;
  const open = found.status === 'open';
  return (
    <Panel title="People">
      <dl className="fact-list">
        <dt>Assigned to</dt>
        <dd>
          {assignee === null ? <span className="quiet">Nobody</span> : <bdi>{assignee.displayName}</bdi>}
        </dd>
        <dt>Known to</dt>
        <dd>
          {access === null ? (
            'All whose roles let them'
          ) : (
            <bdi>{access.map(({ displayName }) => displayName).join(', ')}</bdi>
          )}
        </dd>
      </dl>
      {taking.isError && <Problem error={taking.error} />}
      <div className="buttons">
        {open && me !== undefined && assignee === null && (
          <Button size="xs" variant="default" loading={taking.isPending} onClick={() => taking.mutate(me)}>
            Take the case
          </Button>
        )}
        {open && me !== undefined && assignee?.id === me && (
          <Button size="xs" variant="default" loading={taking.isPending} onClick={() => taking.mutate(null)}>
            Give it back
          </Button>
        )}
        {open && mayAssign && (
          <Button size="xs" variant="default" onClick={() => setDialog('assign')}>
            Assign…
          </Button>
        )}
        {mayRestrict && (
          <Button size="xs" variant="default" onClick={() => setDialog('restrict')}>
            Restrict…
          </Button>
        )}
        <Button size="xs" variant="default" onClick={() => setDialog('exclude')}>
          Conflict of interest…
        </Button>
      </div>
      {dialog === 'assign' && <AssignDialog found={found} onClose={() => setDialog(null)} />}
      {dialog === 'restrict' && <RestrictDialog found={found} onClose={() => setDialog(null)} />}
      {dialog === 'exclude' && <ExcludeDialog found={found} onClose={() => setDialog(null)} />}
    </Panel>
  );
}
