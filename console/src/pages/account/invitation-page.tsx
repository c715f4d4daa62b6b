import { useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useEffect, useEffectEvent, useState } from 'react';
import { acceptInvitation } from '../../api/account.ts';
import { keys } from '../../api/keys.ts';
import { Notice, Problem } from '../../parts/notice.tsx';
import { PageHeading } from '../../parts/page.tsx';
import { takeSignInToken } from '../../parts/sign-in-token.ts';

/** Turns an invitation into a session that is good for setting up a way in. */
export function InvitationPage() {
  const [problem, setProblem] = useState<unknown>(null);
  const [empty, setEmpty] = useState(false);
  const queryClient = useQueryClient();
  const router = useRouter();
  const begin = useEffectEvent(async () => {
    const token = takeSignInToken();
    if (token === null) {
      setEmpty(true);
      return;
    }
    setEmpty(false);
    try {
      queryClient.setQueryData(keys.session, await acceptInvitation(token));
      router.history.replace('/set-up');
    } catch (error) {
      setProblem(error);
    }
  });
  useEffect(() => void begin(), []);
  return (
    <main className="page page-narrow sign-in">
      <img src="/favicon.svg" alt="" width="44" height="44" />
      <PageHeading title="Your invitation to Breakwater" />
      {problem !== null && <Problem error={problem} title="The invitation does not work" />}
      {problem === null && !empty && <p role="status">Opening your invitation…</p>}
      {problem === null && empty && (
        <Notice tone="attention">
          <p>Open the link of the invitation once more, whole, as it was sent to you.</p>
        </Notice>
      )}
    </main>
  );
}
