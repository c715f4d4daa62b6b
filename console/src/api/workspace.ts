import type { Workspace } from '@breakwater/server/contract';
import { queryOptions } from '@tanstack/react-query';
import { call } from './client.ts';
import { keys } from './keys.ts';
import { liveMilliseconds } from './paging.ts';

export const workspaceQuery = queryOptions({
  queryKey: keys.workspace,
  queryFn: ({ signal }) => call<Workspace>('/v1/workspace', { signal }),
  refetchInterval: liveMilliseconds,
});

export function removeDemo(): Promise<{ removedCases: number }> {
  return call('/v1/demo', { method: 'DELETE' });
}
