import { Button } from '@mantine/core';
import type { SessionAnswer } from '@breakwater/server/contract';
import { IconFingerprint } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { waysQuery } from '../../api/account.ts';
import { showPasskey } from '../../api/passkeys.ts';
import { Loaded } from '../../parts/loaded.tsx';
import { Problem } from '../../parts/notice.tsx';
import { PasskeyAddress } from '../../parts/passkey-address.tsx';
import { PasswordForm } from './password-form.tsx';
import { RecoveryCodeForm } from './recovery-code-form.tsx';

type Entering = { onSession: (session: SessionAnswer) => void };

/** Passkey first; everything else after it. */
export function WaysToSignIn({ onSession }: Entering) {
  const query = useQuery(waysQuery);
  return (
    <Loaded query={query} what="the ways to sign in">
      {(ways) => (
        <div className="ways-in">
          <PasskeyAddress ways={ways}>
            <PasskeyButton onSession={onSession} />
          </PasskeyAddress>
          {ways.identityProvider !== null && (
            <Button component="a" href="/v1/sign-in/organization" variant="default" size="md" fullWidth>
              Continue with {ways.identityProvider.name}
            </Button>
          )}
          <details>
            <summary>Use a password instead</summary>
            <PasswordForm onSession={onSession} />
          </details>
          <details>
            <summary>Use a recovery code</summary>
            <RecoveryCodeForm onSession={onSession} />
          </details>
          <details>
            <summary>Get a sign-in link</summary>
            <p>
              Run <code>bin/breakwater sign-in-link</code> on the machine that runs Breakwater, or ask the
              person who looks after it, and open the link it prints.
            </p>
          </details>
        </div>
      )}
    </Loaded>
  );
}

function PasskeyButton({ onSession }: Entering) {
  const passkey = useMutation({ mutationFn: () => showPasskey('sign-in'), onSuccess: onSession });
  return (
    <>
      <Button
        size="md"
        fullWidth
        leftSection={<IconFingerprint size={20} stroke={1.6} aria-hidden />}
        onClick={() => passkey.mutate()}
        loading={passkey.isPending}
      >
        Sign in with a passkey
      </Button>
      {passkey.isError && <Problem error={passkey.error} />}
    </>
  );
}
