import type {
  Approval,
  CaseDetail,
  CaseSummary,
  Decision,
  DecisionInput,
  Policy,
  TimelineEvent,
} from '@breakwater/server/contract';
import { queryOptions } from '@tanstack/react-query';
import { isApproval } from './approvals.ts';
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

type Ordered = { actions: number; reports: number };

/** What was ordered with the decisions that were made here. */
const orders = new Map<string, Ordered>();

/** Rules on a case. A ruling that needs a second person comes back as a request that waits. */
export async function decide(caseId: string, decision: DecisionInput): Promise<Decision | Approval> {
  const path = `/v1/cases/${encodeURIComponent(caseId)}/decisions`;
  const made = await call<Decision | Approval>(path, { method: 'POST', json: decision });
  if (isApproval(made)) return made;
  orders.set(caseId, { actions: decision.actions.length, reports: decision.cyberTip ? 1 : 0 });
  return made;
}

/** Says who works on a case; null gives it back. */
export function assignCase(caseId: string, personId: string | null): Promise<CaseDetail> {
  const path = `/v1/cases/${encodeURIComponent(caseId)}/assignee`;
  return call(path, { method: 'PUT', json: { personId } });
}

/** Restricts a case to named people; null opens it to all whose roles let them. */
export function restrictCase(caseId: string, people: string[] | null): Promise<void> {
  const path = `/v1/cases/${encodeURIComponent(caseId)}/access`;
  return call(path, { method: 'PUT', json: { people } });
}

/** How much of what was ordered with a decision is not listed in the case yet: it follows within moments. */
export function stillToCome({ id, actions, reports }: CaseDetail): Ordered {
  const ordered = orders.get(id) ?? { actions: 0, reports: 0 };
  return {
    actions: Math.max(ordered.actions - actions.length, 0),
    reports: Math.max(ordered.reports - reports.length, 0),
  };
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
  const { actions, reports } = stillToCome(found);
  return (
    actions > 0 ||
    reports > 0 ||
    found.actions.some(({ status }) => status === 'waiting') ||
    found.reports.some(({ status }) => status === 'queued' || status === 'filing' || status === 'waiting') ||
    found.exhibitList.some(({ verdict }) => verdict === 'pending')
  );
}
