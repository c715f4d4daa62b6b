import { sql } from 'kysely';
import type { ServicesTable } from '../access/index.ts';
import type { Database, Queryable, Transaction } from '../foundation/index.ts';
import type { EventType } from '../ledger/index.ts';

/** `partial` is a demo whose making was cut short: `createDemo` completes it. */
export type DemoState = 'absent' | 'partial' | 'complete' | 'removed';

/** How things stand with the demo, by its service and the ledger. */
export async function demoState(db: Queryable): Promise<DemoState> {
  const service = await findDemoService(db);
  if (service === undefined) return (await happened(db, 'demo.removed')) ? 'removed' : 'absent';
  return (await happened(db, 'demo.created', service.id)) ? 'complete' : 'partial';
}

export function findDemoService(db: Queryable): Promise<ServicesTable | undefined> {
  return db.selectFrom('services').selectAll().where('demo', '=', true).executeTakeFirst();
}

async function happened(db: Queryable, type: EventType, serviceId?: string): Promise<boolean> {
  let query = db.selectFrom('events').select('id').where('type', '=', type);
  if (serviceId !== undefined) query = query.where(sql`payload ->> 'serviceId'`, '=', serviceId);
  return (await query.limit(1).executeTakeFirst()) !== undefined;
}

const DEMO_LOCK = 0x62_77_64_6d;

/** Does the work while nobody else makes or removes the demo. */
export function whileDemoIsLocked<Result>(db: Database, work: () => Promise<Result>): Promise<Result> {
  return db.connection().execute(async (connection) => {
    await sql`SELECT pg_advisory_lock(${DEMO_LOCK})`.execute(connection);
    try {
      return await work();
    } finally {
      await sql`SELECT pg_advisory_unlock(${DEMO_LOCK})`.execute(connection);
    }
  });
}

/** As `whileDemoIsLocked`, until the transaction ends. */
export async function lockDemo(trx: Transaction): Promise<void> {
  await sql`SELECT pg_advisory_xact_lock(${DEMO_LOCK})`.execute(trx);
}
