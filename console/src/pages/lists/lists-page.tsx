import { Button } from '@mantine/core';
import type { HashList } from '@breakwater/server/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { deleteHashList, hashListsQuery } from '../../api/hash-lists.ts';
import { keys } from '../../api/keys.ts';
import { Confirm } from '../../parts/confirm.tsx';
import { Loaded } from '../../parts/loaded.tsx';
import { Moment } from '../../parts/moment.tsx';
import { DataTable, Empty, PageHeading, Panel } from '../../parts/page.tsx';
import { useMay } from '../../parts/permissions.ts';
import { countOf } from '../../parts/words.ts';
import { ImportForm } from './import-form.tsx';
import { Sharing } from './sharing.tsx';

/** The hash lists that pictures are looked up in. */
export function ListsPage() {
  const query = useQuery(hashListsQuery);
  const mayChange = useMay('hash-lists.change');
  return (
    <div className="page">
      <PageHeading title="Hash lists" />
      <p className="lead">
        Every picture is looked up in all of these lists. A list holds fingerprints, never pictures.
      </p>
      <Loaded query={query} what="the hash lists">
        {({ items }) =>
          items.length === 0 ? (
            <Empty title="There is no hash list yet, so nothing can match.">
              <p>Import one below; organizations such as NCMEC and the IWF supply theirs to members.</p>
            </Empty>
          ) : (
            <Lists lists={items} />
          )
        }
      </Loaded>
      {mayChange && (
        <Panel title="Import a list">
          <ImportForm />
        </Panel>
      )}
    </div>
  );
}

function Lists({ lists }: { lists: HashList[] }) {
  const [doomed, setDoomed] = useState<HashList | null>(null);
  const mayChange = useMay('hash-lists.change');
  return (
    <>
      <DataTable caption="Hash lists">
        <thead>
          <tr>
            <th scope="col">List</th>
            <th scope="col">Source</th>
            <th scope="col" className="number">
              Entries
            </th>
            <th scope="col">Updated</th>
            {mayChange && <th scope="col">Change</th>}
          </tr>
        </thead>
        <tbody>
          {lists.map((list) => (
            <tr key={list.id}>
              <th scope="row">
                <Link to="/lists/$slug" params={{ slug: list.slug }}>
                  <bdi>{list.name}</bdi>
                </Link>
                <div className="quiet small">
                  <code>{list.slug}</code>
                  {list.demo && ' · demo'}
                  {list.shared && ' · shared'}
                </div>
              </th>
              <td>
                {list.source === null ? <span className="quiet">Not told</span> : <bdi>{list.source}</bdi>}
              </td>
              <td className="number">{list.entries.toLocaleString('en')}</td>
              <td className="nowrap">
                <Moment at={list.updatedAt} />
              </td>
              {mayChange && (
                <td className="row-buttons">
                  <Sharing list={list} />
                  <Button
                    variant="default"
                    size="xs"
                    aria-label={`Delete the list ${list.name}`}
                    onClick={() => setDoomed(list)}
                  >
                    Delete…
                  </Button>
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </DataTable>
      {doomed && <Deletion list={doomed} onClose={() => setDoomed(null)} />}
    </>
  );
}

function Deletion({ list, onClose }: { list: HashList; onClose: () => void }) {
  const queryClient = useQueryClient();
  const deletion = useMutation({
    mutationFn: () => deleteHashList(list.slug),
    onSuccess: async () => {
      onClose();
      await queryClient.invalidateQueries({ queryKey: keys.hashLists });
      await queryClient.invalidateQueries({ queryKey: keys.workspace });
    },
  });
  return (
    <Confirm
      opened
      title={`Delete ${list.name}?`}
      deed="Delete the list"
      destructive
      pending={deletion.isPending}
      error={deletion.error}
      onConfirm={() => deletion.mutate()}
      onClose={onClose}
    >
      <p>
        Its {countOf(list.entries, 'entry', 'entries')} stop matching at once. Matches already found stay with
        their cases.
      </p>
    </Confirm>
  );
}
