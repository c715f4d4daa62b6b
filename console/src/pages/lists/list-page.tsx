import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { hashListEntriesQuery, hashListsQuery } from '../../api/hash-lists.ts';
import { itemsOf, Loaded, LoadMore } from '../../parts/loaded.tsx';
import { Moment } from '../../parts/moment.tsx';
import { DataTable, Empty, PageHeading } from '../../parts/page.tsx';
import { fingerprintWords } from '../../parts/words.ts';

const route = getRouteApi('/desk/lists/$slug');

/** The entries of one list. */
export function ListPage() {
  const { slug } = route.useParams();
  const list = useQuery(hashListsQuery).data?.items.find((one) => one.slug === slug);
  const query = useInfiniteQuery(hashListEntriesQuery(slug));
  const title = list?.name ?? slug;
  return (
    <div className="page">
      <nav aria-label="Breadcrumb" className="small">
        <Link to="/lists">Hash lists</Link>
      </nav>
      <PageHeading title={title}>
        <bdi>{title}</bdi>
      </PageHeading>
      <Loaded query={query} what="the entries">
        {(data) => {
          const entries = itemsOf(data);
          if (entries.length === 0) return <Empty title="This list has no entries." />;
          return (
            <>
              <DataTable caption={`Entries of ${title}`}>
                <thead>
                  <tr>
                    <th scope="col">Kind</th>
                    <th scope="col">Fingerprint</th>
                    <th scope="col">Label</th>
                    <th scope="col">Source's identifier</th>
                    <th scope="col" className="number">
                      Matches within
                    </th>
                    <th scope="col">Added</th>
                  </tr>
                </thead>
                <tbody>
                  {entries.map((entry) => (
                    <tr key={entry.id}>
                      <td>{fingerprintWords[entry.fingerprint]}</td>
                      <td>
                        <code className="hash">{entry.value}</code>
                      </td>
                      <td>
                        {entry.label === null ? (
                          <span className="quiet">None</span>
                        ) : (
                          <bdi>{entry.label}</bdi>
                        )}
                      </td>
                      <td>
                        {entry.externalId === null ? (
                          <span className="quiet">None</span>
                        ) : (
                          <bdi>{entry.externalId}</bdi>
                        )}
                      </td>
                      <td className="number nowrap">
                        {entry.fingerprint !== 'pdq'
                          ? 'exact'
                          : entry.threshold === null
                            ? 'default'
                            : `${entry.threshold} bits`}
                      </td>
                      <td className="nowrap">
                        <Moment at={entry.addedAt} />
                      </td>
                    </tr>
                  ))}
                </tbody>
              </DataTable>
              <LoadMore query={query} label="Load more entries" />
            </>
          );
        }}
      </Loaded>
    </div>
  );
}
