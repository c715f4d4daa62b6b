import type { ConfinedDecoder } from '@breakwater/perceptual/node';
import { z } from 'zod';
import { listServices, signIn, signOut } from '../../access/index.ts';
import { clockProblem } from '../../custody/index.ts';
import { deliveryCounts, webhookUrls } from '../../enforcement/index.ts';
import { troubledJobs } from '../../foundation/index.ts';
import { reportsInTrouble } from '../../reporting/index.ts';
import { actorOf, SESSION_COOKIE, sessionOf } from '../authentication.ts';
import { demoRemoval, session, signInInput, workspace, type Workspace } from '../contract/index.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { presentService } from '../present.ts';
import type { Session } from '../../access/index.ts';

/** Signing in and out, and the state of the desk as a whole. */
export function workspaceRoutes(app: Api, deps: ApiDeps): void {
  const { db, clock } = deps;

  app.post(
    '/v1/sign-in',
    {
      config: { access: { kind: 'anyone' }, rateLimit: { max: 20, timeWindow: 60_000 } },
      schema: {
        tags: ['People'],
        summary: 'Sign in with a one-time link token',
        body: signInInput,
        response: { 200: session },
      },
    },
    async (request, reply) => {
      const opened = await signIn(db, clock, request.body.token);
      reply.setCookie(SESSION_COOKIE, opened.sessionToken, {
        path: '/',
        httpOnly: true,
        sameSite: 'strict',
        secure: request.protocol === 'https',
        expires: opened.session.expiresAt,
      });
      return presentSession(opened.session);
    },
  );

  app.post(
    '/v1/sign-out',
    {
      config: { access: { kind: 'signed-in' } },
      schema: { tags: ['People'], summary: 'End this session', response: { 204: z.null() } },
    },
    async (request, reply) => {
      await signOut(db, clock, request.cookies[SESSION_COOKIE] ?? '');
      reply.clearCookie(SESSION_COOKIE, { path: '/' });
      return reply.status(204).send(null);
    },
  );

  app.get(
    '/v1/session',
    {
      config: { access: { kind: 'signed-in' } },
      schema: { tags: ['People'], summary: 'Who is signed in', response: { 200: session } },
    },
    async (request) => presentSession(sessionOf(request)),
  );

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

function presentSession(open: Session): z.infer<typeof session> {
  return {
    person: { id: open.person.id, displayName: open.person.displayName },
    permissions: [...open.permissions],
    expiresAt: open.expiresAt.toISOString(),
  };
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
    warnings: [
      ...confinementWarnings(confinement),
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
