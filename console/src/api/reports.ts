import type { ReportDetail, ReportOptions, ReportSummary } from '@breakwater/server/contract';
import { queryOptions } from '@tanstack/react-query';
import { call } from './client.ts';
import { keys } from './keys.ts';
import { liveMilliseconds, pagedList } from './paging.ts';

export const reportsQuery = pagedList<ReportSummary>(keys.reportPages, '/v1/reports', {}, liveMilliseconds);

export function reportQuery(reportId: string) {
  return queryOptions({
    queryKey: keys.report(reportId),
    queryFn: ({ signal }) => call<ReportDetail>(`/v1/reports/${encodeURIComponent(reportId)}`, { signal }),
    refetchInterval: ({ state }) => {
      const status = state.data?.status;
      return status === undefined || status === 'filed' || status === 'failed' ? false : 2000;
    },
  });
}

export const reportOptionsQuery = queryOptions({
  queryKey: keys.reportOptions,
  queryFn: ({ signal }) => call<ReportOptions>('/v1/report-options', { signal }),
  staleTime: 300_000,
});

export function retryReport(reportId: string): Promise<ReportSummary> {
  return call(`/v1/reports/${encodeURIComponent(reportId)}/retry`, { method: 'POST' });
}
