import { Button, Checkbox, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { invite } from '../../api/account.ts';
import { sessionQuery } from '../../api/session.ts';
import { Problem } from '../../parts/notice.tsx';
import { Panel } from '../../parts/page.tsx';
import { OneTimeSecret } from './one-time-secret.tsx';

const roles = [
  { role: 'reviewer', label: 'Reviewer: looks and decides' },
  { role: 'administrator', label: 'Administrator: runs the desk' },
];

/** Inviting somebody, for whoever may. */
export function Invitations() {
  const allowed = useQuery(sessionQuery).data?.permissions.includes('people.change');
  if (allowed !== true) return null;
  return (
    <Panel
      title="Invite a person"
      note="They set up a passkey, or a password with an authenticator app, with a link that works once, within three days."
    >
      <Invitation />
    </Panel>
  );
}

function Invitation() {
  const [name, setName] = useState('');
  const [chosen, setChosen] = useState<string[]>([]);
  const inviting = useMutation({
    mutationFn: () => invite({ displayName: name.trim(), roles: chosen }),
    gcTime: 0,
    onSuccess: () => {
      setName('');
      setChosen([]);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    inviting.mutate();
  };
  return (
    <>
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
          <div className="choices-inline">
            {roles.map(({ role, label }) => (
              <Checkbox key={role} value={role} label={label} />
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
