import { useQueryClient } from '@tanstack/react-query';
import { useLocation, useRouter } from '@tanstack/react-router';
import { useEffect, useEffectEvent, useState } from 'react';
import { signIn } from '../api/session.ts';
import { signInRequired } from '../api/client.ts';
import { keys } from '../api/keys.ts';
import { Notice, Problem } from '../parts/notice.tsx';
import { PageHeading } from '../parts/page.tsx';
import { takeReturn } from '../parts/return-path.ts';
import { takeSignInToken } from '../parts/sign-in-token.ts';

type Progress = { step: 'no-link' } | { step: 'under-way' } | { step: 'refused'; error: unknown };

/** Turns the token of a sign-in link into a session. */
export function SignInPage() {
  const [progress, setProgress] = useState<Progress>({ step: 'no-link' });
  const queryClient = useQueryClient();
  const router = useRouter();
  const hash = useLocation({ select: (location) => location.hash });

  const begin = useEffectEvent(async () => {
    const token = takeSignInToken();
    if (token === null) return;
    setProgress({ step: 'under-way' });
    try {
      queryClient.setQueryData(keys.session, await signIn(token));
    } catch (error) {
      setProgress({ step: 'refused', error });
      return;
    }
    router.history.replace(takeReturn());
  });
  // Again when the fragment changes: a new link may be pasted over this very page.
  useEffect(() => void begin(), [hash]);

  return (
    <main className="page page-narrow sign-in">
      <img src="/favicon.svg" alt="" width="44" height="44" />
      <PageHeading title="Sign in to Breakwater" />
      {progress.step === 'no-link' && <HowToGetLink />}
      {progress.step === 'under-way' && <p role="status">Signing you in…</p>}
      {progress.step === 'refused' && <Refused error={progress.error} />}
    </main>
  );
}

function HowToGetLink() {
  return (
    <p>
      Run <code>bin/breakwater sign-in-link</code> on the machine that runs Breakwater, or ask the person who
      looks after it, and open the link it prints.
    </p>
  );
}

function Refused({ error }: { error: unknown }) {
  if (!signInRequired(error)) return <Problem error={error} title="Signing in did not work" />;
  return (
    <>
      <Notice tone="attention" announce="alert" title="This link does not work any more">
        <p>A sign-in link works once and for a short time. This one was used or has expired.</p>
      </Notice>
      <HowToGetLink />
    </>
  );
}
