import { Button, Checkbox, TextInput } from '@mantine/core';
import type { RoleDescription } from '@breakwater/server/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { invite } from '../../api/account.ts';
import { keys } from '../../api/keys.ts';
import { Notice, Problem } from '../../parts/notice.tsx';
import { Panel } from '../../parts/page.tsx';
import { OneTimeSecret } from '../settings/one-time-secret.tsx';

/** Inviting somebody, for whoever may. */
export function Invitations({ roles }: { roles: RoleDescription[] }) {
  return (
    <Panel
      title="Invite a person"
      note="They set up a passkey, or a password with an authenticator app, with a link that works once, within three days."
    >
      <Invitation roles={roles} />
    </Panel>
  );
}

function Invitation({ roles }: { roles: RoleDescription[] }) {
  const [name, setName] = useState('');
  const [chosen, setChosen] = useState<string[]>([]);
  const queryClient = useQueryClient();
  const inviting = useMutation({
    mutationFn: () => invite({ displayName: name.trim(), roles: chosen }),
    gcTime: 0,
    onSuccess: async () => {
      setName('');
      setChosen([]);
      await queryClient.invalidateQueries({ queryKey: keys.people });
      await queryClient.invalidateQueries({ queryKey: keys.approvals });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    inviting.mutate();
  };
  return (
    <>
      {inviting.isSuccess && inviting.data.rolesWaiting.length > 0 && (
        <Notice tone="calm" announce="status">
          <p>A second person has to agree before they have all of these roles.</p>
        </Notice>
      )}
      {inviting.isSuccess && (
        <OneTimeSecret what="Invitation" secret={inviting.data.link} onDone={() => inviting.reset()} />
      )}
      <form onSubmit={submit} className="form-grid">
        <TextInput
          label="Name of the person"
          required
          maxLength={200}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Checkbox.Group label="Roles" required value={chosen} onChange={setChosen}>
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
        <div>
          <Button type="submit" variant="default" loading={inviting.isPending}>
            Make the invitation
          </Button>
        </div>
      </form>
      {inviting.isError && <Problem error={inviting.error} title="Nobody was invited" />}
    </>
  );
}
