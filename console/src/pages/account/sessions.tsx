import { Button } from '@mantine/core';
import type { Account } from '@breakwater/server/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { endOtherSessions, endSession } from '../../api/account.ts';
import { keys } from '../../api/keys.ts';
import { Moment } from '../../parts/moment.tsx';
import { Problem } from '../../parts/notice.tsx';
import { DataTable, Panel } from '../../parts/page.tsx';
import { spell } from '../../parts/words.ts';

/** Where the person is signed in. */
export function Sessions({ account: { sessions } }: { account: Account }) {
  const queryClient = useQueryClient();
  const onSuccess = () => queryClient.invalidateQueries({ queryKey: keys.account });
  const ending = useMutation({ mutationFn: endSession, onSuccess });
  const endingOthers = useMutation({ mutationFn: endOtherSessions, onSuccess });
  const error = ending.error ?? endingOthers.error;
  return (
    <Panel
      title="Where you are signed in"
      note="A session ends after half an hour without you, and after twelve hours in any case."
    >
      <DataTable caption="Your sessions">
        <thead>
          <tr>
            <th scope="col">Browser</th>
            <th scope="col">Signed in</th>
            <th scope="col">By</th>
            <th scope="col">Last seen</th>
            <th scope="col">
              <span className="visually-hidden">End</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {sessions.map((session) => (
            <tr key={session.id}>
              <th scope="row">{session.browser}</th>
              <td className="nowrap">
                <Moment at={session.openedAt} />
              </td>
              <td>{methodWords[session.method] ?? spell(session.method)}</td>
              <td className="nowrap">
                <Moment at={session.lastSeenAt} />
              </td>
              <td className="nowrap">
                {session.current ? (
                  <span className="quiet">This one</span>
                ) : (
                  <Button
                    size="xs"
                    variant="default"
                    aria-label={`End the session of ${session.browser}`}
                    onClick={() => ending.mutate(session.id)}
                  >
                    End
                  </Button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </DataTable>
      {sessions.length > 1 && (
        <div>
          <Button variant="default" onClick={() => endingOthers.mutate()} loading={endingOthers.isPending}>
            End all others
          </Button>
        </div>
      )}
      {error !== null && <Problem error={error} />}
    </Panel>
  );
}

const methodWords: Record<string, string> = {
  link: 'Sign-in link',
  invitation: 'Invitation',
  passkey: 'Passkey',
  password: 'Password',
  'recovery-code': 'Recovery code',
  oidc: 'Organization',
};
