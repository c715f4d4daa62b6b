import { Radio } from '@mantine/core';
import type { CaseDetail } from '@breakwater/server/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { assignCase } from '../../api/cases.ts';
import { keys } from '../../api/keys.ts';
import { peopleQuery } from '../../api/people.ts';
import { Confirm } from '../../parts/confirm.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { mayKnow } from './who-may-know.ts';

const nobody = 'nobody';

export function AssignDialog({ found, onClose }: { found: CaseDetail; onClose: () => void }) {
  const people = useQuery(peopleQuery);
  const [chosen, setChosen] = useState(found.assignee?.id ?? nobody);
  const queryClient = useQueryClient();
  const mutation = useMutation({
    mutationFn: () => assignCase(found.id, chosen === nobody ? null : chosen),
    onSuccess: async () => {
      onClose();
      await queryClient.invalidateQueries({ queryKey: keys.cases });
    },
  });
  return (
    <Confirm
      opened
      title="Assign the case"
      deed="Assign"
      pending={mutation.isPending}
      error={mutation.error}
      onConfirm={() => mutation.mutate()}
      onClose={onClose}
    >
      <Loaded query={people} what="the people">
        {({ items, roles }) => (
          <Radio.Group label="Who works on it" value={chosen} onChange={setChosen}>
            <div className="choices">
              <Radio value={nobody} label="Nobody" />
              {items
                .filter((person) => mayKnow(person, roles))
                .map(({ id, displayName }) => (
                  <Radio key={id} value={id} label={displayName} />
                ))}
            </div>
          </Radio.Group>
        )}
      </Loaded>
    </Confirm>
  );
}
