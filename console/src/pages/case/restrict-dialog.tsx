import { Checkbox, Switch } from '@mantine/core';
import type { CaseDetail } from '@breakwater/server/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { restrictCase } from '../../api/cases.ts';
import { keys } from '../../api/keys.ts';
import { peopleQuery } from '../../api/people.ts';
import { sessionQuery } from '../../api/session.ts';
import { Confirm } from '../../parts/confirm.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { mayKnow } from './who-may-know.ts';

/** Names the people who alone may know of a case. */
export function RestrictDialog({ found, onClose }: { found: CaseDetail; onClose: () => void }) {
  const people = useQuery(peopleQuery);
  const me = useQuery(sessionQuery).data?.person.id;
  const [restricted, setRestricted] = useState(found.access !== null);
  const [named, setNamed] = useState<string[]>(
    found.access?.map(({ id }) => id) ?? (me === undefined ? [] : [me]),
  );
  const queryClient = useQueryClient();
  const mutation = useMutation({
    mutationFn: () => restrictCase(found.id, restricted ? named : null),
    onSuccess: async () => {
      onClose();
      await queryClient.invalidateQueries({ queryKey: keys.cases });
    },
  });
  return (
    <Confirm
      opened
      title="Who may know of this case"
      deed={restricted ? 'Restrict the case' : 'Open it to all'}
      pending={mutation.isPending}
      error={mutation.error}
      onConfirm={() => mutation.mutate()}
      onClose={onClose}
    >
      <Switch
        label="Only the people named here"
        description="To everybody else the case and all that is of it does not exist."
        checked={restricted}
        onChange={(event) => setRestricted(event.currentTarget.checked)}
      />
      {restricted && (
        <Loaded query={people} what="the people">
          {({ items, roles }) => (
            <Checkbox.Group label="People" value={named} onChange={setNamed}>
              <div className="choices">
                {items
                  .filter((person) => mayKnow(person, roles))
                  .map(({ id, displayName }) => (
                    <Checkbox key={id} value={id} label={displayName} />
                  ))}
              </div>
            </Checkbox.Group>
          )}
        </Loaded>
      )}
    </Confirm>
  );
}
