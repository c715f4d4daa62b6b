import type { ConfinedDecoder } from '@breakwater/perceptual/node';
import { listServices } from '../../access/index.ts';
import { deliveryCounts, webhookUrls } from '../../enforcement/index.ts';
import { troubledJobs } from '../../foundation/index.ts';
import { reportsInTrouble } from '../../reporting/index.ts';
import { actorOf } from '../authentication.ts';
import { demoRemoval, workspace, type Workspace } from '../contract/index.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { presentService } from '../present.ts';

/** The state of the desk as a whole. */
export function workspaceRoutes(app: Api, deps: ApiDeps): void {
  app.get(
    '/v1/workspace',
    {
      config: { access: { kind: 'signed-in' } },
      schema: { tags: ['Workspace'], summary: 'The state of the desk', response: { 200: workspace } },
    },
    async () => presentWorkspace(deps),
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

async function presentWorkspace(deps: ApiDeps): Promise<Workspace> {
  const { db, pool } = deps;
  const urls = await webhookUrls(db);
  const services = await listServices(db);
  const deliveries = await deliveryCounts(db);
  const counts = await db
    .selectNoFrom((expression) => [
      expression
        .selectFrom('cases')
        .where('status', '=', 'open')
        .select((count) => count.fn.countAll<number>().as('count'))
        .$asScalar()
        .$notNull()
        .as('openCases'),
      expression
        .selectFrom('exhibits')
        .where('verdict', '=', 'unscanned')
        .select((count) => count.fn.countAll<number>().as('count'))
        .$asScalar()
        .$notNull()
        .as('unscannedExhibits'),
      expression
        .selectFrom('hash_list_entries')
        .select((count) => count.fn.countAll<number>().as('count'))
        .$asScalar()
        .$notNull()
        .as('hashListEntries'),
    ])
    .executeTakeFirstOrThrow();
  const confinement = await confinementOf(deps.decoder);
  return {
    version: deps.version,
    services: services.map((service) => presentService(service, urls.get(service.id))),
    demoPresent: await deps.demo.present(),
    counts: {
      ...counts,
      pendingDeliveries: deliveries.pending,
      deadDeliveries: deliveries.dead,
      reportsInTrouble: await reportsInTrouble(db),
    },
    decoder: { confinement },
    cyberTipline: { environment: deps.cyberTipline.environment },
    warnings: [...confinementWarnings(confinement), ...(await jobWarnings(pool))],
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

async function jobWarnings(pool: ApiDeps['pool']): Promise<string[]> {
  const troubled = await troubledJobs(pool);
  return troubled.map(
    ({ name, count }) => `${count} job(s) of kind ${name} keep failing. They are tried again; see the log.`,
  );
}
