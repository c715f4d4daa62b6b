import { Button } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { waysQuery } from '../../api/account.ts';
import { keys } from '../../api/keys.ts';
import { sessionQuery } from '../../api/session.ts';
import { Loaded } from '../../parts/loaded.tsx';
import { PageHeading, Panel } from '../../parts/page.tsx';
import { PasskeyAddress } from '../../parts/passkey-address.tsx';
import { NewPasskey } from './new-passkey.tsx';
import { PasswordSetUp } from './password-set-up.tsx';
import { RecoveryCodes } from './recovery-codes.tsx';

/** The first way in of somebody who was invited: a passkey, or a password with an authenticator app. */
export function SetUpPage() {
  const session = useQuery(sessionQuery);
  const ways = useQuery(waysQuery);
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const [codes, setCodes] = useState<string[] | null>(null);
  const goOn = async () => {
    await queryClient.invalidateQueries({ queryKey: keys.session });
    await navigate({ to: '/' });
  };
  const enrolled = (made: string[] | null) => (made === null ? void goOn() : setCodes(made));
  return (
    <main className="page page-narrow">
      <PageHeading title="Set up your way in" />
      {codes === null ? (
        <>
          <p>
            Welcome{session.data && ', '}
            <bdi>{session.data?.person.displayName}</bdi>. The link has done its work; from now on you sign in
            with what you set up here.
          </p>
          <Loaded query={ways} what="the ways to sign in">
            {(known) => (
              <>
                <Panel
                  title="A passkey"
                  note="The safest way: your device or security key proves who you are, and no imitation of this site can ask for it."
                >
                  <PasskeyAddress ways={known}>
                    <NewPasskey onMade={enrolled} />
                  </PasskeyAddress>
                </Panel>
                <Panel title="Or a password with an authenticator app">
                  <PasswordSetUp onMade={enrolled} />
                </Panel>
              </>
            )}
          </Loaded>
        </>
      ) : (
        <>
          <RecoveryCodes codes={codes} />
          <div>
            <Button onClick={() => void goOn()}>I have stored them: go to the desk</Button>
          </div>
        </>
      )}
    </main>
  );
}
