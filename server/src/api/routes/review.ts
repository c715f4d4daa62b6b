import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { requirePermission } from '../../access/index.ts';
import { incidentTypes } from '../../reporting/index.ts';
import {
  decide,
  decisionOfCase,
  POLICIES,
  previewExhibit,
  revealExhibit,
  type Picture,
} from '../../review/index.ts';
import { sessionOf } from '../authentication.ts';
import {
  approval,
  decision,
  decisionInput,
  id,
  policy,
  reportOptions,
  revealInput,
} from '../contract/index.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { presentDecision, presentPolicy } from '../present.ts';
import { awaited } from './awaited.ts';

const exhibitParams = z.object({ exhibitId: id });
const WEBP = {
  description: 'The picture',
  content: { 'image/webp': { schema: z.any().meta({ type: 'string', format: 'binary' }) } },
};

export function reviewRoutes(app: Api, deps: ApiDeps): void {
  app.get(
    '/v1/exhibits/:exhibitId/preview',
    {
      config: { access: { kind: 'person', permission: 'exhibits.preview' } },
      schema: {
        tags: ['Review'],
        summary: 'An exhibit small, gray and blurred (image/webp)',
        params: exhibitParams,
        response: { 200: WEBP },
      },
    },
    async (request, reply) =>
      sendPicture(reply, await previewExhibit(deps, sessionOf(request).person.id, request.params.exhibitId)),
  );

  app.post(
    '/v1/exhibits/:exhibitId/reveal',
    {
      config: { access: { kind: 'person', permission: 'exhibits.reveal' } },
      schema: {
        tags: ['Review'],
        summary: 'The whole picture, or stills of a video (image/webp); recorded under your name',
        params: exhibitParams,
        body: revealInput,
        response: { 200: WEBP },
      },
    },
    async (request, reply) => {
      const { exhibitId } = request.params;
      const picture = await revealExhibit(deps, sessionOf(request).person.id, exhibitId, request.body.reason);
      return sendPicture(reply, picture);
    },
  );

  app.get(
    '/v1/policies',
    {
      config: { access: { kind: 'person', permission: 'cases.read' } },
      schema: {
        tags: ['Review'],
        summary: 'Policies, and what may follow from each',
        response: { 200: z.object({ items: z.array(policy) }) },
      },
    },
    async () => ({ items: POLICIES.map(presentPolicy) }),
  );

  app.get(
    '/v1/report-options',
    {
      config: { access: { kind: 'person', permission: 'cases.read' } },
      schema: {
        tags: ['Review'],
        summary: 'What a CyberTip can state',
        response: { 200: reportOptions },
      },
    },
    async () => ({ incidentTypes: [...incidentTypes], industryClassifications: CLASSIFICATIONS }),
  );

  app.post(
    '/v1/cases/:caseId/decisions',
    {
      config: { access: { kind: 'person', permission: 'cases.decide' } },
      schema: {
        tags: ['Review'],
        summary: 'Rule on a case and close it',
        description:
          'With a CyberTip: also permission reports.file. A ruling that bans many accounts at once waits for a second signature: the answer is 202, and the case stays open.',
        params: z.object({ caseId: id }),
        body: decisionInput,
        response: { 201: decision, 202: approval },
      },
    },
    async (request, reply) => {
      const { person } = sessionOf(request);
      const { caseId } = request.params;
      if (request.body.cyberTip !== undefined) requirePermission(person.roles, 'reports.file');
      const outcome = await decide(deps, person, caseId, request.body);
      if ('waiting' in outcome) return reply.status(202).send(await awaited(deps, person, outcome.waiting));
      const made = await decisionOfCase(deps.db, caseId);
      if (made === undefined) throw new Error('a decision that was just made is not there');
      return reply.status(201).send(presentDecision(made));
    },
  );
}

/** The industry's scale, as the published documentation words it. */
const CLASSIFICATIONS = [
  { code: 'A1', meaning: 'Prepubescent minor, sex act' },
  { code: 'A2', meaning: 'Prepubescent minor, lascivious exhibition' },
  { code: 'B1', meaning: 'Pubescent minor, sex act' },
  { code: 'B2', meaning: 'Pubescent minor, lascivious exhibition' },
];

function sendPicture(reply: FastifyReply, picture: Picture): FastifyReply {
  return reply
    .header('cache-control', 'no-store')
    .header('cross-origin-resource-policy', 'same-origin')
    .header('content-disposition', 'inline')
    .type(picture.mediaType)
    .send(Buffer.from(picture.bytes));
}
