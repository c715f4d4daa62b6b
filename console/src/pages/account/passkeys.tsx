import { Button } from '@mantine/core';
import type { Account, WaysToSignIn } from '@breakwater/server/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { keys } from '../../api/keys.ts';
import { removePasskey } from '../../api/passkeys.ts';
import { Confirm } from '../../parts/confirm.tsx';
import { Moment } from '../../parts/moment.tsx';
import { DataTable, Panel } from '../../parts/page.tsx';
import { PasskeyAddress } from '../../parts/passkey-address.tsx';
import { NewPasskey } from './new-passkey.tsx';

type Passkey = Account['passkeys'][number];
type PasskeysProps = {
  account: Account;
  ways: WaysToSignIn;
  onMade: (recoveryCodes: string[] | null) => void;
};

export function Passkeys({ account, ways, onMade }: PasskeysProps) {
  const [removing, setRemoving] = useState<Passkey | null>(null);
  return (
    <Panel
      title="Passkeys"
      note="The safest way in: your device or security key proves who you are, and no imitation of this site can ask for it."
    >
      {account.passkeys.length === 0 ? (
        <p>You have none yet.</p>
      ) : (
        <PasskeyTable passkeys={account.passkeys} onRemove={setRemoving} />
      )}
      <PasskeyAddress ways={ways}>
        <NewPasskey onMade={onMade} />
      </PasskeyAddress>
      {removing && <Removal passkey={removing} onClose={() => setRemoving(null)} />}
    </Panel>
  );
}

function PasskeyTable({ passkeys, onRemove }: { passkeys: Passkey[]; onRemove: (passkey: Passkey) => void }) {
  return (
    <DataTable caption="Your passkeys">
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col">Works at</th>
          <th scope="col">Kept</th>
          <th scope="col">Set up</th>
          <th scope="col">Last used</th>
          <th scope="col">
            <span className="visually-hidden">Remove</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {passkeys.map((passkey) => (
          <tr key={passkey.id}>
            <th scope="row">
              <bdi>{passkey.name}</bdi>
            </th>
            <td className="nowrap">
              <code>{passkey.relyingParty}</code>
            </td>
            <td className="nowrap">{passkey.synced ? 'On several devices' : 'On one device'}</td>
            <td className="nowrap">
              <Moment at={passkey.createdAt} />
            </td>
            <td className="nowrap">
              {passkey.lastUsedAt === null ? (
                <span className="quiet">Never</span>
              ) : (
                <Moment at={passkey.lastUsedAt} />
              )}
            </td>
            <td className="nowrap">
              <Button
                size="xs"
                variant="default"
                aria-label={`Remove the passkey ${passkey.name}`}
                onClick={() => onRemove(passkey)}
              >
                Remove…
              </Button>
            </td>
          </tr>
        ))}
      </tbody>
    </DataTable>
  );
}

function Removal({ passkey, onClose }: { passkey: Passkey; onClose: () => void }) {
  const queryClient = useQueryClient();
  const removal = useMutation({
    mutationFn: () => removePasskey(passkey.id),
    onSuccess: async () => {
      onClose();
      await queryClient.invalidateQueries({ queryKey: keys.account });
      await queryClient.invalidateQueries({ queryKey: keys.session });
    },
  });
  return (
    <Confirm
      opened
      title={`Remove the passkey “${passkey.name}”?`}
      deed="Remove the passkey"
      destructive
      pending={removal.isPending}
      error={removal.error}
      onConfirm={() => removal.mutate()}
      onClose={onClose}
    >
      <p>You cannot sign in with it any more. Your device may go on offering it; remove it there as well.</p>
    </Confirm>
  );
}
