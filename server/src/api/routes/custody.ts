import { PassThrough } from 'node:stream';
import { z } from 'zod';
import { caseSummary, exhibitsOfCase } from '../../cases/index.ts';
import {
  certificateOf,
  certificatePage,
  clockProblem,
  confirmClock,
  custodyOf,
  custodyStateOfCase,
  dueForDestruction,
  exportsOfCase,
  HOLD_GROUNDS,
  holdsOfCase,
  namesOf,
  orderDestruction,
  orderExport,
  placeHold,
  releaseHold,
  renewHold,
  rulesInForce,
  setRules,
  spanInWords,
  writePackage,
  zipSink,
  ledgerEventProofs,
  type CaseExportsTable,
  type ExportDeps,
} from '../../custody/index.ts';
import { actorOf } from '../authentication.ts';
import {
  caseCustody,
  certificate,
  custodyEntry,
  destruction,
  destructionInput,
  dueExhibit,
  exportInput,
  hold,
  holdInput,
  id,
  releaseInput,
  retention,
  retentionInput,
  type CaseCustody,
} from '../contract/index.ts';
import type { Api, ApiDeps } from '../deps.ts';
import {
  presentCustodyEntry,
  presentDestruction,
  presentExport,
  presentHold,
  presentProfile,
} from '../present-custody.ts';

const caseParams = z.object({ caseId: id });
const exhibitParams = z.object({ exhibitId: id });
const holdParams = z.object({ holdId: id });
const reads = { access: { kind: 'person', permission: 'cases.read' } } as const;
const holds = { access: { kind: 'person', permission: 'exhibits.hold' } } as const;
const destroys = { access: { kind: 'person', permission: 'exhibits.destroy' } } as const;
const exports = { access: { kind: 'person', permission: 'cases.export' } } as const;
const changes = { access: { kind: 'person', permission: 'retention.change' } } as const;
const tags = ['Custody'];

/** What is kept, held, destroyed and exported. */
export function custodyRoutes(app: Api, deps: ApiDeps): void {
  recordRoutes(app, deps);
  holdRoutes(app, deps);
  destructionRoutes(app, deps);
  exportRoute(app, deps);
  retentionRoutes(app, deps);
}

function recordRoutes(app: Api, deps: ApiDeps): void {
  app.get(
    '/v1/cases/:caseId/custody',
    {
      config: reads,
      schema: {
        tags,
        summary: 'Terms, holds, destructions and exports of a case',
        params: caseParams,
        response: { 200: caseCustody },
      },
    },
    async (request) => presentCaseCustody(deps, request.params.caseId),
  );

  app.get(
    '/v1/exhibits/:exhibitId/custody',
    {
      config: reads,
      schema: {
        tags,
        summary: 'The chain of custody of an exhibit, from its sealing on',
        params: exhibitParams,
        response: { 200: z.object({ items: z.array(custodyEntry) }) },
      },
    },
    async (request) => ({
      items: (await custodyOf(deps.db, request.params.exhibitId)).map(presentCustodyEntry),
    }),
  );

  app.get(
    '/v1/exhibits/:exhibitId/certificate',
    {
      config: reads,
      schema: {
        tags,
        summary: 'The certificate of destruction: JSON, or HTML with format=html',
        params: exhibitParams,
        querystring: z.strictObject({ format: z.enum(['json', 'html']).default('json') }),
        response: {
          200: {
            description: 'The certificate',
            content: {
              'application/json': { schema: certificate },
              'text/html': { schema: z.any().meta({ type: 'string' }) },
            },
          },
        },
      },
    },
    async (request, reply) => {
      const found = await certificateOf(deps.db, request.params.exhibitId);
      if (request.query.format === 'json') return reply.type('application/json').send(found);
      const name = `certificate-${request.params.exhibitId}.html`;
      return reply
        .header('content-disposition', `attachment; filename="${name}"`)
        .type('text/html; charset=utf-8')
        .send(certificatePage(found));
    },
  );
}

function holdRoutes(app: Api, deps: ApiDeps): void {
  const presented = async (holdId: string) => {
    const row = await deps.db
      .selectFrom('legal_holds')
      .selectAll()
      .where('id', '=', holdId)
      .executeTakeFirstOrThrow();
    const actors = [row.placed_by, ...(row.released_by === null ? [] : [row.released_by])];
    return presentHold(row, await namesOf(deps.db, actors), HOLD_GROUNDS);
  };

  app.post(
    '/v1/holds',
    {
      config: holds,
      schema: {
        tags,
        summary: 'Place a legal hold on a case or an exhibit',
        body: holdInput,
        response: { 201: hold },
      },
    },
    async (request, reply) => {
      const { on, ground, reference, why } = request.body;
      const subject = on.kind === 'case' ? { caseId: on.id } : { exhibitId: on.id };
      const holdId = await placeHold(deps, actorOf(request), { on: subject, ground, reference, why });
      return reply.status(201).send(await presented(holdId));
    },
  );

  app.post(
    '/v1/holds/:holdId/release',
    {
      config: holds,
      schema: {
        tags,
        summary: 'Release a legal hold',
        params: holdParams,
        body: releaseInput,
        response: { 200: hold },
      },
    },
    async (request) => {
      await releaseHold(deps, actorOf(request), request.params.holdId, request.body.why);
      return presented(request.params.holdId);
    },
  );

  app.post(
    '/v1/holds/:holdId/renew',
    {
      config: holds,
      schema: {
        tags,
        summary: 'Renew a hold that lapses unless it is asked for again',
        params: holdParams,
        response: { 200: hold },
      },
    },
    async (request) => {
      await renewHold(deps, actorOf(request), request.params.holdId);
      return presented(request.params.holdId);
    },
  );
}

function destructionRoutes(app: Api, deps: ApiDeps): void {
  app.get(
    '/v1/destructions/due',
    {
      config: destroys,
      schema: {
        tags,
        summary: 'What is proposed to be destroyed: its term has ended',
        response: { 200: z.object({ items: z.array(dueExhibit) }) },
      },
    },
    async () => {
      const due = await dueForDestruction(deps.db, deps.clock.now(), 200);
      return {
        items: due.map((one) => ({
          ...one,
          preserveUntil: one.preserveUntil.toISOString(),
          because: [...one.because],
        })),
      };
    },
  );

  app.post(
    '/v1/exhibits/:exhibitId/destruction',
    {
      config: destroys,
      schema: {
        tags,
        summary: 'Order that an exhibit be destroyed, under your name',
        params: exhibitParams,
        body: destructionInput,
        response: { 201: destruction },
      },
    },
    async (request, reply) => {
      const order = { exhibitId: request.params.exhibitId, ...request.body };
      const destructionId = await orderDestruction(deps, actorOf(request), order);
      const row = await deps.db
        .selectFrom('destructions')
        .selectAll()
        .where('id', '=', destructionId)
        .executeTakeFirstOrThrow();
      return reply.status(201).send(presentDestruction(row, await namesOf(deps.db, [row.ordered_by])));
    },
  );
}

function exportRoute(app: Api, deps: ApiDeps): void {
  app.post(
    '/v1/cases/:caseId/exports',
    {
      config: exports,
      schema: {
        tags,
        summary: 'Export a case: a package sealed to its recipient (application/zip)',
        params: caseParams,
        body: exportInput,
        response: {
          200: {
            description: 'The package',
            content: { 'application/zip': { schema: z.any().meta({ type: 'string', format: 'binary' }) } },
          },
        },
      },
    },
    async (request, reply) => {
      const ordered = await orderExport(withProofs(deps), actorOf(request), {
        ...request.params,
        ...request.body,
      });
      const output = new PassThrough();
      sendPackage(deps, ordered, output).catch((error: unknown) => {
        // The answer has begun: that it breaks off is how the client learns of it.
        request.log.error({ error }, 'a package could not be written');
        output.destroy(error instanceof Error ? error : new Error(String(error)));
      });
      return reply
        .header('content-disposition', `attachment; filename="case-export-${ordered.id}.zip"`)
        .type('application/zip')
        .send(output);
    },
  );
}

function withProofs(deps: ApiDeps): ExportDeps {
  return { ...deps, eventProofs: ledgerEventProofs(deps.ledgerKey.verifierKey) };
}

async function sendPackage(deps: ApiDeps, ordered: CaseExportsTable, output: PassThrough): Promise<void> {
  const sink = zipSink(ordered.ordered_at, output);
  await writePackage(withProofs(deps), ordered, sink);
  await sink.close();
  output.end();
}

function retentionRoutes(app: Api, deps: ApiDeps): void {
  const presented = async () => {
    const { rules, setAt } = await rulesInForce(deps.db);
    return {
      rules,
      setAt: setAt?.toISOString() ?? null,
      profiles: deps.profiles.map((profile) => presentProfile(profile, spanInWords)),
      clockProblem: await clockProblem(deps.db),
    };
  };

  app.get(
    '/v1/retention',
    {
      config: { access: { kind: 'signed-in' } },
      schema: {
        tags,
        summary: 'The rules of retention, and the laws behind them',
        response: { 200: retention },
      },
    },
    presented,
  );

  app.put(
    '/v1/retention',
    {
      config: changes,
      schema: {
        tags,
        summary: 'Set the rules of retention; terms are computed anew',
        body: retentionInput,
        response: { 200: retention },
      },
    },
    async (request) => {
      await setRules(deps, actorOf(request), request.body);
      return presented();
    },
  );

  app.post(
    '/v1/clock/confirm',
    {
      config: changes,
      schema: {
        tags,
        summary: 'Say that the clock of the machine is right, after you have compared it',
        body: releaseInput,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      await confirmClock(deps, actorOf(request), request.body.why);
      return reply.status(204).send(null);
    },
  );
}

async function presentCaseCustody(deps: ApiDeps, caseId: string): Promise<CaseCustody> {
  const { db, clock } = deps;
  await caseSummary(db, caseId);
  const exhibits = await exhibitsOfCase(db, caseId);
  const { terms, destructions } = await custodyStateOfCase(db, caseId);
  const held = await holdsOfCase(db, caseId);
  const exported = await exportsOfCase(db, caseId);
  const names = await namesOf(db, [
    ...held.flatMap((row) => [row.placed_by, ...(row.released_by === null ? [] : [row.released_by])]),
    ...destructions.map((row) => row.ordered_by),
    ...exported.map((row) => row.ordered_by),
  ]);
  const holding = held.filter((row) => row.released_at === null);
  return {
    exhibits: exhibits.map(({ id: exhibitId, destroyed_at: destroyedAt }) => {
      const term = terms.find((row) => row.artefact === 'exhibit' && row.artefact_id === exhibitId);
      const isHeld = holding.some((row) => row.case_id === caseId || row.exhibit_id === exhibitId);
      const latest = destructions.findLast((row) => row.exhibit_id === exhibitId);
      const until = term?.preserve_until ?? null;
      const underWay = latest !== undefined && latest.status !== 'halted';
      return {
        exhibitId,
        term:
          term === undefined
            ? null
            : { preserveUntil: until?.toISOString() ?? null, because: [...term.because] },
        held: isHeld,
        due: destroyedAt === null && !underWay && !isHeld && until !== null && until <= clock.now(),
        destruction: latest === undefined ? null : presentDestruction(latest, names),
      };
    }),
    holds: held.map((row) => presentHold(row, names, HOLD_GROUNDS)),
    exports: exported.map((row) => presentExport(row, names)),
    grounds: HOLD_GROUNDS.map(({ id: groundId, title, citation, renewAfter }) => ({
      id: groundId,
      title,
      citation,
      renewed: renewAfter !== null,
    })),
  };
}
