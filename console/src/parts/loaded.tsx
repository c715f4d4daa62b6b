import { Button } from '@mantine/core';
import type { InfiniteData, UseInfiniteQueryResult, UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { Page } from '../api/client.ts';
import { Problem } from './notice.tsx';

type LoadedProps<Data> = {
  query: UseQueryResult<Data> | UseInfiniteQueryResult<Data>;
  /** What is being read, such as "the case". */
  what: string;
  children: (data: Data) => ReactNode;
};

/** Shows the data of a query; before it, that it is on its way; and whatever went wrong, also beside old data. */
export function Loaded<Data>({ query, what, children }: LoadedProps<Data>) {
  return (
    <>
      {query.isError && (
        <>
          <Problem error={query.error} title={`Could not read ${what}`} />
          <p>
            <Button variant="default" onClick={() => void query.refetch()} loading={query.isFetching}>
              Try again
            </Button>
          </p>
        </>
      )}
      {query.isPending && (
        <p className="quiet" role="status">
          Reading {what}…
        </p>
      )}
      {query.data !== undefined && children(query.data)}
    </>
  );
}

export function itemsOf<Item>(data: InfiniteData<Page<Item>>): Item[] {
  return data.pages.flatMap(({ items }) => items);
}

/** The button that reads the next page; nothing where there is none. */
export function LoadMore({ query, label }: { query: UseInfiniteQueryResult; label: string }) {
  if (!query.hasNextPage) return null;
  return (
    <p>
      <Button variant="default" onClick={() => void query.fetchNextPage()} loading={query.isFetchingNextPage}>
        {label}
      </Button>
    </p>
  );
}
