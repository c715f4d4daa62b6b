import type { ConfinedDecoder } from '@breakwater/perceptual/node';
import { listServices, loneSignatureWarning, type Session } from '../../access/index.ts';
import { clockProblem } from '../../custody/index.ts';
import { webhookUrls } from '../../enforcement/index.ts';
import { troubledJobs } from '../../foundation/index.ts';
import { vaultHealth } from '../../vault/index.ts';
import { actorOf, sessionOf } from '../authentication.ts';
import { demoRemoval, workspace, type Workspace } from '../contract/index.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { presentService } from '../present.ts';
import { countsFor } from './workspace-counts.ts';

/** The state of the desk as a whole. */
export function workspaceRoutes(app: Api, deps: ApiDeps): void {
  app.get(
    '/v1/workspace',
    {
      config: { access: { kind: 'signed-in' } },
      schema: { tags: ['Workspace'], summary: 'The state of the desk', response: { 200: workspace } },
    },
    async (request) => presentWorkspace(deps, sessionOf(request)),
  );

  app.delete(
    '/v1/demo',
    {
      config: { access: { kind: 'person', permission: 'workspace.change' } },
      schema: {
        tags: ['Workspace'],
        summary: 'Remove the demo workspace and everything in it',
        response: { 200: demoRemoval },
      },
    },
    async (request) => deps.demo.remove(actorOf(request)),
  );
}

async function presentWorkspace(deps: ApiDeps, { person, permissions }: Session): Promise<Workspace> {
  const { db, pool } = deps;
  const urls = await webhookUrls(db);
  const services = await listServices(db);
  const confinement = await confinementOf(deps.decoder);
  return {
    version: deps.version,
    services: services.map((service) => presentService(service, urls.get(service.id))),
    demoPresent: await deps.demo.present(),
    counts: await countsFor(deps, person, permissions),
    decoder: { confinement },
    cyberTipline: { environment: deps.cyberTipline.environment },
    warnings: [
      ...confinementWarnings(confinement),
      ...(await vaultHealth(db, deps.vault)).warnings,
      ...[await loneSignatureWarning(db)].filter((warning) => warning !== null),
      ...(await clockWarnings(db)),
      ...(await jobWarnings(pool)),
    ],
  };
}

async function confinementOf(decoder: ConfinedDecoder): Promise<Workspace['decoder']['confinement']> {
  const known = decoder.status();
  const { confinement } = known.confinement === 'undecided' ? await decoder.probe() : known;
  return confinement === 'undecided' ? 'unavailable' : confinement;
}

function confinementWarnings(confinement: Workspace['decoder']['confinement']): string[] {
  switch (confinement) {
    case 'bubblewrap':
      return [];
    case 'process':
      return [
        'Pictures are decoded in a separate process, but not in a sandbox. On Debian, install bubblewrap: apt-get install bubblewrap',
      ];
    case 'unavailable':
      return ['Pictures cannot be decoded, so everything is unscanned. Run: bin/breakwater doctor'];
  }
}

async function clockWarnings(db: ApiDeps['db']): Promise<string[]> {
  if ((await clockProblem(db)) === null) return [];
  return [
    'The clock of this machine moved in a way that cannot be right, or the program was off for long. Nothing is destroyed until somebody confirms the time in the settings.',
  ];
}

async function jobWarnings(pool: ApiDeps['pool']): Promise<string[]> {
  const troubled = await troubledJobs(pool);
  return troubled.map(
    ({ name, count }) => `${count} job(s) of kind ${name} keep failing. They are tried again; see the log.`,
  );
}
