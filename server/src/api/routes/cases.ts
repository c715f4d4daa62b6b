import { z } from 'zod';
import { accessOfCase, restrictCase, waitingApprovals } from '../../access/index.ts';
import {
  accountsOfCase,
  assignCase,
  caseSummary as readCaseSummary,
  exhibitsOfCase,
  groupPage,
  pageOfCases,
  pageOfTimeline,
  signalsOfCase,
} from '../../cases/index.ts';
import { actionsOfCase } from '../../enforcement/index.ts';
import { userReportCounts, userReportsOfCase } from '../../intake/index.ts';
import { reportsOfCase } from '../../reporting/index.ts';
import { decisionOfCase, revealsOfCase } from '../../review/index.ts';
import { personOf } from '../authentication.ts';
import {
  accessInput,
  assigneeInput,
  caseDetail,
  caseStatus,
  caseSummary,
  id,
  page,
  pageQuery,
  timelineEvent,
  type CaseDetail,
} from '../contract/index.ts';
import type { Api, ApiDeps } from '../deps.ts';
import {
  iso,
  presentAction,
  presentCaseSummary,
  presentDecision,
  presentExhibit,
  presentReport,
  presentTimelineEvent,
  presentUserReport,
} from '../present.ts';

const caseParams = z.object({ caseId: id });

export function caseRoutes(app: Api, deps: ApiDeps): void {
  const { db } = deps;
  const config = { access: { kind: 'person', permission: 'cases.read' } } as const;

  app.get(
    '/v1/cases',
    {
      config: { access: { kind: 'person', permission: 'queue.read' } },
      schema: {
        tags: ['Cases'],
        summary: 'The queue: highest priority first',
        querystring: pageQuery.extend({
          status: caseStatus.default('open'),
          assignee: z.enum(['me', 'nobody']).optional(),
        }),
        response: { 200: page(caseSummary) },
      },
    },
    async (request) => {
      const { items, nextCursor } = await pageOfCases(db, personOf(request), request.query);
      const counts = await userReportCounts(
        db,
        items.map((row) => row.id),
      );
      return { items: items.map((row) => presentCaseSummary(row, counts.get(row.id) ?? 0)), nextCursor };
    },
  );

  app.get(
    '/v1/cases/:caseId',
    {
      config,
      schema: { tags: ['Cases'], summary: 'One case', params: caseParams, response: { 200: caseDetail } },
    },
    async (request) => presentCase(deps, request.params.caseId),
  );

  app.get(
    '/v1/cases/:caseId/timeline',
    {
      config,
      schema: {
        tags: ['Cases'],
        summary: 'Everything that happened in a case, newest first',
        params: caseParams,
        querystring: pageQuery,
        response: { 200: page(timelineEvent) },
      },
    },
    async (request) => {
      await readCaseSummary(db, request.params.caseId);
      const { items, nextCursor } = await pageOfTimeline(db, request.params.caseId, request.query);
      return { items: items.map(presentTimelineEvent), nextCursor };
    },
  );

  app.put(
    '/v1/cases/:caseId/assignee',
    {
      config,
      schema: {
        tags: ['Cases'],
        summary: 'Say who works on a case',
        description: "Taking what is nobody's and giving back one's own; all else: permission cases.assign.",
        params: caseParams,
        body: assigneeInput,
        response: { 200: caseDetail },
      },
    },
    async (request) => {
      const { caseId } = request.params;
      await assignCase(deps, personOf(request), caseId, request.body.personId);
      return presentCase(deps, caseId);
    },
  );

  app.put(
    '/v1/cases/:caseId/access',
    {
      config: { access: { kind: 'person', permission: 'cases.restrict' } },
      schema: {
        tags: ['Cases'],
        summary: 'Restrict a case to named people, or open it again',
        description: 'To everybody else, the case and all that is of it is not there.',
        params: caseParams,
        body: accessInput,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const { caseId } = request.params;
      await restrictCase(deps, personOf(request), { caseId, people: request.body.people });
      return reply.status(204).send(null);
    },
  );
}

async function presentCase({ db, clock }: ApiDeps, caseId: string): Promise<CaseDetail> {
  const summary = await readCaseSummary(db, caseId);
  const reports = await userReportsOfCase(db, caseId);
  const { group, names, members } = await groupPage(db, summary.group_id);
  const accounts = await accountsOfCase(db, caseId);
  const exhibits = await exhibitsOfCase(db, caseId);
  const signals = await signalsOfCase(db, caseId);
  const reveals = await revealsOfCase(db, caseId);
  const decision = await decisionOfCase(db, caseId);
  const actions = await actionsOfCase(db, caseId);
  const filed = await reportsOfCase(db, caseId);
  const access = await accessOfCase(db, caseId);
  return {
    ...presentCaseSummary(summary, reports.length),
    group: {
      id: group.id,
      externalId: group.external_id,
      name: group.name,
      description: group.description,
      visibility: group.visibility,
      pictureExhibitId: group.picture_exhibit_id,
      formerNames: names
        .filter((name) => name.name !== group.name)
        .map((name) => ({ name: name.name, firstSeenAt: name.first_seen_at.toISOString() })),
      members,
    },
    accounts: accounts.map((account) => ({
      id: account.id,
      externalId: account.external_id,
      handle: account.handle,
      displayName: account.display_name,
      membership:
        account.role === null
          ? null
          : { role: account.role, joinedAt: iso(account.joined_at), leftAt: iso(account.left_at) },
      sentReportedMessage: account.sent_reported_message,
      reporter: account.reporter,
      pictureExhibitId: account.picture_exhibit_id,
    })),
    exhibitList: exhibits.map((exhibit) => presentExhibit(exhibit, signals, reveals)),
    userReportList: reports.map(presentUserReport),
    decision: decision === undefined ? null : presentDecision(decision),
    actions: actions.map(presentAction),
    reports: filed.map(presentReport),
    access: access && access.map((person) => ({ id: person.id, displayName: person.displayName })),
    waitingApprovals: (await waitingApprovals(db, clock, caseId)).map((one) => ({
      id: one.id,
      kind: one.kind,
    })),
  };
}
