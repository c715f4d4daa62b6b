import { Button, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { keys } from '../../api/keys.ts';
import { makePasskey } from '../../api/passkeys.ts';
import { Problem } from '../../parts/notice.tsx';

/** Makes a passkey; recovery codes come with the first way in. */
export function NewPasskey({ onMade }: { onMade: (recoveryCodes: string[] | null) => void }) {
  const [name, setName] = useState('This device');
  const queryClient = useQueryClient();
  const making = useMutation({
    mutationFn: () => makePasskey(name.trim()),
    gcTime: 0,
    onSuccess: async ({ recoveryCodes }) => {
      onMade(recoveryCodes);
      await queryClient.invalidateQueries({ queryKey: keys.account });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    making.mutate();
  };
  return (
    <>
      <form onSubmit={submit} className="form-row">
        <TextInput
          label="Name of the passkey"
          required
          maxLength={100}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Button type="submit" loading={making.isPending}>
          Set up a passkey
        </Button>
      </form>
      {making.isError && <Problem error={making.error} title="The passkey was not set up" />}
    </>
  );
}
