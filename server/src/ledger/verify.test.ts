import { commit, linkHash } from '@breakwater/ledger';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDesk, type Desk } from '../../test/desk/index.ts';
import { createLog, openDatabase } from '../foundation/index.ts';
import { record, startSequencer, verifyLedger } from './index.ts';
import { canonicalEvent } from './record.ts';
import { sequenceEvents } from './sequencer.ts';

const ID = '00000000-0000-4000-8000-000000000001';

const TABLES = ['events', 'ledger_chain', 'events_unsequenced'];

describe('the ledger', () => {
  let desk: Desk;
  let ids: string[];
  beforeAll(async () => {
    desk = await createDesk();
    for (let index = 0; index < 10; index += 1) await write(index);
    await sequenceEvents(desk.db);
    const chain = await desk.db.selectFrom('ledger_chain').selectAll().orderBy('position').execute();
    ids = chain.map((link) => link.event_id);
    for (const table of TABLES) await desk.pool.query(`CREATE TABLE ${table}_kept AS TABLE ${table}`);
  });
  afterEach(() =>
    tamper(
      ...TABLES.flatMap((table) => [
        `DELETE FROM ${table}`,
        `INSERT INTO ${table} OVERRIDING SYSTEM VALUE TABLE ${table}_kept`,
      ]),
    ),
  );
  afterAll(() => desk.close());

  const write = (attempts: number) =>
    desk.db.transaction().execute((trx) =>
      record(trx, {
        type: 'delivery.delivered',
        at: desk.clock.now(),
        actor: { kind: 'person', id: ID },
        payload: { deliveryId: ID, attempts },
      }),
    );

  /** What somebody with all powers over the database does to it, past the triggers. */
  const tamper = async (...statements: readonly string[]) => {
    const client = await desk.pool.connect();
    await client.query('BEGIN; SET LOCAL session_replication_role = replica');
    for (const statement of statements) await client.query(statement);
    await client.query('COMMIT');
    client.release();
  };

  it('is intact as it was written, and counts its events', async () => {
    const { rows } = await desk.pool.query<{ count: number }>('SELECT count(*) FROM events');
    expect(await verifyLedger(desk.db)).toMatchObject({ intact: true, events: rows[0]?.count });
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
  ])('names the event of which %s was altered', async (_what, change) => {
    await tamper(`UPDATE events SET ${change} WHERE id = '${ids[5]}'`);
    expect(await verifyLedger(desk.db)).toEqual({
      intact: false,
      position: 6,
      eventId: ids[5],
      problem: 'event-altered',
    });
  });

  it('names an event that was deleted', async () => {
    await tamper(`DELETE FROM events WHERE id = '${ids[5]}'`);
    expect(await verifyLedger(desk.db)).toMatchObject({
      position: 6,
      eventId: ids[5],
      problem: 'event-missing',
    });
  });

  it('notices a position that was deleted', async () => {
    await tamper(`DELETE FROM ledger_chain WHERE position = 6`);
    expect(await verifyLedger(desk.db)).toMatchObject({ position: 7, problem: 'position-missing' });
  });

  it('notices an event that was deleted with its position', async () => {
    await tamper(`DELETE FROM ledger_chain WHERE position = 6`, `DELETE FROM events WHERE id = '${ids[5]}'`);
    expect(await verifyLedger(desk.db)).toMatchObject({ position: 7, problem: 'position-missing' });
  });

  it('notices an event that was deleted and the positions closed up', async () => {
    await tamper(
      `DELETE FROM ledger_chain WHERE position = 6`,
      `UPDATE ledger_chain SET position = -position WHERE position > 6`,
      `UPDATE ledger_chain SET position = -position - 1 WHERE position < 0`,
      `DELETE FROM events WHERE id = '${ids[5]}'`,
    );
    expect(await verifyLedger(desk.db)).toMatchObject({
      position: 6,
      eventId: ids[6],
      problem: 'link-altered',
    });
  });

  it('notices two positions that were swapped', async () => {
    await tamper(
      `UPDATE ledger_chain SET position = -6 WHERE position = 6`,
      `UPDATE ledger_chain SET position = 6 WHERE position = 7`,
      `UPDATE ledger_chain SET position = 7 WHERE position = -6`,
    );
    expect(await verifyLedger(desk.db)).toMatchObject({
      position: 6,
      eventId: ids[6],
      problem: 'link-altered',
    });
  });

  it('names an event that was put in past the sequencer', async () => {
    await tamper(`INSERT INTO events (id, at, type, actor, payload, salt)
      SELECT '${ID}', at, type, actor, payload, salt FROM events WHERE id = '${ids[5]}'`);
    expect(await verifyLedger(desk.db)).toMatchObject({
      intact: false,
      eventId: ID,
      problem: 'position-missing',
    });
  });

  it('notices an event that waited for its position and was taken from the queue', async () => {
    const id = await write(99);
    await tamper(`DELETE FROM events_unsequenced WHERE event_id = '${id}'`);
    expect(await verifyLedger(desk.db)).toMatchObject({ eventId: id, problem: 'position-missing' });
  });

  it('notices an event that was altered and committed to anew', async () => {
    await relink(5, 6);
    expect(await verifyLedger(desk.db)).toMatchObject({
      position: 7,
      eventId: ids[6],
      problem: 'link-altered',
    });
  });

  it('has another head when all of it was linked anew, which whoever kept the head can tell', async () => {
    const before = await verifyLedger(desk.db);
    await relink(5, ids.length);
    const after = await verifyLedger(desk.db);
    expect(after).toMatchObject({ intact: true, events: ids.length });
    expect('head' in after && after.head).not.toEqual('head' in before && before.head);
  });

  /** Alters the event at `index` and computes the chain anew from there up to the position `end`. */
  async function relink(index: number, end: number): Promise<void> {
    await tamper(`UPDATE events SET payload = '{"attempts": 99}' WHERE id = '${ids[index]}'`);
    const chain = await desk.db.selectFrom('ledger_chain').selectAll().orderBy('position').execute();
    let head: Uint8Array | undefined = chain[index - 1]?.hash;
    for (const link of chain.slice(index, end)) {
      const event = await desk.db
        .selectFrom('events')
        .selectAll()
        .where('id', '=', link.event_id)
        .executeTakeFirstOrThrow();
      const commitment = commit(event.salt, canonicalEvent(event));
      head = linkHash(head ?? new Uint8Array(32), commitment);
      const [commitmentHex, headHex] = [commitment, head].map((hash) => Buffer.from(hash).toString('hex'));
      await tamper(`UPDATE ledger_chain SET commitment = '\\x${commitmentHex}', hash = '\\x${headHex}'
        WHERE position = ${link.position}`);
    }
  }
});

describe('the sequencer', () => {
  let desk: Desk;
  beforeEach(async () => {
    desk = await createDesk();
  });
  afterEach(() => desk.close());

  const write = (wait: () => Promise<void> = async () => {}) =>
    desk.db.transaction().execute(async (trx) => {
      const id = await record(trx, {
        type: 'webhook.set',
        at: desk.clock.now(),
        actor: { kind: 'system', part: 'test' },
        payload: { serviceId: ID },
      });
      await wait();
      return id;
    });

  it('takes in each event once, though many write and several sequence at once', async () => {
    const other = openDatabase(desk.connection, { onError: () => {} });
    const written: Promise<unknown>[] = [];
    for (let round = 0; round < 10; round += 1) {
      written.push(...Array.from({ length: 10 }, () => write()));
      written.push(sequenceEvents(desk.db), sequenceEvents(other.db));
    }
    await Promise.all(written);
    await other.close();
    const { rows } = await desk.pool.query<{ count: number }>('SELECT count(*) FROM events');
    expect(await verifyLedger(desk.db)).toMatchObject({ intact: true, events: rows[0]?.count });
    expect(await desk.db.selectFrom('events_unsequenced').selectAll().execute()).toEqual([]);
  });

  it('takes in an event that was written before another and committed after it', async () => {
    const { promise: committing, resolve: commitNow } = Promise.withResolvers<void>();
    const slow = write(() => committing);
    const quick = await write();
    await sequenceEvents(desk.db);
    commitNow();
    const late = await slow;
    await sequenceEvents(desk.db);
    const chain = await desk.db.selectFrom('ledger_chain').selectAll().orderBy('position').execute();
    expect(chain.slice(-2).map((link) => link.event_id)).toEqual([quick, late]);
    expect(await verifyLedger(desk.db)).toMatchObject({ intact: true });
  });

  it('takes in more than one batch', async () => {
    await desk.pool.query(`INSERT INTO events (id, at, type, actor, payload, salt)
      SELECT gen_random_uuid(), now(), 'webhook.set', '{}', '{}', decode(md5(n::text), 'hex')
      FROM generate_series(1, 1200) AS n`);
    expect(await sequenceEvents(desk.db)).toBeGreaterThanOrEqual(1200);
    expect(await verifyLedger(desk.db)).toMatchObject({ intact: true });
  });

  it('has taken in everything when it is stopped', async () => {
    const log = createLog({ level: 'silent', destination: process.stderr });
    const sequencer = startSequencer({ db: desk.db, pool: desk.pool, log });
    await Promise.all(Array.from({ length: 20 }, () => write()));
    await sequencer.stop();
    expect(await desk.db.selectFrom('events_unsequenced').selectAll().execute()).toEqual([]);
    expect(await verifyLedger(desk.db)).toMatchObject({ intact: true });
  });
});
