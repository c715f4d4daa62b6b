import type { Approval, HashList, HashListEntry, ImportAnswer } from '@breakwater/server/contract';
import { queryOptions } from '@tanstack/react-query';
import { call } from './client.ts';
import { keys } from './keys.ts';
import { pagedList } from './paging.ts';

export const hashListsQuery = queryOptions({
  queryKey: keys.hashLists,
  queryFn: ({ signal }) => call<{ items: HashList[] }>('/v1/hash-lists', { signal }),
});

export function hashListEntriesQuery(slug: string) {
  const path = `/v1/hash-lists/${encodeURIComponent(slug)}/entries`;
  return pagedList<HashListEntry>(keys.hashListEntries(slug), path);
}

const mediaTypes: Readonly<Record<string, string>> = { csv: 'text/csv', vpdq: 'text/x-vpdq' };

/** Imports a CSV, JSON Lines or vPDQ text file into the list, which is made if there is none of that slug. */
export function importHashList(slug: string, name: string, file: File): Promise<ImportAnswer | Approval> {
  const mediaType = mediaTypes[file.name.toLowerCase().split('.').at(-1) ?? ''] ?? 'application/x-ndjson';
  return call(`/v1/hash-lists/${encodeURIComponent(slug)}/import`, {
    method: 'POST',
    query: { name: name || undefined },
    file: { content: file, mediaType },
  });
}

/** Marks a list as shared or not; what comes back is a request where a second person has to sign. */
export function shareHashList(slug: string, shared: boolean, reason: string): Promise<HashList | Approval> {
  const path = `/v1/hash-lists/${encodeURIComponent(slug)}/sharing`;
  return call(path, { method: 'PUT', json: { shared, reason } });
}

export function deleteHashList(slug: string): Promise<void> {
  return call(`/v1/hash-lists/${encodeURIComponent(slug)}`, { method: 'DELETE' });
}
