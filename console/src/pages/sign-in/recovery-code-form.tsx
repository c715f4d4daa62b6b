import { Button, TextInput } from '@mantine/core';
import type { SessionAnswer } from '@breakwater/server/contract';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { signInWithRecoveryCode } from '../../api/account.ts';
import { Problem } from '../../parts/notice.tsx';

export function RecoveryCodeForm({ onSession }: { onSession: (session: SessionAnswer) => void }) {
  const [code, setCode] = useState('');
  const entering = useMutation({
    mutationFn: () => signInWithRecoveryCode(code),
    gcTime: 0,
    onSuccess: onSession,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    entering.mutate();
  };
  return (
    <form onSubmit={submit} className="form-grid">
      <TextInput
        label="Recovery code"
        description="One of those that you stored when you set up your way in. It works once."
        required
        autoComplete="off"
        autoCapitalize="characters"
        spellCheck={false}
        maxLength={100}
        value={code}
        onChange={(event) => setCode(event.currentTarget.value)}
      />
      {entering.isError && <Problem error={entering.error} />}
      <div>
        <Button type="submit" variant="default" loading={entering.isPending}>
          Sign in with this code
        </Button>
      </div>
    </form>
  );
}
