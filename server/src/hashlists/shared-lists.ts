import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { withSecondPerson, type Executor, type Outcome, type Person } from '../access/index.ts';
import { CodedError, type Clock, type Database, type Transaction } from '../foundation/index.ts';
import { record, type Actor } from '../ledger/index.ts';
import { hashListBySlug, importEntries, type ImportResult } from './hash-lists.ts';
import type { FingerprintKind, NewEntry } from './list-file.ts';

interface StagedImportsTable {
  id: string;
  ordinal: number;
  fingerprint: FingerprintKind;
  value: Buffer;
  content: Buffer | null;
  external_id: string | null;
  label: string | null;
  threshold: number | null;
}

declare module '../foundation/database.ts' {
  interface Tables {
    staged_imports: StagedImportsTable;
  }
}

declare module '../access/approval-request.ts' {
  interface ApprovalPayloads {
    'hash-lists.add-to-shared': { slug: string; stagingId: string; entries: number; name?: string };
    'hash-lists.share': { slug: string; shared: boolean };
  }
}

const BATCH = 5000;

interface ListNamed {
  readonly slug: string;
  readonly name?: string;
}

/**
 * Imports into a list. What goes to a shared one is laid by until a second person has signed it.
 * @throws {CodedError} BW-SHARED-LIST-NEEDS-PERSON when a service key adds to a shared list; BW-APPROVAL-WAITING
 */
export function importIntoList(
  deps: { readonly db: Database; readonly clock: Clock },
  by: { readonly actor: Actor; readonly person: Person | null; readonly reason: string },
  list: ListNamed,
  entries: readonly NewEntry[],
): Promise<Outcome<ImportResult>> {
  const { db, clock } = deps;
  const { actor, person, reason } = by;
  return db.transaction().execute(async (trx) => {
    const perform = () => importEntries(trx, clock, actor, list, entries);
    if (!(await isShared(trx, list.slug))) return { done: await perform() };
    if (person === null) throw new CodedError('BW-SHARED-LIST-NEEDS-PERSON');
    const stagingId = randomUUID();
    const outcome = await withSecondPerson(
      trx,
      clock,
      {
        kind: 'hash-lists.add-to-shared',
        payload: { ...list, stagingId, entries: entries.length },
        requestedBy: person,
        reason,
        subject: `list:${list.slug}`,
      },
      perform,
    );
    if ('waiting' in outcome) await stage(trx, stagingId, entries);
    return outcome;
  });
}

/** Carries out `hash-lists.add-to-shared`. */
export function importStaged(clock: Clock): Executor<'hash-lists.add-to-shared'> {
  return {
    async execute(trx, { slug, stagingId, entries, name }, { requestedBy }) {
      const staged = await trx
        .deleteFrom('staged_imports')
        .where('id', '=', stagingId)
        .returningAll()
        .execute();
      if (staged.length !== entries) throw new Error('what was laid by for an import is not all there');
      const actor: Actor = { kind: 'person', id: requestedBy.id };
      const list = { slug, ...(name === undefined ? {} : { name }) };
      const result = await importEntries(trx, clock, actor, list, staged.map(entryOf));
      return { added: result.added, alreadyPresent: result.alreadyPresent };
    },
  };
}

/**
 * Marks a list as shared or not. Either needs two people: what is on it goes to others with the mark, and without it
 * anybody could add to it and mark it again.
 * @throws {CodedError} BW-NOT-FOUND, BW-APPROVAL-WAITING
 */
export function shareHashList(
  deps: { readonly db: Database; readonly clock: Clock },
  by: Person,
  change: { readonly slug: string; readonly shared: boolean; readonly reason: string },
): Promise<Outcome<void>> {
  const { db, clock } = deps;
  const { slug, shared, reason } = change;
  return db.transaction().execute(async (trx) => {
    if ((await hashListBySlug(trx, slug)).shared === shared) return { done: undefined };
    return withSecondPerson(
      trx,
      clock,
      {
        kind: 'hash-lists.share',
        payload: { slug, shared },
        requestedBy: by,
        reason,
        subject: `list:${slug}`,
      },
      () => setShared(trx, clock, by, { slug, shared }),
    );
  });
}

/** Carries out `hash-lists.share`. */
export function shareOnceSigned(clock: Clock): Executor<'hash-lists.share'> {
  return {
    async execute(trx, payload, { requestedBy }) {
      await setShared(trx, clock, requestedBy, payload);
      return {};
    },
  };
}

async function setShared(
  trx: Transaction,
  clock: Clock,
  by: Person,
  { slug, shared }: { readonly slug: string; readonly shared: boolean },
): Promise<void> {
  const list = await hashListBySlug(trx, slug);
  await trx.updateTable('hash_lists').set({ shared }).where('id', '=', list.id).execute();
  await record(trx, {
    type: 'hash-list.sharing-changed',
    at: clock.now(),
    actor: { kind: 'person', id: by.id },
    payload: { listId: list.id, slug, shared },
  });
}

/** Locked, so that no mark is set between the question and the import. */
async function isShared(trx: Transaction, slug: string): Promise<boolean> {
  const row = await trx
    .selectFrom('hash_lists')
    .select('shared')
    .where('slug', '=', slug)
    .forUpdate()
    .executeTakeFirst();
  return row?.shared === true;
}

async function stage(trx: Transaction, id: string, entries: readonly NewEntry[]): Promise<void> {
  // What was refused, withdrawn or never signed is of no more use.
  await sql`DELETE FROM staged_imports WHERE id NOT IN (
    SELECT (payload ->> 'stagingId')::uuid FROM approvals
    WHERE state = 'waiting' AND kind = 'hash-lists.add-to-shared')`.execute(trx);
  for (let from = 0; from < entries.length; from += BATCH) {
    const batch = entries.slice(from, from + BATCH);
    await sql`INSERT INTO staged_imports (id, ordinal, fingerprint, value, content, external_id, label, threshold)
      SELECT ${id}::uuid, ${from}::integer + ordinal, fingerprint, decode(value, 'hex'), decode(content, 'base64'),
        external_id, label, threshold
      FROM unnest(
        ${batch.map((entry) => entry.fingerprint)}::text[],
        ${batch.map((entry) => entry.value.toString('hex'))}::text[],
        ${batch.map((entry) => entry.content?.toString('base64') ?? null)}::text[],
        ${batch.map((entry) => entry.externalId)}::text[], ${batch.map((entry) => entry.label)}::text[],
        ${batch.map((entry) => entry.threshold)}::smallint[]
      ) WITH ORDINALITY AS entry (fingerprint, value, content, external_id, label, threshold, ordinal)`.execute(
      trx,
    );
  }
}

function entryOf(row: StagedImportsTable): NewEntry {
  return {
    fingerprint: row.fingerprint,
    value: row.value,
    ...(row.content === null ? {} : { content: row.content }),
    externalId: row.external_id,
    label: row.label,
    threshold: row.threshold,
  };
}
