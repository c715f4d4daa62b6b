import { Button } from '@mantine/core';
import type { Account } from '@breakwater/server/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { removePassword } from '../../api/account.ts';
import { keys } from '../../api/keys.ts';
import { Confirm } from '../../parts/confirm.tsx';
import { Moment } from '../../parts/moment.tsx';
import { Panel } from '../../parts/page.tsx';
import { PasswordSetUp } from './password-set-up.tsx';

type PasswordProps = { account: Account; onMade: (recoveryCodes: string[] | null) => void };

export function Password({ account: { password }, onMade }: PasswordProps) {
  const [removing, setRemoving] = useState(false);
  return (
    <Panel
      title="Password and authenticator app"
      note="For where a passkey cannot be used. Both are asked for, together."
    >
      {password === null ? (
        <p>You have none.</p>
      ) : (
        <div className="webhook">
          <p>
            You sign in as <bdi>{password.name}</bdi>; set <Moment at={password.changedAt} />.
          </p>
          <Button size="xs" variant="default" onClick={() => setRemoving(true)}>
            Remove the password…
          </Button>
        </div>
      )}
      <PasswordSetUp key={password?.changedAt ?? 'none'} onMade={onMade} />
      {removing && <Removal onClose={() => setRemoving(false)} />}
    </Panel>
  );
}

function Removal({ onClose }: { onClose: () => void }) {
  const queryClient = useQueryClient();
  const removal = useMutation({
    mutationFn: removePassword,
    onSuccess: async () => {
      onClose();
      await queryClient.invalidateQueries({ queryKey: keys.account });
      await queryClient.invalidateQueries({ queryKey: keys.session });
    },
  });
  return (
    <Confirm
      opened
      title="Remove the password?"
      deed="Remove the password"
      destructive
      pending={removal.isPending}
      error={removal.error}
      onConfirm={() => removal.mutate()}
      onClose={onClose}
    >
      <p>From then on you sign in with a passkey.</p>
    </Confirm>
  );
}
