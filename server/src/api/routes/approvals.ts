import { z } from 'zod';
import {
  approvalKind,
  changeTwoPersonRule,
  isApprovalKind,
  loneSignatureAllowed,
  pageOfApprovals,
  twoPersonRules as readRules,
} from '../../access/index.ts';
import { CodedError } from '../../foundation/index.ts';
import { personOf } from '../authentication.ts';
import {
  approval,
  approvalInput,
  approvalQuery,
  id,
  loneSignatureInput,
  page,
  twoPersonRuleInput,
  twoPersonRules,
  type TwoPersonRules,
} from '../contract/index.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { presentApproval, presentTwoPersonRule } from '../present-approvals.ts';
import { awaited, namesOfPeople } from './awaited.ts';

const approvalParams = z.object({ approvalId: id });
const signedIn = { access: { kind: 'signed-in' } } as const;
const gives = { access: { kind: 'person', permission: 'approvals.give' } } as const;
const configures = { access: { kind: 'person', permission: 'approvals.configure' } } as const;

/** The two-person rule: requests, second signatures, and what needs them. */
export function approvalRoutes(app: Api, deps: ApiDeps): void {
  const { db, clock, approvals } = deps;

  app.get(
    '/v1/approvals',
    {
      config: signedIn,
      schema: {
        tags: ['Approvals'],
        summary: 'What waits for a second signature, newest first',
        description: 'Your own requests, and those that are yours to sign or were.',
        querystring: approvalQuery,
        response: { 200: page(approval) },
      },
    },
    async (request) => {
      const person = personOf(request);
      const { items, nextCursor } = await pageOfApprovals(db, clock, person, request.query);
      const names = await namesOfPeople(db);
      return {
        items: items.map((row) => presentApproval(row, person, clock.now(), names)),
        nextCursor,
      };
    },
  );

  app.get(
    '/v1/approvals/:approvalId',
    {
      config: signedIn,
      schema: {
        tags: ['Approvals'],
        summary: 'One request',
        params: approvalParams,
        response: { 200: approval },
      },
    },
    async (request) => awaited(deps, personOf(request), request.params.approvalId),
  );

  for (const [verb, summary] of [
    ['approve', 'Give the second signature, and have it done'],
    ['refuse', 'Refuse to sign'],
  ] as const) {
    app.post(
      `/v1/approvals/:approvalId/${verb}`,
      {
        config: gives,
        schema: {
          tags: ['Approvals'],
          summary,
          params: approvalParams,
          body: approvalInput,
          response: { 200: approval },
        },
      },
      async (request) => {
        const { approvalId } = request.params;
        await approvals[verb](personOf(request), approvalId, request.body.note ?? null);
        return awaited(deps, personOf(request), approvalId);
      },
    );
  }

  app.post(
    '/v1/approvals/:approvalId/withdraw',
    {
      config: signedIn,
      schema: {
        tags: ['Approvals'],
        summary: 'Withdraw what you asked for',
        params: approvalParams,
        response: { 200: approval },
      },
    },
    async (request) => {
      await approvals.withdraw(personOf(request), request.params.approvalId);
      return awaited(deps, personOf(request), request.params.approvalId);
    },
  );

  app.get(
    '/v1/two-person-rules',
    {
      config: signedIn,
      schema: { tags: ['Approvals'], summary: 'What needs two people', response: { 200: twoPersonRules } },
    },
    async () => presentRules(deps),
  );

  app.put(
    '/v1/two-person-rules/:kind',
    {
      config: configures,
      schema: {
        tags: ['Approvals'],
        summary: 'Say whether something needs two people',
        description: 'To ask for more is done at once; to ask for less waits for a second signature: 202.',
        params: z.object({ kind: z.string().max(100) }),
        body: twoPersonRuleInput,
        response: { 200: twoPersonRules, 202: approval },
      },
    },
    async (request, reply) => {
      const { kind } = request.params;
      if (!isApprovalKind(kind)) throw new CodedError('BW-NOT-FOUND');
      if (approvalKind(kind).fixed === true) throw new CodedError('BW-RULE-FIXED');
      const { required, threshold: asked, reason } = request.body;
      const present = (await readRules(db)).find((rule) => rule.kind === kind)?.threshold ?? null;
      const threshold = present === null ? null : (asked ?? present);
      const change = { rule: { kind, required, threshold } };
      const outcome = await changeTwoPersonRule(deps, personOf(request), change, reason);
      if ('waiting' in outcome)
        return reply.status(202).send(await awaited(deps, personOf(request), outcome.waiting));
      return presentRules(deps);
    },
  );

  app.put(
    '/v1/lone-signature',
    {
      config: configures,
      schema: {
        tags: ['Approvals'],
        summary: 'Say whether one person may act alone while nobody else could sign',
        body: loneSignatureInput,
        response: { 200: twoPersonRules, 202: approval },
      },
    },
    async (request, reply) => {
      const { allowed, reason } = request.body;
      const change = { loneSignature: allowed };
      const outcome = await changeTwoPersonRule(deps, personOf(request), change, reason);
      if ('waiting' in outcome)
        return reply.status(202).send(await awaited(deps, personOf(request), outcome.waiting));
      return presentRules(deps);
    },
  );
}

async function presentRules({ db }: ApiDeps): Promise<TwoPersonRules> {
  return {
    rules: (await readRules(db)).map(presentTwoPersonRule),
    loneSignature: await loneSignatureAllowed(db),
  };
}
