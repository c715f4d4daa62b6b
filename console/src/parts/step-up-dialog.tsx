import { Button, Modal, PasswordInput } from '@mantine/core';
import type { SessionAnswer } from '@breakwater/server/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState, useSyncExternalStore } from 'react';
import { showPassword } from '../api/account.ts';
import { keys } from '../api/keys.ts';
import { showPasskey } from '../api/passkeys.ts';
import { sessionQuery } from '../api/session.ts';
import { answerProof, onProofAskedFor, proofIsAskedFor } from '../api/step-up.ts';
import { CodeInput } from './code-input.tsx';
import { Problem } from './notice.tsx';

/** Asks the person to show again who they are; what asked for it then goes on by itself. */
export function StepUpDialog() {
  const asked = useSyncExternalStore(onProofAskedFor, proofIsAskedFor);
  return (
    <Modal opened={asked} onClose={() => answerProof(false)} title="Show that it is you" zIndex={400}>
      {asked && <Ways />}
    </Modal>
  );
}

function Ways() {
  const ways = useQuery({ ...sessionQuery, staleTime: 0 }).data?.ways;
  const queryClient = useQueryClient();
  const proven = (session: SessionAnswer) => {
    queryClient.setQueryData(keys.session, session);
    answerProof(true);
  };
  if (ways === undefined)
    return (
      <p className="quiet" role="status">
        One moment…
      </p>
    );
  return (
    <>
      <p>Your last proof of who you are is too long ago for this. What you have begun goes on afterwards.</p>
      {ways.includes('passkey') && <Passkey onProven={proven} />}
      {ways.includes('password') && !ways.includes('passkey') && <Password onProven={proven} />}
      {ways.includes('password') && ways.includes('passkey') && (
        <details className="other-way">
          <summary>Use your password instead</summary>
          <Password onProven={proven} />
        </details>
      )}
      {ways.includes('organization') && (
        <p>
          <a href="/v1/step-up/organization">Sign in again with your organization</a>, then repeat what you
          wanted to do.
        </p>
      )}
      {ways.length === 0 && (
        <p>
          You have no passkey and no password yet. Sign in with a new link, from{' '}
          <code>bin/breakwater sign-in-link</code>, and set one up under your account.
        </p>
      )}
      <div className="dialog-buttons">
        <Button variant="default" onClick={() => answerProof(false)}>
          Go back
        </Button>
      </div>
    </>
  );
}

type WayProps = { onProven: (session: SessionAnswer) => void };

function Passkey({ onProven }: WayProps) {
  const showing = useMutation({ mutationFn: () => showPasskey('step-up'), onSuccess: onProven });
  return (
    <>
      <Button onClick={() => showing.mutate()} loading={showing.isPending} data-autofocus>
        Use your passkey
      </Button>
      {showing.isError && <Problem error={showing.error} />}
    </>
  );
}

function Password({ onProven }: WayProps) {
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const showing = useMutation({
    mutationFn: () => showPassword({ password, code }),
    gcTime: 0,
    onSuccess: onProven,
    onError: () => setCode(''),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    showing.mutate();
  };
  return (
    <form onSubmit={submit} className="form-grid">
      <PasswordInput
        label="Password"
        required
        autoComplete="current-password"
        visibilityToggleButtonProps={{ 'aria-label': 'Show the password' }}
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
        data-autofocus
      />
      <CodeInput value={code} onChange={setCode} />
      {showing.isError && <Problem error={showing.error} />}
      <div>
        <Button type="submit" loading={showing.isPending}>
          Go on
        </Button>
      </div>
    </form>
  );
}
