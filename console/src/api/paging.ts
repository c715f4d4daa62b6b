import { infiniteQueryOptions } from '@tanstack/react-query';
import { call, type Page } from './client.ts';

/** How often a list that people keep open is read again; never while the page is hidden. */
export const liveMilliseconds = 10_000;

/** Options of a list that is read page by page, following `nextCursor` until it is null. */
export function pagedList<Item>(
  queryKey: readonly unknown[],
  path: string,
  query: Record<string, string | undefined> = {},
  refetchMilliseconds?: number,
) {
  return infiniteQueryOptions({
    queryKey,
    queryFn: ({ pageParam, signal }) =>
      call<Page<Item>>(path, { query: { ...query, cursor: pageParam ?? undefined }, signal }),
    refetchInterval: refetchMilliseconds ?? false,
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.nextCursor,
  });
}
