import type {
  CaseDetail,
  CaseSummary,
  Decision,
  DecisionInput,
  Policy,
  TimelineEvent,
} from '@breakwater/server/contract';
import { queryOptions } from '@tanstack/react-query';
import { call, callForBytes } from './client.ts';
import { keys } from './keys.ts';
import { liveMilliseconds, pagedList } from './paging.ts';

export type QueueStatus = 'open' | 'closed';

export function queueQuery(status: QueueStatus) {
  return pagedList<CaseSummary>(keys.caseQueue(status), '/v1/cases', { status }, liveMilliseconds);
}

/**
 * One case. It is asked for again only while something in it is under way: reading a case may be
 * recorded in the ledger, which idle polling would flood.
 */
export function caseQuery(caseId: string) {
  return queryOptions({
    queryKey: keys.case(caseId),
    queryFn: ({ signal }) => call<CaseDetail>(`/v1/cases/${encodeURIComponent(caseId)}`, { signal }),
    refetchInterval: (query) => (query.state.data && somethingUnderWay(query.state.data) ? 2000 : false),
  });
}

export function timelineQuery(caseId: string) {
  const path = `/v1/cases/${encodeURIComponent(caseId)}/timeline`;
  return pagedList<TimelineEvent>(keys.timeline(caseId), path, { limit: '25' });
}

export const policiesQuery = queryOptions({
  queryKey: keys.policies,
  queryFn: ({ signal }) => call<{ items: Policy[] }>('/v1/policies', { signal }),
  staleTime: 300_000,
});

export function decide(caseId: string, decision: DecisionInput): Promise<Decision> {
  return call(`/v1/cases/${encodeURIComponent(caseId)}/decisions`, { method: 'POST', json: decision });
}

/** Address of the small, gray, blurred picture that the server makes. */
export function previewAddress(exhibitId: string): string {
  return `/v1/exhibits/${encodeURIComponent(exhibitId)}/preview`;
}

/** The full picture. The server records the reveal, its reason and the person. */
export function reveal(exhibitId: string, reason: string): Promise<Blob> {
  const path = `/v1/exhibits/${encodeURIComponent(exhibitId)}/reveal`;
  return callForBytes(path, { method: 'POST', json: { reason } });
}

function somethingUnderWay(found: CaseDetail): boolean {
  return (
    found.actions.some(({ status }) => status === 'waiting') ||
    found.reports.some(({ status }) => status === 'queued' || status === 'filing' || status === 'waiting') ||
    found.exhibitList.some(({ verdict }) => verdict === 'pending')
  );
}
