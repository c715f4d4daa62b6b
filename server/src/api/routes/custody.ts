import { PassThrough } from 'node:stream';
import { z } from 'zod';
import { requireVisible, waitingApprovals, type Person } from '../../access/index.ts';
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
  startPackage,
  zipSink,
  ledgerEventProofs,
  type ExportDeps,
  type LeavingPackage,
} from '../../custody/index.ts';
import { actorOf, personOf } from '../authentication.ts';
import {
  approval,
  caseCustody,
  caseExport,
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
import { awaited } from './awaited.ts';

const caseParams = z.object({ caseId: id });
const exhibitParams = z.object({ exhibitId: id });
const holdParams = z.object({ holdId: id });
const exportParams = z.object({ exportId: id });
const WAITS = 'Waits for a second signature: the answer is 202.';
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
  exportRoutes(app, deps);
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
    async (request) => presentCaseCustody(deps, personOf(request), request.params.caseId),
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
      await requireVisible(deps.db, personOf(request), on.kind, on.id);
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
    async (request) => {
      const due = await dueForDestruction(deps.db, personOf(request), deps.clock.now(), 200);
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
        description: WAITS,
        params: exhibitParams,
        body: destructionInput,
        response: { 201: destruction, 202: approval },
      },
    },
    async (request, reply) => {
      const person = personOf(request);
      const order = { exhibitId: request.params.exhibitId, ...request.body };
      const outcome = await orderDestruction(deps, person, order);
      if ('waiting' in outcome) return reply.status(202).send(await awaited(deps, person, outcome.waiting));
      const row = await deps.db
        .selectFrom('destructions')
        .selectAll()
        .where('id', '=', outcome.done)
        .executeTakeFirstOrThrow();
      return reply.status(201).send(presentDestruction(row, await namesOf(deps.db, [row.ordered_by])));
    },
  );
}

function exportRoutes(app: Api, deps: ApiDeps): void {
  app.post(
    '/v1/cases/:caseId/exports',
    {
      config: exports,
      schema: {
        tags,
        summary: 'Order the export of a case, in a package sealed to its recipient',
        description: `${WAITS} Nothing leaves by the order: its package is fetched once it stands.`,
        params: caseParams,
        body: exportInput,
        response: { 201: caseExport, 202: approval },
      },
    },
    async (request, reply) => {
      const person = personOf(request);
      const outcome = await orderExport(deps, person, { ...request.params, ...request.body });
      if ('waiting' in outcome) return reply.status(202).send(await awaited(deps, person, outcome.waiting));
      const names = await namesOf(deps.db, [outcome.done.ordered_by]);
      return reply.status(201).send(presentExport(outcome.done, names, person, deps.clock.now()));
    },
  );

  app.post(
    '/v1/case-exports/:exportId/package',
    {
      config: exports,
      schema: {
        tags,
        summary: 'Fetch the package of an export that you ordered (application/zip)',
        description: 'Within a week of its second signature. Each time is recorded, for each exhibit.',
        params: exportParams,
        response: {
          200: {
            description: 'The package',
            content: { 'application/zip': { schema: z.any().meta({ type: 'string', format: 'binary' }) } },
          },
        },
      },
    },
    async (request, reply) => {
      const leaving = await startPackage(withProofs(deps), actorOf(request), request.params.exportId);
      const output = new PassThrough();
      sendPackage(leaving, output).catch((error: unknown) => {
        // The answer has begun: that it breaks off is how the client learns of it.
        request.log.error({ error }, 'a package could not be written');
        output.destroy(error instanceof Error ? error : new Error(String(error)));
      });
      return reply
        .header('content-disposition', `attachment; filename="case-export-${leaving.ordered.id}.zip"`)
        .type('application/zip')
        .send(output);
    },
  );
}

function withProofs(deps: ApiDeps): ExportDeps {
  return { ...deps, eventProofs: ledgerEventProofs(deps.ledgerKey.verifierKey) };
}

async function sendPackage(leaving: LeavingPackage, output: PassThrough): Promise<void> {
  const sink = zipSink(leaving.ordered.ordered_at, output);
  await leaving.writeTo(sink);
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
        description: WAITS,
        body: retentionInput,
        response: { 200: retention, 202: approval },
      },
    },
    async (request, reply) => {
      const person = personOf(request);
      const outcome = await setRules(deps, person, request.body);
      if ('waiting' in outcome) return reply.status(202).send(await awaited(deps, person, outcome.waiting));
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
        description: WAITS,
        body: releaseInput,
        response: { 202: approval, 204: z.null() },
      },
    },
    async (request, reply) => {
      const person = personOf(request);
      const outcome = await confirmClock(deps, person, request.body.why);
      if ('waiting' in outcome) return reply.status(202).send(await awaited(deps, person, outcome.waiting));
      return reply.status(204).send(null);
    },
  );
}

async function presentCaseCustody(deps: ApiDeps, viewer: Person, caseId: string): Promise<CaseCustody> {
  const { db, clock } = deps;
  await caseSummary(db, caseId);
  const exhibits = await exhibitsOfCase(db, caseId);
  const { terms, destructions } = await custodyStateOfCase(db, caseId);
  const held = await holdsOfCase(db, caseId);
  const exported = await exportsOfCase(db, caseId);
  const names = await namesOf(db, [
    ...held.flatMap((row) => [row.placed_by, ...(row.released_by === null ? [] : [row.released_by])]),
    ...[...destructions, ...exported].flatMap((row) => [
      row.ordered_by,
      ...(row.approved_by === null ? [] : [row.approved_by]),
    ]),
  ]);
  const waiting = await waitingApprovals(db, clock, caseId);
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
        awaited: waiting.some(
          (one) => one.kind === 'exhibits.destroy' && one.subject === `exhibit:${exhibitId}`,
        ),
        destruction: latest === undefined ? null : presentDestruction(latest, names),
      };
    }),
    holds: held.map((row) => presentHold(row, names, HOLD_GROUNDS)),
    exports: exported.map((row) => presentExport(row, names, viewer, clock.now())),
    exportAwaited: waiting.some(({ kind }) => kind === 'originals.export'),
    grounds: HOLD_GROUNDS.map(({ id: groundId, title, citation, renewAfter }) => ({
      id: groundId,
      title,
      citation,
      renewed: renewAfter !== null,
    })),
  };
}
