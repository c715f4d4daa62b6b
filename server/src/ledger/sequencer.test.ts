import { openCheckpoint, verifyProvenEvent } from '@breakwater/ledger';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDesk, type Desk } from '../../test/desk/index.ts';
import { createLog, openDatabase } from '../foundation/index.ts';
import {
  forgetfulMemory,
  latestCheckpoint,
  proveEvents,
  record,
  sequenceEvents,
  startSequencer,
  verifyLedger,
  type Signing,
} from './index.ts';

const ID = '00000000-0000-4000-8000-000000000001';

describe('the sequencer', () => {
  let desk: Desk;
  let signing: Signing;
  beforeEach(async () => {
    desk = await createDesk();
    signing = { signer: desk.ledgerKey, clock: desk.clock, memory: forgetfulMemory() };
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
  const put = (count: number, at = 'now()') =>
    desk.pool.query(`INSERT INTO events (id, at, type, actor, payload, salt)
      SELECT gen_random_uuid(), ${at}, 'webhook.set', '{}', '{}', decode(md5(n::text), 'hex')
      FROM generate_series(1, ${count}) AS n`);
  const counted = async () =>
    (await desk.pool.query<{ count: number }>('SELECT count(*) FROM events')).rows[0]?.count;
  const latest = async () => openCheckpoint((await latestCheckpoint(desk.db)) ?? '', desk.ledgerKey.verifier);

  it('takes in each event once, though many write and several sequence at once', async () => {
    const other = openDatabase(desk.connection, { onError: () => {} });
    const written: Promise<unknown>[] = [];
    for (let round = 0; round < 10; round += 1) {
      written.push(...Array.from({ length: 10 }, () => write()));
      written.push(sequenceEvents(desk.db, signing), sequenceEvents(other.db));
    }
    await Promise.all(written);
    await other.close();
    expect(await verifyLedger(desk.db, { log: desk.ledgerKey.verifier })).toMatchObject({
      intact: true,
      events: await counted(),
    });
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
    const leaves = await desk.db.selectFrom('ledger_leaves').selectAll().orderBy('index').execute();
    expect(leaves.slice(-2).map((leaf) => leaf.event_id)).toEqual([quick, late]);
    expect(await verifyLedger(desk.db)).toMatchObject({ intact: true });
  });

  it('takes in more than one batch, and a level of tiles above the first', async () => {
    await put(66_000);
    expect(await sequenceEvents(desk.db, signing)).toBeGreaterThanOrEqual(66_000);
    expect(await verifyLedger(desk.db, { log: desk.ledgerKey.verifier })).toMatchObject({ intact: true });
    expect(
      await desk.db.selectFrom('ledger_tiles').select('level').where('level', '=', 1).execute(),
    ).toHaveLength(1);
    const { event_id: id } = await desk.db
      .selectFrom('ledger_leaves')
      .select('event_id')
      .where('index', '=', 65_540)
      .executeTakeFirstOrThrow();
    const [proven] = await proveEvents(desk.db, [id]);
    expect(verifyProvenEvent(proven!, desk.ledgerKey.verifier)).toMatchObject({ index: 65_540 });
  });

  it('signs each head once, by the clock, and nothing where nothing happened', async () => {
    await write();
    await sequenceEvents(desk.db, signing);
    const first = await latest();
    expect(first.size).toBe(await counted());
    await sequenceEvents(desk.db, signing);
    expect(await desk.db.selectFrom('ledger_checkpoints').selectAll().execute()).toMatchObject([
      { size: first.size, signed_at: desk.clock.now() },
    ]);
  });

  it('signs what was taken in without a key', async () => {
    await write();
    await sequenceEvents(desk.db);
    expect(await latestCheckpoint(desk.db)).toBeNull();
    await sequenceEvents(desk.db, signing);
    expect(await latest()).toMatchObject({ size: await counted() });
  });

  it('is not held up by an event that cannot be spelled, which is logged as just that', async () => {
    await put(1, `'infinity'`);
    const id = await write();
    await sequenceEvents(desk.db, signing);
    expect(await verifyLedger(desk.db)).toMatchObject({ intact: true, events: await counted() });
    const [proven] = await proveEvents(desk.db, [id]);
    expect(proven).toMatchObject({ eventId: id });
  });

  it('does again what was cut short, and nothing twice', async () => {
    await put(300);
    await desk.pool.query(`CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'placeholder'; END $$;
      CREATE TRIGGER failing BEFORE INSERT ON ledger_checkpoints FOR EACH ROW EXECUTE FUNCTION fail()`);
    await expect(sequenceEvents(desk.db, signing)).rejects.toThrow('placeholder');
    expect(await desk.db.selectFrom('ledger_leaves').selectAll().execute()).toEqual([]);
    await desk.pool.query('DROP TRIGGER failing ON ledger_checkpoints');
    expect(await sequenceEvents(desk.db, signing)).toBe(await counted());
    expect(await verifyLedger(desk.db, { log: desk.ledgerKey.verifier })).toMatchObject({ intact: true });
  });

  it('has taken in and signed everything when it is stopped', async () => {
    const log = createLog({ level: 'silent', destination: process.stderr });
    const sequencer = startSequencer({ ...signing, db: desk.db, log });
    await Promise.all(Array.from({ length: 20 }, () => write()));
    await sequencer.stop();
    expect(await desk.db.selectFrom('events_unsequenced').selectAll().execute()).toEqual([]);
    expect(await latest()).toMatchObject({ size: await counted() });
  });
});
