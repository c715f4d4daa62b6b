import { Button, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useId, useState } from 'react';
import { isApproval } from '../../api/approvals.ts';
import { ApiError } from '../../api/client.ts';
import { importHashList } from '../../api/hash-lists.ts';
import { keys } from '../../api/keys.ts';
import { Notice, Problem } from '../../parts/notice.tsx';
import { DataTable } from '../../parts/page.tsx';
import { countOf } from '../../parts/words.ts';

/** Imports a file of fingerprints into a new or existing list. All of the file is taken, or none of it. */
export function ImportForm() {
  const fileId = useId();
  const [file, setFile] = useState<File | null>(null);
  const [slug, setSlug] = useState('');
  const [name, setName] = useState('');
  const [incomplete, setIncomplete] = useState<string | null>(null);
  const queryClient = useQueryClient();
  const load = useMutation({
    mutationFn: ({ chosen }: { chosen: File }) => importHashList(slug.trim(), name.trim(), chosen),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: keys.hashLists });
      await queryClient.invalidateQueries({ queryKey: keys.workspace });
    },
  });

  const choose = (chosen: File | null) => {
    setFile(chosen);
    load.reset();
    if (chosen && slug === '') setSlug(slugOf(chosen.name));
    if (chosen && name === '') setName(chosen.name.replace(/\.[^.]+$/, ''));
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const lacking =
      file === null ? 'Choose a file.' : slug.trim() === '' ? 'Give the list a short name.' : null;
    setIncomplete(lacking);
    if (lacking === null && file !== null) load.mutate({ chosen: file });
  };

  return (
    <form onSubmit={submit} noValidate className="form-grid">
      <div className="field">
        <label htmlFor={fileId}>File</label>
        <input
          id={fileId}
          type="file"
          accept=".csv,.jsonl,.ndjson,.json,.vpdq,text/csv,application/x-ndjson"
          onChange={(event) => choose(event.currentTarget.files?.[0] ?? null)}
        />
        <span className="quiet small">
          CSV whose header names <code>fingerprint</code> and <code>value</code>, and if you like{' '}
          <code>id</code>, <code>label</code> and <code>threshold</code>; or JSON Lines with the same fields.
        </span>
      </div>
      <TextInput
        label="List name"
        value={name}
        maxLength={200}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <TextInput
        label="Short name"
        description="Lower-case letters, digits and hyphens; an existing list of this short name is added to."
        value={slug}
        required
        onChange={(event) => setSlug(event.currentTarget.value)}
      />
      <div className="buttons">
        <Button type="submit" loading={load.isPending}>
          Import
        </Button>
      </div>
      <div className="form-outcome" aria-live="polite">
        {incomplete !== null && (
          <Notice tone="attention" announce="alert">
            <p>{incomplete}</p>
          </Notice>
        )}
        {load.isSuccess && isApproval(load.data) && (
          <Notice tone="attention" announce="status" title="Waiting for a second signature">
            <p>The list is shared, so somebody else signs what is added to it.</p>
          </Notice>
        )}
        {load.isSuccess && !isApproval(load.data) && (
          <Notice tone="good" announce="status">
            <p>
              Read {countOf(load.data.read, 'entry', 'entries')} into <bdi>{load.data.list.name}</bdi>:{' '}
              {load.data.added.toLocaleString('en')} added, {load.data.alreadyPresent.toLocaleString('en')}{' '}
              already there.
            </p>
          </Notice>
        )}
        {load.isError && <ImportProblem error={load.error} />}
      </div>
    </form>
  );
}

function ImportProblem({ error }: { error: unknown }) {
  if (!(error instanceof ApiError) || error.details.length === 0) {
    return <Problem error={error} title="Nothing was imported" />;
  }
  return (
    <Notice tone="danger" announce="alert" title="Nothing was imported">
      <p>{error.message}</p>
      <DataTable caption="Problems in the file">
        <thead>
          <tr>
            <th scope="col">Where</th>
            <th scope="col">Problem</th>
          </tr>
        </thead>
        <tbody>
          {error.details.map(({ path, message }) => (
            <tr key={`${path} ${message}`}>
              <th scope="row" className="nowrap">
                {place(path)}
              </th>
              <td className="wide" dir="auto">
                {message}
              </td>
            </tr>
          ))}
        </tbody>
      </DataTable>
      <p className="quiet small">
        <code>{error.code}</code>
      </p>
    </Notice>
  );
}

/** `lines.12.value`, `line 12` or `12` as `Line 12, value`; anything else as it stands. */
function place(path: string): string {
  const found = /^(?:lines?[.\s]*)?(\d+)(?:[.:,\s]+(.+))?$/i.exec(path);
  if (!found) return path === '' ? 'The file' : path;
  return found[2] === undefined ? `Line ${found[1]}` : `Line ${found[1]}, ${found[2]}`;
}

function slugOf(fileName: string): string {
  return fileName
    .toLowerCase()
    .replace(/\.[^.]+$/, '')
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 64);
}
