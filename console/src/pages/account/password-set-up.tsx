import { Button, PasswordInput, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { beginAuthenticator, setPassword } from '../../api/account.ts';
import { keys } from '../../api/keys.ts';
import { CodeInput } from '../../parts/code-input.tsx';
import { Problem } from '../../parts/notice.tsx';
import { QrCode } from '../../parts/qr-code.tsx';

type SetUpProps = { onMade: (recoveryCodes: string[] | null) => void };

/** A password and an authenticator app, which count only together. */
export function PasswordSetUp({ onMade }: SetUpProps) {
  const beginning = useMutation({ mutationFn: beginAuthenticator, gcTime: 0 });
  if (beginning.data !== undefined)
    return <Steps secret={beginning.data.secret} uri={beginning.data.uri} onMade={onMade} />;
  return (
    <>
      <div>
        <Button variant="default" onClick={() => beginning.mutate()} loading={beginning.isPending}>
          Set up a password
        </Button>
      </div>
      {beginning.isError && <Problem error={beginning.error} />}
    </>
  );
}

function Steps({ secret, uri, onMade }: SetUpProps & { secret: string; uri: string }) {
  const [name, setName] = useState('');
  const [password, setNewPassword] = useState('');
  const [code, setCode] = useState('');
  const queryClient = useQueryClient();
  const setting = useMutation({
    mutationFn: () => setPassword({ name: name.trim(), password, code }),
    gcTime: 0,
    onSuccess: async ({ recoveryCodes }) => {
      onMade(recoveryCodes);
      await queryClient.invalidateQueries({ queryKey: keys.account });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setting.mutate();
  };
  return (
    <form onSubmit={submit} className="form-grid">
      <TextInput
        label="Sign-in name"
        description="Such as your work address. Capitals do not matter."
        required
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        maxLength={200}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <PasswordInput
        label="New password"
        description="At least 12 characters. A few words in a row are good; your own name is not."
        required
        minLength={12}
        autoComplete="new-password"
        visibilityToggleButtonProps={{ 'aria-label': 'Show the password' }}
        value={password}
        onChange={(event) => setNewPassword(event.currentTarget.value)}
      />
      <div className="authenticator">
        <QrCode text={uri} label="QR code for the authenticator app" />
        <div>
          <p>Scan this with an authenticator app, or type this key into it:</p>
          <code className="secret">{secret.replaceAll(/(.{4})(?=.)/g, '$1 ')}</code>
        </div>
      </div>
      <CodeInput value={code} onChange={setCode} description="The six digits that the app shows now" />
      {setting.isError && <Problem error={setting.error} title="The password was not set" />}
      <div>
        <Button type="submit" loading={setting.isPending}>
          Set the password
        </Button>
      </div>
    </form>
  );
}
