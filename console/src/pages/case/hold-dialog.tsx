import { NativeSelect, TextInput } from '@mantine/core';
import type { CaseCustody } from '@breakwater/server/contract';
import { useState } from 'react';
import { placeHold } from '../../api/custody.ts';
import { WhyDialog } from '../../parts/why-dialog.tsx';
import { useCustodyChange } from './use-custody-change.ts';

type HoldProps = {
  caseId: string;
  grounds: CaseCustody['grounds'];
  on: { on: 'case' | 'exhibit'; id: string; name: string } | null;
  onClose: () => void;
};

export function HoldDialog({ caseId, grounds, on, onClose }: HoldProps) {
  const [ground, setGround] = useState('');
  const [reference, setReference] = useState('');
  const close = () => {
    mutation.reset();
    setReference('');
    onClose();
  };
  const mutation = useCustodyChange(caseId, placeHold, close);
  const chosen = grounds.find(({ id }) => id === ground) ?? grounds[0];
  return (
    <WhyDialog
      opened={on !== null}
      title={`Hold ${on?.name ?? ''}`}
      deed="Place the hold"
      hint="Who asked for it, and what for"
      pending={mutation.isPending}
      error={mutation.error}
      onClose={close}
      onSubmit={(why) => {
        if (on === null || chosen === undefined) return;
        mutation.mutate({
          on: { kind: on.on, id: on.id },
          ground: chosen.id,
          why,
          ...(reference.trim() !== '' && { reference: reference.trim() }),
        });
      }}
    >
      <p>
        Until somebody releases it, nobody can destroy what it covers
        {on?.on === 'case' && ', nor what joins the case later'}. It is recorded under your name.
      </p>
      <NativeSelect
        label="Ground"
        value={chosen?.id ?? ''}
        onChange={(event) => setGround(event.currentTarget.value)}
        data={grounds.map(({ id, title }) => ({ value: id, label: title }))}
        description={chosen?.citation ?? ''}
      />
      <TextInput
        label="Reference"
        description="The number under which they go by it, if there is one"
        maxLength={200}
        value={reference}
        onChange={(event) => setReference(event.currentTarget.value)}
      />
    </WhyDialog>
  );
}
