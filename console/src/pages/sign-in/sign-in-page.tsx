import type { SessionAnswer } from '@breakwater/server/contract';
import { useQueryClient } from '@tanstack/react-query';
import { useLocation, useRouter, useSearch } from '@tanstack/react-router';
import { useEffect, useEffectEvent, useState } from 'react';
import { signInRequired } from '../../api/client.ts';
import { keys } from '../../api/keys.ts';
import { signIn } from '../../api/session.ts';
import { Notice, Problem } from '../../parts/notice.tsx';
import { PageHeading } from '../../parts/page.tsx';
import { takeReturn } from '../../parts/return-path.ts';
import { takeSignInToken } from '../../parts/sign-in-token.ts';
import { WaysToSignIn } from './ways-to-sign-in.tsx';

type Progress = { step: 'no-link' } | { step: 'under-way' } | { step: 'refused'; error: unknown };

/** Turns the token of a sign-in link into a session, or asks for a passkey, a password or the organization. */
export function SignInPage() {
  const [progress, setProgress] = useState<Progress>({ step: 'no-link' });
  const queryClient = useQueryClient();
  const router = useRouter();
  const hash = useLocation({ select: (location) => location.hash });
  const { problem } = useSearch({ from: '/sign-in' });

  const enter = (session: SessionAnswer) => {
    queryClient.setQueryData(keys.session, session);
    router.history.replace(takeReturn());
  };
  const begin = useEffectEvent(async () => {
    const token = takeSignInToken();
    if (token === null) return;
    setProgress({ step: 'under-way' });
    try {
      enter(await signIn(token));
    } catch (error) {
      setProgress({ step: 'refused', error });
    }
  });
  // Again when the fragment changes: a new link may be pasted over this very page.
  useEffect(() => void begin(), [hash]);

  return (
    <main className="page page-narrow sign-in">
      <img src="/favicon.svg" alt="" width="44" height="44" />
      <PageHeading title="Sign in to Breakwater" />
      {progress.step === 'under-way' && <p role="status">Signing you in…</p>}
      {progress.step === 'refused' && <Refused error={progress.error} />}
      {problem !== undefined && progress.step === 'no-link' && <ProviderProblem code={problem} />}
      {progress.step !== 'under-way' && <WaysToSignIn onSession={enter} />}
    </main>
  );
}

function Refused({ error }: { error: unknown }) {
  if (!signInRequired(error)) return <Problem error={error} title="Signing in did not work" />;
  return (
    <Notice tone="attention" announce="alert" title="This link does not work any more">
      <p>A sign-in link works once and for a short time. This one was used or has expired.</p>
    </Notice>
  );
}

/** The organization's provider sent the browser back with something that was refused; the code is all that came along. */
function ProviderProblem({ code }: { code: string }) {
  return (
    <Notice tone="danger" announce="alert" title="Your organization's sign-in did not work">
      <p>
        {code === 'BW-OIDC-NO-ROLE'
          ? noRole
          : 'Begin again. If it happens twice, tell whoever looks after it.'}
      </p>
      <p className="quiet small">
        <code>{code}</code>
      </p>
    </Notice>
  );
}

const noRole = 'It has given you no role here. Ask the person who looks after Breakwater.';
