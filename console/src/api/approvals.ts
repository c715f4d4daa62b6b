import type { Approval, TwoPersonRules } from '@breakwater/server/contract';
import { queryOptions } from '@tanstack/react-query';
import { call } from './client.ts';
import { keys } from './keys.ts';
import { liveMilliseconds, pagedList } from './paging.ts';

export type ApprovalView = 'to-sign' | 'own' | 'history';

export function approvalsQuery(view: ApprovalView) {
  return pagedList<Approval>(keys.approvalsOf(view), '/v1/approvals', { view }, liveMilliseconds);
}

export const twoPersonRulesQuery = queryOptions({
  queryKey: keys.twoPersonRules,
  queryFn: ({ signal }) => call<TwoPersonRules>('/v1/two-person-rules', { signal }),
});

export function concludeApproval(
  approvalId: string,
  verb: 'approve' | 'refuse' | 'withdraw',
  note: string,
): Promise<Approval> {
  const json = verb === 'withdraw' ? undefined : note === '' ? {} : { note };
  return call(`/v1/approvals/${encodeURIComponent(approvalId)}/${verb}`, { method: 'POST', json });
}

type Rule = { required: boolean; threshold?: number };

export function setTwoPersonRule(
  kind: string,
  rule: Rule,
  reason: string,
): Promise<TwoPersonRules | Approval> {
  const path = `/v1/two-person-rules/${encodeURIComponent(kind)}`;
  return call(path, { method: 'PUT', json: { ...rule, reason } });
}

export function setLoneSignature(allowed: boolean, reason: string): Promise<TwoPersonRules | Approval> {
  return call('/v1/lone-signature', { method: 'PUT', json: { allowed, reason } });
}

/** Whether something that was asked for waits for a second person, instead of being done. */
export function isApproval(answer: object): answer is Approval {
  return 'requestedBy' in answer;
}
