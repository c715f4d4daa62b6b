import { NativeSelect, Radio } from '@mantine/core';
import type { CaseDetail } from '@breakwater/server/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { keys } from '../../api/keys.ts';
import { exclude, type ExclusionTarget, peopleQuery } from '../../api/people.ts';
import { sessionQuery } from '../../api/session.ts';
import { useMay } from '../../parts/permissions.ts';
import { ReasonDialog } from '../../parts/reason-dialog.tsx';
import { accountName, groupName } from '../../parts/subject-names.ts';
import { mayKnow } from './who-may-know.ts';

/** Excludes oneself, or a lead somebody else, from what they have an interest in. */
export function ExcludeDialog({ found, onClose }: { found: CaseDetail; onClose: () => void }) {
  const me = useQuery(sessionQuery).data?.person;
  const mayExclude = useMay('people.exclude');
  const people = useQuery({ ...peopleQuery, enabled: mayExclude }).data;
  const [person, setPerson] = useState(me?.id ?? '');
  const [target, setTarget] = useState(`case ${found.id}`);
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const mutation = useMutation({
    mutationFn: (reason: string) => {
      const [kind, id = ''] = target.split(' ');
      return exclude(person, { kind: kind as ExclusionTarget['kind'], id }, reason);
    },
    onSuccess: async () => {
      onClose();
      if (person === me?.id) await navigate({ to: '/' });
      await queryClient.invalidateQueries({ queryKey: keys.exclusions });
      await queryClient.invalidateQueries({ queryKey: keys.cases });
    },
  });
  const own = person === me?.id;
  return (
    <ReasonDialog
      title="Conflict of interest"
      deed={own ? 'Exclude me' : 'Exclude them'}
      destructive
      pending={mutation.isPending}
      error={mutation.error}
      onSubmit={(reason) => mutation.mutate(reason)}
      onClose={onClose}
    >
      <p>
        To who is excluded, the cases in question do not exist any more. Only a lead lifts it, and nobody
        their own.
      </p>
      {mayExclude && people !== undefined && (
        <NativeSelect
          label="Who"
          value={person}
          onChange={(event) => setPerson(event.currentTarget.value)}
          data={people.items
            .filter((one) => mayKnow(one, people.roles))
            .map(({ id, displayName }) => ({
              value: id,
              label: id === me?.id ? `${displayName} (you)` : displayName,
            }))}
        />
      )}
      <Radio.Group label="From what" value={target} onChange={setTarget}>
        <div className="choices">
          <Radio value={`case ${found.id}`} label={`Case ${found.number}`} />
          <Radio
            value={`group ${found.group.id}`}
            label={`All cases of the group ${groupName(found.group)}`}
          />
          <Radio value={`service ${found.service.id}`} label={`All cases of ${found.service.name}`} />
          {found.accounts.slice(0, 20).map((account) => (
            <Radio
              key={account.id}
              value={`account ${account.id}`}
              label={`All cases with the account ${accountName(account)}`}
            />
          ))}
        </div>
      </Radio.Group>
    </ReasonDialog>
  );
}
