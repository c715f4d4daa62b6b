import type { Workspace } from '@breakwater/server/contract';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { workspaceQuery } from '../../api/workspace.ts';
import { Loaded } from '../../parts/loaded.tsx';
import { PageHeading, Panel } from '../../parts/page.tsx';
import { useMay } from '../../parts/permissions.ts';
import { countOf, environmentWords } from '../../parts/words.ts';
import { Preferences } from './preferences.tsx';
import { Retention } from './retention.tsx';
import { Services } from './services.tsx';

const confinementWords: Record<Workspace['decoder']['confinement'], string> = {
  bubblewrap:
    'In a process of its own, confined by bubblewrap: no network, no files, limits on memory and time.',
  process:
    'In a process of its own with limits on memory and time, but without bubblewrap. Install bubblewrap to confine it.',
  unavailable: 'Not at all: no decoder is running, so every picture stays unscanned.',
};

export function SettingsPage() {
  const seesServices = useMay('services.read');
  return (
    <div className="page">
      <PageHeading title="Settings" />
      <p>
        Your passkeys, password and sessions are under <Link to="/account">your account</Link>.
      </p>
      {seesServices && <Services />}
      <Retention />
      <Desk />
      <Preferences />
    </div>
  );
}

function Desk() {
  const query = useQuery(workspaceQuery);
  return (
    <Panel title="This desk">
      <Loaded query={query} what="the state of the desk">
        {({ version, decoder, cyberTipline, counts }) => (
          <dl className="fact-list">
            <dt>Pictures are decoded</dt>
            <dd>{confinementWords[decoder.confinement]}</dd>
            <dt>CyberTipline</dt>
            <dd>{environmentWords[cyberTipline.environment].text}.</dd>
            {counts.unscannedExhibits !== null && (
              <>
                <dt>Unscanned</dt>
                <dd>{countOf(counts.unscannedExhibits, 'exhibit')}</dd>
              </>
            )}
            {counts.hashListEntries !== null && (
              <>
                <dt>Hash lists</dt>
                <dd>{countOf(counts.hashListEntries, 'entry', 'entries')}</dd>
              </>
            )}
            <dt>Version</dt>
            <dd>
              Breakwater {version} · <a href="/docs">the API page</a>
            </dd>
          </dl>
        )}
      </Loaded>
    </Panel>
  );
}
