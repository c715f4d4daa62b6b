import { infiniteQueryOptions } from '@tanstack/react-query';
import { call, type Page } from './client.ts';

/** Options of a list that is read page by page, following `nextCursor` until it is null. */
export function pagedList<Item>(
  queryKey: readonly unknown[],
  path: string,
  query: Record<string, string | undefined> = {},
) {
  return infiniteQueryOptions({
    queryKey,
    queryFn: ({ pageParam, signal }) =>
      call<Page<Item>>(path, { query: { ...query, cursor: pageParam ?? undefined }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.nextCursor,
  });
}
