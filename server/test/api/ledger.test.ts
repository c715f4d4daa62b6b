import {
  leafHash,
  openCheckpoint,
  parseEntryBundle,
  parseProvenEvent,
  parseVerifierKey,
  rootFromTiles,
  tilePath,
  tileWidth,
  verifyConsistency,
  verifyExport,
  verifyProvenEvent,
  fromBase64,
} from '@breakwater/ledger';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { forgetfulMemory, sequenceEvents } from '../../src/ledger/index.ts';
import { createWatchedDesk, type WatchedDesk } from './watched-desk.ts';

describe('the ledger over HTTP', () => {
  let watched: WatchedDesk;
  let cookie: string;
  beforeAll(async () => {
    watched = await createWatchedDesk();
    ({ cookie } = await watched.signInAs('administrator'));
  });
  afterAll(() => watched.close());

  const get = (path: string) => watched.api.inject({ url: `/v1/ledger/${path}`, headers: { cookie } });
  const code = async (path: string) => (await get(path)).json<{ error: { code: string } }>().error.code;
  const grow = async (count: number) => {
    await watched.desk.pool.query(
      `INSERT INTO events (id, at, type, actor, payload, salt)
       SELECT gen_random_uuid(), now(), 'webhook.set', '{}', '{}', decode(md5(n::text), 'hex') FROM generate_series(1, $1::int) AS n`,
      [count],
    );
    const { db, clock, ledgerKey } = watched.desk;
    await sequenceEvents(db, { signer: ledgerKey, clock, memory: forgetfulMemory() });
  };
  const latest = async () => {
    const key = parseVerifierKey((await get('key')).json<{ verifierKey: string }>().verifierKey);
    const answer = await get('checkpoint');
    expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8');
    return { key, checkpoint: openCheckpoint(answer.body, key) };
  };

  it('says that nothing is signed yet before the first checkpoint', async () => {
    for (const path of ['checkpoint', 'export']) expect(await code(path)).toBe('BW-LEDGER-NOT-SIGNED-YET');
  });

  it('is a log of C2SP tlog-tiles: its tiles and entries lead to the root of the checkpoint', async () => {
    await grow(700);
    const { checkpoint } = await latest();
    const read = async (level: number | 'entries', index: number) => {
      const path = tilePath({ level, index, width: tileWidth(level, index, checkpoint.size) });
      const answer = await get(path);
      expect(answer.statusCode, path).toBe(200);
      return answer.rawPayload;
    };
    const root = await rootFromTiles(({ level, index }) => read(level, index), checkpoint.size);
    expect(Buffer.from(root).equals(checkpoint.root)).toBe(true);
    const hashes = parseEntryBundle(await read('entries', 1)).map(leafHash);
    expect(Buffer.concat(hashes).equals(await read(0, 1))).toBe(true);
    expect((await get('tile/0/000')).headers['cache-control']).toBe('no-store');
  });

  it.each([
    'tile/0/999',
    'tile/0/000.p/0',
    'tile/00/000',
    'tile/64/000',
    'tile/0/002.p/255',
    'tile/entries/x001/000',
    'tile/x',
  ])('has no %s', async (path) => {
    const answer = await get(path);
    expect([answer.statusCode, answer.json<{ error: { code: string } }>().error.code]).toEqual([
      404,
      'BW-NOT-FOUND',
    ]);
  });

  it('proves that it has only grown, and every event', async () => {
    const { key, checkpoint: old } = await latest();
    await grow(100);
    const { checkpoint: now } = await latest();
    const { proof } = (await get(`consistency?from=${old.size}&to=${now.size}`)).json<{ proof: string[] }>();
    verifyConsistency(
      old,
      now,
      proof.map((hash) => fromBase64(hash) ?? new Uint8Array(0)),
    );
    const { event_id: id } = await watched.desk.db
      .selectFrom('ledger_leaves')
      .select('event_id')
      .where('index', '=', 300)
      .executeTakeFirstOrThrow();
    const proven = parseProvenEvent((await get(`events/${id}/proof`)).json());
    expect(verifyProvenEvent(proven, key)).toMatchObject({ index: 300, event: { id } });
  });

  it('refuses proofs of what it has not signed', async () => {
    const { checkpoint } = await latest();
    expect(await code(`consistency?from=0&to=${checkpoint.size + 1}`)).toBe('BW-LEDGER-SIZE-UNKNOWN');
    expect(await code(`consistency?from=5&to=4`)).toBe('BW-LEDGER-SIZE-UNKNOWN');
    expect(await code('events/00000000-0000-4000-8000-000000000000/proof')).toBe('BW-NOT-FOUND');
  });

  it('is exported in a form that verifies elsewhere', async () => {
    const { key, checkpoint } = await latest();
    const answer = await get('export');
    expect(answer.headers['content-type']).toBe('application/jsonl; charset=utf-8');
    const chunks = (async function* () {
      yield answer.rawPayload;
    })();
    expect(await verifyExport(chunks, { log: key, kept: checkpoint })).toMatchObject({
      intact: true,
      events: checkpoint.size,
      checkpoints: 2,
    });
  });
});
