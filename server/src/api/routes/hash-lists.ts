import type { Readable } from 'node:stream';
import { z } from 'zod';
import { CodedError } from '../../foundation/index.ts';
import {
  hashListBySlug,
  importIntoList,
  listHashLists,
  pageOfEntries,
  readListFile,
  removeHashList,
  shareHashList,
  type ListFileFormat,
} from '../../hashlists/index.ts';
import { actorOf, personOf } from '../authentication.ts';
import {
  approval,
  hashList,
  hashListEntry,
  importAnswer,
  page,
  pageQuery,
  sharingInput,
  slug,
} from '../contract/index.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { presentEntry, presentHashList } from '../present.ts';
import { awaited } from './awaited.ts';

const MAX_LIST_BYTES = 256 * 1024 * 1024;
const FORMATS: Readonly<Record<string, ListFileFormat>> = {
  'text/csv': 'csv',
  'application/x-ndjson': 'json-lines',
  'application/jsonl': 'json-lines',
  'text/x-vpdq': 'vpdq-text',
};

const listParams = z.object({ slug });

export async function hashListRoutes(app: Api, deps: ApiDeps): Promise<void> {
  app.get(
    '/v1/hash-lists',
    {
      config: { access: { kind: 'person', permission: 'hash-lists.read' } },
      schema: {
        tags: ['Hash lists'],
        summary: 'All hash lists',
        response: { 200: z.object({ items: z.array(hashList) }) },
      },
    },
    async () => ({ items: (await listHashLists(deps.db)).map(presentHashList) }),
  );

  app.get(
    '/v1/hash-lists/:slug/entries',
    {
      config: { access: { kind: 'person', permission: 'hash-lists.read' } },
      schema: {
        tags: ['Hash lists'],
        summary: 'Entries of a list',
        params: listParams,
        querystring: pageQuery,
        response: { 200: page(hashListEntry) },
      },
    },
    async (request) => {
      const { items, nextCursor } = await pageOfEntries(deps.db, request.params.slug, request.query);
      return { items: items.map(presentEntry), nextCursor };
    },
  );

  app.delete(
    '/v1/hash-lists/:slug',
    {
      config: { access: { kind: 'person', permission: 'hash-lists.change' } },
      schema: {
        tags: ['Hash lists'],
        summary: 'Remove a list and its entries',
        params: listParams,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      await deps.db
        .transaction()
        .execute((trx) => removeHashList(trx, deps.clock, actorOf(request), request.params.slug));
      return reply.status(204).send(null);
    },
  );

  app.put(
    '/v1/hash-lists/:slug/sharing',
    {
      config: { access: { kind: 'person', permission: 'hash-lists.change' } },
      schema: {
        tags: ['Hash lists'],
        summary: 'Mark a list as shared with others, or not',
        description: 'Waits for a second signature: the answer is 202.',
        params: listParams,
        body: sharingInput,
        response: { 200: hashList, 202: approval },
      },
    },
    async (request, reply) => {
      const { slug: wanted } = request.params;
      const outcome = await shareHashList(deps, personOf(request), { slug: wanted, ...request.body });
      if ('waiting' in outcome)
        return reply.status(202).send(await awaited(deps, personOf(request), outcome.waiting));
      return presentHashList(await hashListBySlug(deps.db, wanted));
    },
  );

  await app.register(async (scope: Api) => {
    scope.removeAllContentTypeParsers();
    for (const type of Object.keys(FORMATS))
      scope.addContentTypeParser(type, async (_request: unknown, body: Readable) => body);
    scope.post(
      '/v1/hash-lists/:slug/import',
      {
        config: {
          access: { kind: 'service-or-person', scope: 'hash-lists', permission: 'hash-lists.change' },
          bodies: Object.fromEntries(Object.keys(FORMATS).map((type) => [type, { type: 'string' }])),
        },
        schema: {
          tags: ['Hash lists'],
          summary: 'Import entries from CSV, JSON Lines or a vPDQ text file',
          description:
            'CSV with the header `fingerprint,value` and optionally `id,label,threshold`, or JSON Lines of objects with those fields; the value of a `vpdq` is the JSON array of its frames. As text/x-vpdq, the vPDQ text file of one video. All of the file is imported or nothing of it. What goes to a shared list waits for a second signature: the answer is 202. The list is made if there is none of that short name.',
          params: listParams,
          querystring: z.strictObject({
            name: z.string().trim().min(1).max(200).optional(),
            reason: z.string().trim().min(3).max(500).optional().describe('For who signs, on a shared list.'),
          }),
          response: { 200: importAnswer, 202: approval },
        },
      },
      async (request, reply) => {
        const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
        const format = FORMATS[type];
        if (format === undefined) throw new CodedError('BW-CONTENT-TYPE');
        const entries = await readListFile(limited(request.body as Readable), format);
        const { name, reason = 'An import' } = request.query;
        const list = { slug: request.params.slug, ...(name === undefined ? {} : { name }) };
        const person = request.session?.person ?? null;
        const by = { actor: actorOf(request), person, reason };
        const outcome = await importIntoList(deps, by, list, entries);
        if ('waiting' in outcome)
          return reply.status(202).send(await awaited(deps, personOf(request), outcome.waiting));
        return { ...outcome.done, list: presentHashList(outcome.done.list) };
      },
    );
  });
}

async function* limited(source: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  let total = 0;
  for await (const chunk of source) {
    total += chunk.length;
    if (total > MAX_LIST_BYTES) throw new CodedError('BW-BODY-TOO-LARGE');
    yield chunk;
  }
}
