import {
  commit,
  generateSigningKey,
  openCheckpoint,
  parseSigningKey,
  type OpenedCheckpoint,
} from '@breakwater/ledger';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createDesk, type Desk } from '../../test/desk/index.ts';
import { canonicalEvent } from './canonical-event.ts';
import {
  forgetfulMemory,
  latestCheckpoint,
  record,
  sequenceEvents,
  verifyLedger,
  type Signing,
} from './index.ts';

import { completeTiles } from './tree.ts';

const ID = '00000000-0000-4000-8000-000000000001';
const TABLES = [
  'ledger_cosignatures',
  'ledger_checkpoints',
  'events',
  'events_unsequenced',
  'ledger_leaves',
  'ledger_tiles',
];

/** Two full tiles of events and a part of a third, with a checkpoint in between. */
const EVENTS = 530;

describe('the ledger, when somebody with all powers over the database', () => {
  let desk: Desk;
  let signing: Signing;
  let ids: string[];
  let kept: OpenedCheckpoint;
  /** Events under the first checkpoint. */
  let first: number;
  beforeAll(async () => {
    desk = await createDesk();
    signing = { signer: desk.ledgerKey, clock: desk.clock, memory: forgetfulMemory() };
    await write(300);
    await sequenceEvents(desk.db, signing);
    first = (await latest()).size;
    await write(EVENTS - 300);
    await sequenceEvents(desk.db, signing);
    ids = await idsInOrder();
    kept = await latest();
    for (const table of TABLES) await desk.pool.query(`CREATE TABLE ${table}_kept AS TABLE ${table}`);
  });
  afterEach(() =>
    tamper(
      ...TABLES.map((table) => `DELETE FROM ${table}`),
      ...TABLES.map((table) => `INSERT INTO ${table} OVERRIDING SYSTEM VALUE TABLE ${table}_kept`),
    ),
  );
  afterAll(() => desk.close());

  const write = (count: number) =>
    desk.db.transaction().execute(async (trx) => {
      for (let attempts = 0; attempts < count; attempts += 1)
        await record(trx, {
          type: 'delivery.delivered',
          at: desk.clock.now(),
          actor: { kind: 'person', id: ID },
          payload: { deliveryId: ID, attempts },
        });
    });

  const idsInOrder = async () => {
    const rows = await desk.db.selectFrom('ledger_leaves').select('event_id').orderBy('index').execute();
    return rows.map((row) => row.event_id);
  };

  const latest = async () => openCheckpoint((await latestCheckpoint(desk.db)) ?? '', desk.ledgerKey.verifier);

  const verify = (head: OpenedCheckpoint | null = null) =>
    verifyLedger(desk.db, { log: desk.ledgerKey.verifier, kept: head });

  /** What somebody with all powers over the database does to it, past the triggers. */
  const tamper = async (...statements: readonly string[]) => {
    const client = await desk.pool.connect();
    try {
      await client.query('BEGIN; SET LOCAL session_replication_role = replica');
      for (const statement of statements) await client.query(statement);
      await client.query('COMMIT');
    } finally {
      client.release(true);
    }
  };

  it('has done nothing, is intact', async () => {
    expect(await verify(kept)).toMatchObject({
      intact: true,
      signed: ids.length,
      events: ids.length,
      checkpoints: 2,
    });
    expect(ids.length).toBeGreaterThanOrEqual(EVENTS);
  });

  it.each([
    ['a payload', `payload = '{"attempts": 99}'`],
    ['a payload by a field', `payload = payload || '{"more": null}'`],
    ['a payload beyond what a number can be', `payload = '{"attempts": 1e400}'`],
    ['an actor', `actor = '{"kind": "system", "part": "test"}'`],
    ['a type', `type = 'delivery.dead'`],
    ['a time by a millisecond', `at = at + interval '1 millisecond'`],
    ['a time to infinity', `at = 'infinity'`],
    ['a time to before all calendars', `at = '4000-01-01 BC'`],
    ['a case', `case_id = '${ID}'`],
    ['a salt', `salt = '\\x00112233445566778899aabbccddeeff'`],
  ])('altered %s of an event, names that event', async (_what, change) => {
    await tamper(`UPDATE events SET ${change} WHERE id = '${ids[5]}'`);
    expect(await verify()).toEqual({ intact: false, index: 5, eventId: ids[5], problem: 'event-altered' });
  });

  it('deleted an event, names it', async () => {
    await tamper(`DELETE FROM events WHERE id = '${ids[5]}'`);
    expect(await verify()).toMatchObject({ index: 5, eventId: ids[5], problem: 'event-missing' });
  });

  it('deleted an event with its leaf, names the place', async () => {
    await tamper(`DELETE FROM ledger_leaves WHERE index = 5`, `DELETE FROM events WHERE id = '${ids[5]}'`);
    expect(await verify()).toMatchObject({ index: 5, problem: 'index-missing' });
  });

  it('deleted an event and closed up the places, names where', async () => {
    await tamper(
      `DELETE FROM ledger_leaves WHERE index = 5`,
      `UPDATE ledger_leaves SET index = index + 1000 WHERE index > 5`,
      `UPDATE ledger_leaves SET index = index - 1001 WHERE index > 1000`,
      `DELETE FROM events WHERE id = '${ids[5]}'`,
    );
    expect(await verify()).toMatchObject({ index: 5, eventId: ids[6], problem: 'leaf-altered' });
  });

  const swap = (one: number, other: number) => [
    `UPDATE ledger_leaves SET index = 1000 WHERE index = ${one}`,
    `UPDATE ledger_leaves SET index = ${one} WHERE index = ${other}`,
    `UPDATE ledger_leaves SET index = ${other} WHERE index = 1000`,
  ];

  it('swapped two events, names the first', async () => {
    await tamper(...swap(5, 6));
    expect(await verify()).toMatchObject({ index: 5, eventId: ids[6], problem: 'leaf-altered' });
  });

  it('swapped two of the newest events, which no tile covers yet, names where the contradiction begins', async () => {
    await tamper(...swap(ids.length - 2, ids.length - 1));
    expect(await verify()).toMatchObject({
      index: 300 + (ids.length - EVENTS),
      problem: 'history-rewritten',
    });
  });

  it('altered an event and its leaf, names it', async () => {
    await rewrite(5);
    expect(await verify()).toMatchObject({ index: 5, eventId: ids[5], problem: 'leaf-altered' });
  });

  it('altered an event, its leaf and all tiles, is shown by the checkpoints, and not built upon', async () => {
    await rewrite(5);
    await tamper('DELETE FROM ledger_tiles');
    await desk.db.transaction().execute(completeTiles);
    expect(await verify()).toMatchObject({ index: 0, problem: 'history-rewritten' });
    await write(1);
    await expect(sequenceEvents(desk.db, signing)).rejects.toMatchObject({ code: 'BW-LEDGER-FORKED' });
    expect(await verify()).toMatchObject({ index: 0, problem: 'history-rewritten' });
  });

  it('rewrote everything and signed it anew with the stolen key, is shown by a checkpoint that was kept', async () => {
    await rewrite(5);
    await tamper('DELETE FROM ledger_tiles', 'DELETE FROM ledger_checkpoints');
    await sequenceEvents(desk.db, { ...signing, memory: forgetfulMemory() });
    expect(await verify()).toMatchObject({ intact: true });
    expect(await verify(kept)).toMatchObject({ problem: 'history-rewritten' });
    await write(1);
    await expect(sequenceEvents(desk.db, signing)).rejects.toMatchObject({ code: 'BW-LEDGER-FORKED' });
  });

  it('signed it anew with another key, is shown by the key', async () => {
    const signer = parseSigningKey(generateSigningKey(desk.ledgerKey.verifier.name, 'log'));
    await tamper('DELETE FROM ledger_checkpoints');
    await sequenceEvents(desk.db, { ...signing, signer, memory: forgetfulMemory() });
    expect(await verify()).toMatchObject({ problem: 'checkpoint-by-another-key' });
  });

  it('cut the newest events off, is shown by the checkpoint over them', async () => {
    await tamper(...cutting(520));
    expect(await verify()).toMatchObject({ index: 520, problem: 'end-missing' });
    await write(50);
    await expect(sequenceEvents(desk.db, signing)).rejects.toMatchObject({ code: 'BW-LEDGER-ROLLED-BACK' });
  });

  it('rolled the database back to an older copy, is shown by a checkpoint that was kept, and never signed over', async () => {
    await tamper(...cutting(first), `DELETE FROM ledger_checkpoints WHERE size > ${first}`);
    expect(await verify()).toMatchObject({ intact: true });
    expect(await verify(kept)).toMatchObject({ problem: 'rolled-back' });
    await write(400);
    await expect(sequenceEvents(desk.db, signing)).rejects.toMatchObject({ code: 'BW-LEDGER-ROLLED-BACK' });
  });

  it('altered a tile, or took one away, names it', async () => {
    await tamper(`UPDATE ledger_tiles SET root = sha256(root) WHERE level = 0 AND index = 1`);
    expect(await verify()).toMatchObject({ index: 256, problem: 'tile-altered' });
    await tamper('DELETE FROM ledger_tiles');
    await write(1);
    await expect(sequenceEvents(desk.db, signing)).rejects.toMatchObject({ code: 'BW-LEDGER-ALTERED' });
    expect(await verify()).toMatchObject({ index: 0, problem: 'tile-missing' });
  });

  it('put an event in past the sequencer, names it', async () => {
    await tamper(`INSERT INTO events (id, at, type, actor, payload, salt)
      SELECT '${ID}', at, type, actor, payload, salt FROM events WHERE id = '${ids[5]}'`);
    expect(await verify()).toMatchObject({ intact: false, eventId: ID, problem: 'event-unlogged' });
  });

  it('erased the content of an event past the program, names it', async () => {
    await tamper(`UPDATE events SET payload = NULL, salt = NULL WHERE id = '${ids[5]}'`);
    expect(await verify()).toMatchObject({ index: 5, eventId: ids[5], problem: 'erasure-unrecorded' });
  });

  const cutting = (size: number) => [
    `DELETE FROM events WHERE id IN (SELECT event_id FROM ledger_leaves WHERE index >= ${size})`,
    `DELETE FROM ledger_leaves WHERE index >= ${size}`,
    `DELETE FROM ledger_tiles WHERE (index + 1) * 256 > ${size}`,
  ];

  /** Alters the event at `index` and lets its leaf say so. */
  async function rewrite(index: number): Promise<void> {
    await tamper(`UPDATE events SET payload = '{"attempts": 99}' WHERE id = '${ids[index]}'`);
    const event = await desk.db
      .selectFrom('events')
      .selectAll()
      .where('id', '=', ids[index] ?? '')
      .executeTakeFirstOrThrow();
    const commitment = Buffer.from(commit(event.salt ?? Buffer.alloc(0), canonicalEvent(event)));
    await tamper(
      `UPDATE ledger_leaves SET commitment = '\\x${commitment.toString('hex')}' WHERE index = ${index}`,
    );
  }
});
