import { Button, PasswordInput, TextInput } from '@mantine/core';
import type { SessionAnswer } from '@breakwater/server/contract';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { signInWithPassword } from '../../api/account.ts';
import { CodeInput } from '../../parts/code-input.tsx';
import { Problem } from '../../parts/notice.tsx';

/** Name, password and code go out together, so that nobody learns which of them was right. */
export function PasswordForm({ onSession }: { onSession: (session: SessionAnswer) => void }) {
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const entering = useMutation({
    mutationFn: () => signInWithPassword({ name, password, code }),
    gcTime: 0,
    onSuccess: onSession,
    onError: () => setCode(''),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    entering.mutate();
  };
  return (
    <form onSubmit={submit} className="form-grid">
      <TextInput
        label="Sign-in name"
        required
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        maxLength={200}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <PasswordInput
        label="Password"
        required
        autoComplete="current-password"
        visibilityToggleButtonProps={{ 'aria-label': 'Show the password' }}
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
      />
      <CodeInput value={code} onChange={setCode} />
      {entering.isError && <Problem error={entering.error} />}
      <div>
        <Button type="submit" variant="default" loading={entering.isPending}>
          Sign in
        </Button>
      </div>
    </form>
  );
}
