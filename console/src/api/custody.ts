import type {
  Approval,
  CaseCustody,
  CaseExport,
  CustodyEntryAnswer,
  DestructionAnswer,
  DestructionInput,
  ExportInput,
  HoldInput,
  Retention,
} from '@breakwater/server/contract';
import { queryOptions } from '@tanstack/react-query';
import { call, callForBytes } from './client.ts';
import { keys } from './keys.ts';

/** Terms, holds, destructions and exports of a case; asked again while a destruction is under way. */
export function custodyQuery(caseId: string) {
  return queryOptions({
    queryKey: keys.custody(caseId),
    queryFn: ({ signal }) => call<CaseCustody>(`/v1/cases/${encodeURIComponent(caseId)}/custody`, { signal }),
    refetchInterval: ({ state }) =>
      state.data?.exhibits.some(({ destruction }) =>
        ['ordered', 'erased'].includes(destruction?.status ?? ''),
      ) === true
        ? 2000
        : false,
  });
}

export function custodyRecordQuery(caseId: string, exhibitId: string) {
  return queryOptions({
    queryKey: keys.custodyRecord(caseId, exhibitId),
    queryFn: ({ signal }) =>
      call<{ items: CustodyEntryAnswer[] }>(`/v1/exhibits/${encodeURIComponent(exhibitId)}/custody`, {
        signal,
      }),
  });
}

export function placeHold(hold: HoldInput): Promise<unknown> {
  return call('/v1/holds', { method: 'POST', json: hold });
}

export function releaseHold(holdId: string, why: string): Promise<unknown> {
  return call(`/v1/holds/${encodeURIComponent(holdId)}/release`, { method: 'POST', json: { why } });
}

/** Answered with the request, where it waits for a second signature; so are the others that take two people. */
export function orderDestruction(
  exhibitId: string,
  order: DestructionInput,
): Promise<DestructionAnswer | Approval> {
  const path = `/v1/exhibits/${encodeURIComponent(exhibitId)}/destruction`;
  return call(path, { method: 'POST', json: order });
}

/** Orders a package; nothing leaves by that. */
export function orderExport(caseId: string, order: ExportInput): Promise<CaseExport | Approval> {
  return call(`/v1/cases/${encodeURIComponent(caseId)}/exports`, { method: 'POST', json: order });
}

/** The package of an export that stands, a ZIP. The server records each time that it is fetched. */
export function fetchPackage(exportId: string): Promise<Blob> {
  return callForBytes(`/v1/case-exports/${encodeURIComponent(exportId)}/package`, { method: 'POST' });
}

export function certificateAddress(exhibitId: string): string {
  return `/v1/exhibits/${encodeURIComponent(exhibitId)}/certificate?format=html`;
}

export const retentionQuery = queryOptions({
  queryKey: keys.retention,
  queryFn: ({ signal }) => call<Retention>('/v1/retention', { signal }),
});

export function setRetention(rules: Retention['rules'], why: string): Promise<Retention | Approval> {
  return call('/v1/retention', { method: 'PUT', json: { rules, why } });
}

export function confirmClock(why: string): Promise<Approval | undefined> {
  return call('/v1/clock/confirm', { method: 'POST', json: { why } });
}
