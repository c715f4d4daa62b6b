import { z } from 'zod';
import { pageOfReports, reportPage, retryReport } from '../../reporting/index.ts';
import { actorOf, personOf } from '../authentication.ts';
import { id, page, pageQuery, reportDetail, reportSummary } from '../contract/index.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { presentReport, presentReportPage } from '../present.ts';

const reportParams = z.object({ reportId: id });

export function reportingRoutes(app: Api, deps: ApiDeps): void {
  app.get(
    '/v1/reports',
    {
      config: { access: { kind: 'person', permission: 'reports.read' } },
      schema: {
        tags: ['Reports'],
        summary: 'Reports to authorities, newest first',
        querystring: pageQuery,
        response: { 200: page(reportSummary) },
      },
    },
    async (request) => {
      const { items, nextCursor } = await pageOfReports(deps.db, personOf(request), request.query);
      return { items: items.map(presentReport), nextCursor };
    },
  );

  app.get(
    '/v1/reports/:reportId',
    {
      config: { access: { kind: 'person', permission: 'reports.read' } },
      schema: {
        tags: ['Reports'],
        summary: 'One report with every step of its filing',
        params: reportParams,
        response: { 200: reportDetail },
      },
    },
    async (request) => presentReportPage(await reportPage(deps.db, request.params.reportId)),
  );

  app.post(
    '/v1/reports/:reportId/retry',
    {
      config: { access: { kind: 'person', permission: 'reports.file' } },
      schema: {
        tags: ['Reports'],
        summary: 'File a failed or waiting report now',
        params: reportParams,
        response: { 200: reportSummary },
      },
    },
    async (request) => {
      await retryReport(deps, actorOf(request), request.params.reportId);
      const { report } = await reportPage(deps.db, request.params.reportId);
      return presentReport(report);
    },
  );
}
