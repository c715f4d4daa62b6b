import { ActionIcon, Button, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { IconKeyboard, IconMoon, IconSun } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, Outlet, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { sessionQuery, signOut } from '../api/session.ts';
import { workspaceQuery } from '../api/workspace.ts';
import { Problem } from './notice.tsx';
import { useMay } from './permissions.ts';
import { ShortcutsDialog, useShortcuts } from './shortcuts.tsx';

/** What stands around every page of the desk: skip link, navigation, the person at work. */
export function Frame() {
  const [shortcutsShown, setShortcutsShown] = useState(false);
  useShortcuts({ '?': () => setShortcutsShown(true) });
  return (
    <>
      <a className="skip-link" href="#main">
        Skip to the content
      </a>
      <header className="frame-header">
        <div className="frame-bar">
          <Link to="/" className="wordmark" activeProps={{ 'aria-current': undefined }}>
            <img src="/favicon.svg" alt="" width="22" height="22" />
            Breakwater
          </Link>
          <MainNavigation />
          <div className="frame-tools">
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label="Keyboard shortcuts"
              onClick={() => setShortcutsShown(true)}
            >
              <IconKeyboard size={19} stroke={1.6} aria-hidden />
            </ActionIcon>
            <ColorSchemeSwitch />
            <Person />
          </div>
        </div>
      </header>
      <main id="main" tabIndex={-1} className="frame-main">
        <Outlet />
      </main>
      <ShortcutsDialog opened={shortcutsShown} onClose={() => setShortcutsShown(false)} />
    </>
  );
}

function MainNavigation() {
  const counts = useQuery(workspaceQuery).data?.counts;
  const may = {
    queue: useMay('queue.read'),
    deliveries: useMay('deliveries.read'),
    reports: useMay('reports.read'),
    lists: useMay('hash-lists.read'),
    people: useMay('people.read'),
  };
  return (
    <nav aria-label="Main" className="frame-nav">
      {may.queue && (
        <Link to="/" activeOptions={{ exact: true, includeSearch: false }}>
          Queue <Count count={counts?.openCases} meaning="open" />
        </Link>
      )}
      {may.deliveries && (
        <Link to="/deliveries" activeOptions={{ includeSearch: false }}>
          Deliveries <Count count={counts?.deadDeliveries} meaning="dead" alarming />
        </Link>
      )}
      {may.reports && (
        <Link to="/reports">
          Reports <Count count={counts?.reportsInTrouble} meaning="in trouble" alarming />
        </Link>
      )}
      {may.lists && <Link to="/lists">Hash lists</Link>}
      <Link to="/approvals" activeOptions={{ includeSearch: false }}>
        Approvals <Count count={counts?.approvalsToSign} meaning="to sign" />
      </Link>
      {may.people && <Link to="/people">People</Link>}
      <Link to="/settings">Settings</Link>
    </nav>
  );
}

function Count({
  count,
  meaning,
  alarming,
}: {
  count: number | null | undefined;
  meaning: string;
  alarming?: true;
}) {
  if (!count) return null;
  return (
    <span className={alarming ? 'count count-alarming' : 'count'}>
      {count}
      <span className="visually-hidden"> {meaning}</span>
    </span>
  );
}

function ColorSchemeSwitch() {
  const { setColorScheme } = useMantineColorScheme({ keepTransitions: true });
  const shown = useComputedColorScheme('light');
  const other = shown === 'light' ? 'dark' : 'light';
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      aria-label={`Switch to ${other} colors`}
      onClick={() => setColorScheme(other)}
    >
      {shown === 'light' ? (
        <IconMoon size={19} stroke={1.6} aria-hidden />
      ) : (
        <IconSun size={19} stroke={1.6} aria-hidden />
      )}
    </ActionIcon>
  );
}

function Person() {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const session = useQuery(sessionQuery);
  const leave = useMutation({
    mutationFn: signOut,
    onSuccess: async () => {
      await navigate({ to: '/sign-in' });
      queryClient.clear();
    },
  });
  return (
    <>
      <bdi className="person">{session.data?.person.displayName}</bdi>
      <Button variant="default" size="xs" onClick={() => leave.mutate()} loading={leave.isPending}>
        Sign out
      </Button>
      {leave.isError && <Problem error={leave.error} />}
    </>
  );
}
