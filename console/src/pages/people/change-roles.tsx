import { Checkbox } from '@mantine/core';
import type { DeskPerson, RoleDescription } from '@breakwater/server/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { isApproval } from '../../api/approvals.ts';
import { keys } from '../../api/keys.ts';
import { changeRoles } from '../../api/people.ts';
import { ReasonDialog } from '../../parts/reason-dialog.tsx';

type ChangeProps = {
  person: DeskPerson;
  roles: RoleDescription[];
  /** Told whether the change waits for a second person. */
  onDone: (waiting: boolean) => void;
};

export function ChangeRoles({ person, roles, onDone }: ChangeProps) {
  const [chosen, setChosen] = useState<string[]>(person.roles);
  const queryClient = useQueryClient();
  const mutation = useMutation({
    mutationFn: (reason: string) => changeRoles(person.id, chosen, reason),
    onSuccess: async (answer) => {
      await queryClient.invalidateQueries({ queryKey: keys.people });
      await queryClient.invalidateQueries({ queryKey: keys.approvals });
      await queryClient.invalidateQueries({ queryKey: keys.session });
      onDone(isApproval(answer));
    },
  });
  return (
    <ReasonDialog
      title={`Roles of ${person.displayName}`}
      deed="Change the roles"
      pending={mutation.isPending}
      error={mutation.error}
      onSubmit={(reason) => mutation.mutate(reason)}
      onClose={() => onDone(false)}
    >
      <Checkbox.Group label="Roles" value={chosen} onChange={setChosen}>
        <div className="choices">
          {roles.map(({ id, title, duty, givenByTwo }) => (
            <Checkbox
              key={id}
              value={id}
              label={title}
              description={givenByTwo ? `${duty} Given by two people.` : duty}
            />
          ))}
        </div>
      </Checkbox.Group>
    </ReasonDialog>
  );
}
