import { randomUUID } from 'node:crypto';
import { sql, type Generated, type Selectable } from 'kysely';
import {
  CodedError,
  decodeCursor,
  enqueue,
  toPage,
  type Clock,
  type Database,
  type Queryable,
  type Transaction,
} from '../foundation/index.ts';
import { record, type Actor } from '../ledger/index.ts';
import type { FingerprintKind, NewEntry } from './list-file.ts';

interface HashListsTable {
  id: string;
  slug: string;
  name: string;
  source: string | null;
  demo: boolean;
  updated_at: Date;
  shared: Generated<boolean>;
}

interface HashListEntriesTable {
  id: Generated<number>;
  list_id: string;
  fingerprint: FingerprintKind;
  value: Buffer;
  content: Buffer | null;
  external_id: string | null;
  label: string | null;
  threshold: number | null;
  added_at: Date;
}

declare module '../foundation/jobs.ts' {
  interface Jobs {
    /** What was taken in before is compared with the lists as they are since this version. */
    'apply-hash-lists': { version: number; after?: string; only?: readonly string[]; round?: number };
  }
}

declare module '../foundation/database.ts' {
  interface Tables {
    hash_lists: HashListsTable;
    hash_list_entries: HashListEntriesTable;
    hash_lists_version: { version: number };
  }
}

export interface HashListRow extends Selectable<HashListsTable> {
  readonly entries: number;
}

export interface ImportResult {
  readonly list: HashListRow;
  readonly read: number;
  readonly added: number;
  readonly alreadyPresent: number;
}

const BATCH = 5000;
const BATCH_CONTENT_BYTES = 16 * 1024 * 1024;
/** Entries with content, of which a row can have half a megabyte. */
const INDEX_BATCH = { plain: 20_000, withContent: 50 } as const;

/** Adds entries to the list, which is made if there is none of that short name. Entries that it has stay as they are. */
export async function importEntries(
  trx: Transaction,
  clock: Clock,
  actor: Actor,
  list: { readonly slug: string; readonly name?: string; readonly source?: string; readonly demo?: boolean },
  entries: readonly NewEntry[],
): Promise<ImportResult> {
  const now = clock.now();
  const listId = await findOrCreateList(trx, now, list);
  let added = 0;
  for (const batch of batches(entries)) added += await insertBatch(trx, listId, now, batch);
  const version = await raiseVersion(trx);
  if (added > 0)
    await enqueue(
      trx,
      'apply-hash-lists',
      { version },
      { key: 'apply-hash-lists', queue: 'apply-hash-lists' },
    );
  const alreadyPresent = entries.length - added;
  await record(trx, {
    type: 'hash-list.imported',
    at: now,
    actor,
    payload: { listId, slug: list.slug, added, alreadyPresent },
  });
  return { list: await hashListBySlug(trx, list.slug), read: entries.length, added, alreadyPresent };
}

function* batches(entries: readonly NewEntry[]): Iterable<readonly NewEntry[]> {
  let from = 0;
  let contentBytes = 0;
  for (const [index, { content }] of entries.entries()) {
    contentBytes += content?.length ?? 0;
    if (index + 1 - from < BATCH && contentBytes < BATCH_CONTENT_BYTES) continue;
    yield entries.slice(from, index + 1);
    from = index + 1;
    contentBytes = 0;
  }
  if (from < entries.length) yield entries.slice(from);
}

async function findOrCreateList(
  trx: Transaction,
  now: Date,
  list: { readonly slug: string; readonly name?: string; readonly source?: string; readonly demo?: boolean },
): Promise<string> {
  const row = await trx
    .insertInto('hash_lists')
    .values({
      id: randomUUID(),
      slug: list.slug,
      name: list.name ?? list.slug,
      source: list.source ?? null,
      demo: list.demo ?? false,
      updated_at: now,
    })
    .onConflict((conflict) =>
      conflict
        .column('slug')
        .doUpdateSet({ updated_at: now, ...(list.name === undefined ? {} : { name: list.name }) }),
    )
    .returning('id')
    .executeTakeFirstOrThrow();
  return row.id;
}

async function insertBatch(
  trx: Transaction,
  listId: string,
  now: Date,
  entries: readonly NewEntry[],
): Promise<number> {
  const result = await sql`INSERT INTO hash_list_entries
      (list_id, fingerprint, value, content, external_id, label, threshold, added_at)
    SELECT ${listId}::uuid, fingerprint, decode(value, 'hex'), decode(content, 'base64'), external_id, label, threshold,
      ${now}::timestamptz
    FROM unnest(
      ${entries.map((entry) => entry.fingerprint)}::text[], ${entries.map((entry) => entry.value.toString('hex'))}::text[],
      ${entries.map((entry) => entry.content?.toString('base64') ?? null)}::text[],
      ${entries.map((entry) => entry.externalId)}::text[], ${entries.map((entry) => entry.label)}::text[],
      ${entries.map((entry) => entry.threshold)}::smallint[]
    ) AS entry (fingerprint, value, content, external_id, label, threshold)
    ON CONFLICT ON CONSTRAINT hash_list_entries_once DO NOTHING`.execute(trx);
  return Number(result.numAffectedRows ?? 0n);
}

async function raiseVersion(trx: Transaction): Promise<number> {
  await sql`UPDATE hash_lists_version SET version = nextval('hash_lists_versions')`.execute(trx);
  return hashListsVersion(trx);
}

/** Changes whenever any list does, and never comes back. */
export async function hashListsVersion(db: Queryable): Promise<number> {
  const row = await db.selectFrom('hash_lists_version').select('version').executeTakeFirstOrThrow();
  return row.version;
}

export function listHashLists(db: Queryable): Promise<HashListRow[]> {
  return withCounts(db).orderBy('hash_lists.slug').execute();
}

/** @throws {CodedError} BW-NOT-FOUND */
export async function hashListBySlug(db: Queryable, slug: string): Promise<HashListRow> {
  const row = await withCounts(db).where('hash_lists.slug', '=', slug).executeTakeFirst();
  if (row === undefined) throw notFound(slug);
  return row;
}

function notFound(slug: string): CodedError {
  return new CodedError('BW-NOT-FOUND', { message: `There is no hash list "${slug}".` });
}

function withCounts(db: Queryable) {
  return db
    .selectFrom('hash_lists')
    .selectAll()
    .select((expression) =>
      expression
        .selectFrom('hash_list_entries')
        .whereRef('hash_list_entries.list_id', '=', 'hash_lists.id')
        .select((count) => count.fn.countAll<number>().as('entries'))
        .$asScalar()
        .$notNull()
        .as('entries'),
    );
}

/** Removes a list and its entries; signals that came from it stay with their cases. @throws {CodedError} BW-NOT-FOUND */
export async function removeHashList(
  trx: Transaction,
  clock: Clock,
  actor: Actor,
  slug: string,
): Promise<void> {
  const list = await hashListBySlug(trx, slug);
  const { numDeletedRows } = await trx
    .deleteFrom('hash_lists')
    .where('id', '=', list.id)
    .executeTakeFirstOrThrow();
  // Somebody else removed it in this moment.
  if (numDeletedRows === 0n) throw notFound(slug);
  await raiseVersion(trx);
  await record(trx, {
    type: 'hash-list.removed',
    at: clock.now(),
    actor,
    payload: { listId: list.id, slug, entries: list.entries },
  });
}

export interface EntryRow {
  readonly id: number;
  readonly fingerprint: FingerprintKind;
  readonly value: Buffer;
  readonly external_id: string | null;
  readonly label: string | null;
  readonly threshold: number | null;
  readonly added_at: Date;
}

/** Entries of a list in the order in which they were added. @throws {CodedError} BW-NOT-FOUND, BW-CURSOR-INVALID */
export async function pageOfEntries(
  db: Database,
  slug: string,
  page: { readonly cursor?: string | undefined; readonly limit: number },
): Promise<{ items: EntryRow[]; nextCursor: string | null }> {
  const list = await hashListBySlug(db, slug);
  const [after] = page.cursor === undefined ? [0] : decodeCursor(page.cursor, ['number']);
  const rows = await db
    .selectFrom('hash_list_entries')
    .select(['id', 'fingerprint', 'value', 'external_id', 'label', 'threshold', 'added_at'])
    .where('list_id', '=', list.id)
    .where('id', '>', after)
    .orderBy('id')
    .limit(page.limit + 1)
    .execute();
  return toPage(
    rows,
    page.limit,
    (row) => [row.id],
    (row) => row,
  );
}

export interface IndexableEntry {
  readonly id: number;
  readonly fingerprint: FingerprintKind;
  readonly value: Buffer;
  readonly threshold: number | null;
  /** Of `vpdq` its frames. */
  readonly content: Buffer | null;
}

/** All entries of all lists, in batches, for building an index. */
export async function* allEntries(db: Queryable): AsyncIterable<IndexableEntry[]> {
  for (const [has, limit] of Object.entries(INDEX_BATCH)) {
    let after = 0;
    for (;;) {
      const rows = await db
        .selectFrom('hash_list_entries')
        .select(['id', 'fingerprint', 'value', 'threshold', 'content'])
        .where('content', has === 'plain' ? 'is' : 'is not', null)
        .where('id', '>', after)
        .orderBy('id')
        .limit(limit)
        .execute();
      const last = rows.at(-1);
      if (last === undefined) break;
      yield rows;
      after = last.id;
    }
  }
}

export interface EntryWithList {
  readonly id: number;
  readonly external_id: string | null;
  readonly label: string | null;
  readonly list_id: string;
  readonly slug: string;
  readonly name: string;
}

/** The entries of these ids with the list that each is on. */
export async function entriesById(
  db: Queryable,
  ids: readonly number[],
): Promise<Map<number, EntryWithList>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom('hash_list_entries')
    .innerJoin('hash_lists', 'hash_lists.id', 'hash_list_entries.list_id')
    .select(['hash_list_entries.id', 'external_id', 'label', 'list_id', 'slug', 'name'])
    // One parameter, however many there are.
    .where(sql<boolean>`hash_list_entries.id = ANY (${[...ids]}::bigint[])`)
    .execute();
  return new Map(rows.map((row) => [row.id, row]));
}
