import { createHash } from 'node:crypto';
import { canonicalJson, commit, generateSigningKey, parseSigningKey } from '@breakwater/ledger';
import { expect, it } from 'vitest';
import { createTestDatabase } from '../../test/postgres-harness/index.ts';
import { migrate, openDatabase, systemClock } from '../foundation/index.ts';
import { readMigrations } from '../foundation/migrations.ts';
import { forgetfulMemory, sequenceEvents, verifyLedger } from './index.ts';

const EVENTS = 300;

it('a ledger that was a chain becomes a tree with every event in its place, and goes on', async () => {
  const database = await createTestDatabase({ migrate: chained, template: 'chained' });
  const opened = openDatabase(database.connection, { onError: () => {} });
  const { db, pool } = opened;
  try {
    const before = await pool.query(
      'SELECT position - 1 AS index, event_id, commitment FROM ledger_chain ORDER BY 1',
    );
    await migrate(pool);
    const after = await pool.query('SELECT index, event_id, commitment FROM ledger_leaves ORDER BY index');
    expect(after.rows).toEqual(before.rows);
    expect(after.rows).toHaveLength(EVENTS);
    const signer = parseSigningKey(generateSigningKey('breakwater/test', 'log'));
    await sequenceEvents(db, { signer, clock: systemClock, memory: forgetfulMemory() });
    // One waited for its place in the chain when the program was brought up to date.
    expect(await verifyLedger(db, { log: signer.verifier })).toMatchObject({
      intact: true,
      events: EVENTS + 1,
      signed: EVENTS + 1,
    });
    await pool.query(`BEGIN; SET LOCAL session_replication_role = replica;
      UPDATE ledger_chain SET hash = sha256(hash) WHERE position = 7; COMMIT`);
    expect(await verifyLedger(db)).toMatchObject({ intact: false, index: 6, problem: 'leaf-altered' });
  } finally {
    await opened.close();
    await database.drop();
  }
});

/** A database as the version before left it. */
async function chained(connection: Parameters<typeof openDatabase>[0]): Promise<void> {
  const opened = openDatabase(connection, { onError: () => {} });
  const { pool } = opened;
  const earlier = (await readMigrations()).filter(({ number }) => number < 100);
  await pool.query(`CREATE TABLE schema_migrations (
    number integer PRIMARY KEY, name text NOT NULL, sha256 text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())`);
  for (const { number, name, sql, sha256 } of earlier) {
    await pool.query(sql);
    await pool.query('INSERT INTO schema_migrations (number, name, sha256) VALUES ($1, $2, $3)', [
      number,
      name,
      sha256,
    ]);
  }
  let head: Uint8Array = new Uint8Array(32);
  for (let position = 1; position <= EVENTS + 1; position += 1) {
    const id = `00000000-0000-4000-8000-${String(position).padStart(12, '0')}`;
    const event = {
      id,
      at: '2026-01-15T09:00:00.000Z',
      type: 'webhook.set',
      actor: {},
      caseId: null,
      payload: { position },
    };
    const salt = Buffer.alloc(16, position % 256);
    await pool.query(
      'INSERT INTO events (id, at, type, actor, payload, salt) VALUES ($1, $2, $3, $4, $5, $6)',
      [id, event.at, event.type, '{}', JSON.stringify(event.payload), salt],
    );
    if (position > EVENTS) continue;
    const commitment = commit(salt, canonicalJson(event));
    head = createHash('sha256').update(Uint8Array.of(1)).update(head).update(commitment).digest();
    await pool.query('INSERT INTO ledger_chain VALUES ($1, $2, $3, $4)', [position, id, commitment, head]);
    await pool.query('DELETE FROM events_unsequenced WHERE event_id = $1', [id]);
  }
  await opened.close();
}
