import { Readable } from 'node:stream';
import { entryBundle, parseTilePath, TILE_WIDTH, toBase64, type Tile } from '@breakwater/ledger';
import { z } from 'zod';
import { CodedError } from '../../foundation/index.ts';
import {
  codedLedgerError,
  commitments,
  consistency,
  exportLedger,
  latestCheckpoint,
  proveEvents,
  reaches,
  tileReader,
  treeSize,
} from '../../ledger/index.ts';
import { consistencyQuery, id, ledgerConsistency, ledgerKey, provenEvent } from '../contract/index.ts';
import type { Api, ApiDeps } from '../deps.ts';

const access = { kind: 'person', permission: 'ledger.read' } as const;
const tags = ['Ledger'];

const BINARY = z.any().meta({ type: 'string', format: 'binary' });

/** What a tile path may look like, so that nothing else is looked up. */
const tileParams = z.object({ '*': z.string().max(60) });

/** The ledger as C2SP tlog-tiles serves a log, below `/v1/ledger`, and proofs for those who do not make their own. */
export function ledgerRoutes(app: Api, deps: ApiDeps): void {
  const { db } = deps;

  app.get(
    '/v1/ledger/key',
    {
      config: { access },
      schema: { tags, summary: "The ledger's public key", response: { 200: ledgerKey } },
    },
    async () => ({ origin: deps.ledgerKey.name, verifierKey: deps.ledgerKey.verifierKey }),
  );

  app.get(
    '/v1/ledger/checkpoint',
    {
      config: { access },
      schema: {
        tags,
        summary: 'The newest signed checkpoint',
        description: 'A signed note of C2SP tlog-checkpoint, with the cosignatures of witnesses.',
        response: { 200: { description: 'Checkpoint', content: { 'text/plain': { schema: z.string() } } } },
      },
    },
    async (_request, reply) => {
      const checkpoint = await latestCheckpoint(db);
      if (checkpoint === null) throw new CodedError('BW-LEDGER-NOT-SIGNED-YET');
      return reply.type('text/plain; charset=utf-8').send(checkpoint);
    },
  );

  app.get(
    '/v1/ledger/tile/*',
    {
      config: { access },
      schema: {
        tags,
        summary: 'A tile of the tree, or a bundle of its entries',
        description:
          'As C2SP tlog-tiles has it: `0/x001/x234/067`, `entries/000.p/17`. An entry is a salted hash.',
        params: tileParams,
        response: {
          200: { description: 'Tile', content: { 'application/octet-stream': { schema: BINARY } } },
        },
      },
    },
    async (request, reply) => {
      const bytes = await tileBytes(deps, tileOf(request.params['*']));
      return reply.type('application/octet-stream').send(Buffer.from(bytes));
    },
  );

  app.get(
    '/v1/ledger/consistency',
    {
      config: { access },
      schema: {
        tags,
        summary: 'Proof that the ledger has only grown from one size to another',
        querystring: consistencyQuery,
        response: { 200: ledgerConsistency },
      },
    },
    async (request) => {
      const { from, to } = request.query;
      return { from, to, proof: (await consistency(db, from, to)).map(toBase64) };
    },
  );

  app.get(
    '/v1/ledger/events/:eventId/proof',
    {
      config: { access },
      schema: {
        tags,
        summary: 'An event with all that shows it to be in the ledger',
        params: z.object({ eventId: id }),
        response: { 200: provenEvent },
      },
    },
    async (request) => {
      const [proven] = await proveEvents(db, [request.params.eventId]);
      if (proven === undefined) throw new CodedError('BW-NOT-FOUND');
      return { ...proven, inclusionProof: [...proven.inclusionProof] };
    },
  );

  app.get(
    '/v1/ledger/export',
    {
      config: { access },
      schema: {
        tags,
        summary: 'The whole ledger, to be verified elsewhere',
        description:
          'JSON Lines; docs/ledger.md describes them. `breakwater ledger verify FILE --key KEY` checks it.',
        response: {
          200: {
            description: 'Export',
            content: { 'application/jsonl': { schema: z.any().meta({ type: 'string' }) } },
          },
        },
      },
    },
    async (_request, reply) => {
      const lines = exportLedger(db, deps.ledgerKey)[Symbol.asyncIterator]();
      // What is wrong at once is an answer with a code; later there is no way back but to cut the answer off.
      const first = await lines.next();
      async function* all() {
        for (let next = first; next.done !== true; next = await lines.next()) yield next.value;
      }
      return reply.type('application/jsonl; charset=utf-8').send(Readable.from(all()));
    },
  );
}

function tileOf(path: string): Tile {
  try {
    return parseTilePath(`tile/${path}`);
  } catch (error) {
    const coded = codedLedgerError(error);
    throw coded instanceof CodedError ? new CodedError('BW-NOT-FOUND', { cause: error }) : coded;
  }
}

async function tileBytes({ db }: ApiDeps, tile: Tile): Promise<Uint8Array> {
  if (!reaches(tile, await treeSize(db))) throw new CodedError('BW-NOT-FOUND');
  const { level, index, width } = tile;
  if (level !== 'entries') return tileReader(db)({ level, index, width });
  const start = index * TILE_WIDTH;
  return entryBundle(await commitments(db, start, start + width));
}
