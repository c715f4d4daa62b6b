import type { Readable } from 'node:stream';
import { z } from 'zod';
import { CodedError } from '../../foundation/index.ts';
import {
  importEntries,
  listHashLists,
  pageOfEntries,
  readListFile,
  removeHashList,
  type ListFileFormat,
} from '../../hashlists/index.ts';
import { actorOf } from '../authentication.ts';
import { hashList, hashListEntry, importAnswer, page, pageQuery, slug } from '../contract/index.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { presentEntry, presentHashList } from '../present.ts';

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

  await app.register(async (scope: Api) => {
    scope.removeAllContentTypeParsers();
    for (const type of Object.keys(FORMATS))
      scope.addContentTypeParser(type, async (_request: unknown, body: Readable) => body);
    scope.post(
      '/v1/hash-lists/:slug/import',
      {
        config: {
          access: { kind: 'service-or-person', permission: 'hash-lists.change' },
          bodies: Object.fromEntries(Object.keys(FORMATS).map((type) => [type, { type: 'string' }])),
        },
        schema: {
          tags: ['Hash lists'],
          summary: 'Import entries from CSV, JSON Lines or a vPDQ text file',
          description:
            'CSV with the header `fingerprint,value` and optionally `id,label,threshold`, or JSON Lines of objects with those fields; the value of a `vpdq` is the JSON array of its frames. As text/x-vpdq, the vPDQ text file of one video. All of the file is imported or nothing of it. The list is made if there is none of that short name.',
          params: listParams,
          querystring: z.strictObject({ name: z.string().trim().min(1).max(200).optional() }),
          response: { 200: importAnswer },
        },
      },
      async (request) => {
        const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
        const format = FORMATS[type];
        if (format === undefined) throw new CodedError('BW-CONTENT-TYPE');
        const entries = await readListFile(limited(request.body as Readable), format);
        const { name } = request.query;
        const list = { slug: request.params.slug, ...(name === undefined ? {} : { name }) };
        const result = await deps.db
          .transaction()
          .execute((trx) => importEntries(trx, deps.clock, actorOf(request), list, entries));
        return { ...result, list: presentHashList(result.list) };
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
