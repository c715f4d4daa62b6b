import { Button } from '@mantine/core';
import type { Account } from '@breakwater/server/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { accountQuery, makeRecoveryCodes, waysQuery } from '../../api/account.ts';
import { keys } from '../../api/keys.ts';
import { Loaded } from '../../parts/loaded.tsx';
import { Problem } from '../../parts/notice.tsx';
import { PageHeading, Panel } from '../../parts/page.tsx';
import { countOf } from '../../parts/words.ts';
import { Passkeys } from './passkeys.tsx';
import { Password } from './password.tsx';
import { RecoveryCodes } from './recovery-codes.tsx';
import { Sessions } from './sessions.tsx';

/** The ways in of the person at work, and where they are signed in. */
export function AccountPage() {
  const account = useQuery(accountQuery);
  const ways = useQuery(waysQuery);
  const queryClient = useQueryClient();
  const [codes, setCodes] = useState<string[] | null>(null);
  const enrolled = (made: string[] | null) => {
    if (made !== null) setCodes(made);
    void queryClient.invalidateQueries({ queryKey: keys.session });
  };
  return (
    <div className="page">
      <PageHeading title="Your account" />
      {codes !== null && <RecoveryCodes codes={codes} />}
      <Loaded query={account} what="your account">
        {(known) => (
          <>
            <Loaded query={ways} what="the ways to sign in">
              {(possible) => <Passkeys account={known} ways={possible} onMade={enrolled} />}
            </Loaded>
            <Password account={known} onMade={enrolled} />
            <Recovery account={known} onMade={setCodes} />
            <Sessions account={known} />
          </>
        )}
      </Loaded>
    </div>
  );
}

function Recovery({ account, onMade }: { account: Account; onMade: (codes: string[] | null) => void }) {
  const queryClient = useQueryClient();
  const making = useMutation({
    mutationFn: makeRecoveryCodes,
    gcTime: 0,
    onSuccess: async ({ recoveryCodes }) => {
      onMade(recoveryCodes);
      await queryClient.invalidateQueries({ queryKey: keys.account });
    },
  });
  const left = account.recoveryCodesLeft;
  return (
    <Panel title="Recovery codes" note="For when you have lost everything else. Each lets you in once.">
      <p>{left === 0 ? 'You have none.' : `You have ${countOf(left, 'code')} left.`}</p>
      <div>
        <Button variant="default" onClick={() => making.mutate()} loading={making.isPending}>
          {left === 0 ? 'Make recovery codes' : 'Make new ones in their place'}
        </Button>
      </div>
      {making.isError && <Problem error={making.error} />}
    </Panel>
  );
}
