import { sql } from 'kysely';
import { Webhook } from 'standardwebhooks';
import { visibleTo, type Viewer } from '../access/index.ts';
import {
  CodedError,
  decodeCursor,
  toPage,
  type Clock,
  type Database,
  type Queryable,
  type Secrets,
  type Transaction,
} from '../foundation/index.ts';
import { record, type Actor } from '../ledger/index.ts';
import { enqueueDelivery } from './outbox.ts';
import { webhookOf, type WebhookEndpoint } from './webhook-endpoints.ts';

interface DeliveriesTable {
  id: string;
  service_id: string;
  case_id: string | null;
  type: string;
  body: string;
  status: 'pending' | 'delivered' | 'dead';
  attempts: number;
  created_at: Date;
  next_attempt_at: Date | null;
  delivered_at: Date | null;
  last_problem: string | null;
}

declare module '../foundation/database.ts' {
  interface Tables {
    deliveries: DeliveriesTable;
  }
}

export interface DeliveryDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly secrets: Secrets;
  readonly fetch: typeof fetch;
  /** How long a service may take to answer; 15 seconds unless told. */
  readonly timeoutMs?: number;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Pauses between attempts, as Standard Webhooks suggests. After the last one fails, a delivery is dead. */
export const RETRY_PAUSES_MS: readonly number[] = [
  5 * SECOND,
  30 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
];

const TIMEOUT_MS = 15 * SECOND;
const GONE = 410;

/**
 * Sends a pending delivery once. Arrived: it is done. Otherwise the next attempt is set, or it is declared dead. A crash
 * between sending and noting it sends again under the same `webhook-id`, by which a receiver tells repeats.
 */
export async function deliverWebhook(deps: DeliveryDeps, deliveryId: string): Promise<void> {
  const { db, secrets } = deps;
  const delivery = await db
    .selectFrom('deliveries')
    .selectAll()
    .where('id', '=', deliveryId)
    .executeTakeFirst();
  if (delivery === undefined || delivery.status !== 'pending') return;
  const endpoint = await webhookOf(db, deps.clock, secrets, delivery.service_id);
  if (endpoint === undefined) return waitForAddress(deps, delivery);
  const outcome = await send(deps, delivery, endpoint);
  await db.transaction().execute((trx) => conclude(trx, deps.clock, delivery.id, outcome));
}

type Outcome =
  | { readonly arrived: true }
  | { readonly arrived: false; readonly problem: string; readonly final: boolean };

/** Nothing is lost: setting the webhook enqueues it again. */
async function waitForAddress(deps: DeliveryDeps, delivery: DeliveriesTable): Promise<void> {
  await deps.db
    .updateTable('deliveries')
    .set({
      next_attempt_at: null,
      last_problem: 'The service has no webhook address. It is sent as soon as one is set.',
    })
    .where('id', '=', delivery.id)
    .where('status', '=', 'pending')
    .execute();
}

async function send(
  deps: DeliveryDeps,
  delivery: DeliveriesTable,
  endpoint: WebhookEndpoint,
): Promise<Outcome> {
  const { timeoutMs = TIMEOUT_MS } = deps;
  const at = deps.clock.now();
  // One for each secret in force, apart by spaces, as Standard Webhooks has it.
  const signature = endpoint.secrets
    .map((secret) => new Webhook(secret).sign(delivery.id, at, delivery.body))
    .join(' ');
  try {
    const response = await deps.fetch(endpoint.url, {
      method: 'POST',
      // A redirect could lead the signed request anywhere.
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
      headers: {
        'content-type': 'application/json',
        'user-agent': 'Breakwater',
        'webhook-id': delivery.id,
        'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
        'webhook-signature': signature,
      },
      body: delivery.body,
    });
    await dismiss(response);
    if (response.ok) return { arrived: true };
    return {
      arrived: false,
      problem: `The service answered ${response.status}.`,
      final: response.status === GONE,
    };
  } catch (error) {
    return { arrived: false, problem: problemOf(error, timeoutMs), final: false };
  }
}

/** The status says all; what follows it may have no end. */
async function dismiss(response: Response): Promise<void> {
  try {
    await response.body?.cancel();
  } catch {
    // The connection broke behind the status, which was given all the same.
  }
}

function problemOf(error: unknown, timeoutMs: number): string {
  if (error instanceof Error && error.name === 'TimeoutError')
    return `The service did not answer within ${timeoutMs / SECOND} seconds.`;
  const cause = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : undefined;
  return code === undefined
    ? 'The service could not be reached.'
    : `The service could not be reached (${code}).`;
}

async function conclude(trx: Transaction, clock: Clock, deliveryId: string, outcome: Outcome): Promise<void> {
  const now = clock.now();
  const delivery = await trx
    .selectFrom('deliveries')
    .selectAll()
    .where('id', '=', deliveryId)
    .forUpdate()
    .executeTakeFirst();
  if (delivery === undefined || delivery.status !== 'pending') return;
  const attempts = delivery.attempts + 1;
  const pause = RETRY_PAUSES_MS[attempts - 1];
  if (!outcome.arrived && !outcome.final && pause !== undefined) {
    const nextAttemptAt = new Date(now.getTime() + pause);
    await trx
      .updateTable('deliveries')
      .set({ attempts, last_problem: outcome.problem, next_attempt_at: nextAttemptAt })
      .where('id', '=', deliveryId)
      .execute();
    await enqueueDelivery(trx, deliveryId, nextAttemptAt);
    return;
  }
  await trx
    .updateTable('deliveries')
    .set({
      attempts,
      next_attempt_at: null,
      ...(outcome.arrived
        ? { status: 'delivered' as const, delivered_at: now, last_problem: null }
        : { status: 'dead' as const, last_problem: outcome.problem }),
    })
    .where('id', '=', deliveryId)
    .execute();
  await record(trx, {
    type: outcome.arrived ? 'delivery.delivered' : 'delivery.dead',
    at: now,
    actor: { kind: 'system', part: 'enforcement' },
    ...(delivery.case_id === null ? {} : { caseId: delivery.case_id }),
    payload: { deliveryId, attempts },
  });
}

/** Gives a delivery that is dead or waits another try now. @throws {CodedError} BW-NOT-FOUND, BW-DELIVERY-NOT-RETRYABLE */
export function retryDelivery(
  deps: { readonly db: Database; readonly clock: Clock },
  actor: Actor,
  deliveryId: string,
): Promise<void> {
  return deps.db.transaction().execute(async (trx) => {
    const now = deps.clock.now();
    const delivery = await trx
      .selectFrom('deliveries')
      .selectAll()
      .where('id', '=', deliveryId)
      .forUpdate()
      .executeTakeFirst();
    if (delivery === undefined)
      throw new CodedError('BW-NOT-FOUND', { message: 'There is no such delivery.' });
    if (delivery.status === 'delivered') throw new CodedError('BW-DELIVERY-NOT-RETRYABLE');
    await trx
      .updateTable('deliveries')
      .set({ status: 'pending', attempts: 0, next_attempt_at: now })
      .where('id', '=', deliveryId)
      .execute();
    await record(trx, {
      type: 'delivery.retried',
      at: now,
      actor,
      ...(delivery.case_id === null ? {} : { caseId: delivery.case_id }),
      payload: { deliveryId },
    });
    await enqueueDelivery(trx, deliveryId);
  });
}

function deliveries(db: Queryable) {
  return db
    .selectFrom('deliveries')
    .innerJoin('services', 'services.id', 'deliveries.service_id')
    .leftJoin('cases', 'cases.id', 'deliveries.case_id')
    .selectAll('deliveries')
    .select([
      'services.slug as service_slug',
      'services.name as service_name',
      'cases.number as case_number',
    ]);
}

export interface DeliveryRow extends DeliveriesTable {
  readonly service_slug: string;
  readonly service_name: string;
  readonly case_number: number | null;
}

/** @throws {CodedError} BW-NOT-FOUND */
export async function deliveryById(db: Queryable, deliveryId: string): Promise<DeliveryRow> {
  const row = await deliveries(db).where('deliveries.id', '=', deliveryId).executeTakeFirst();
  if (row === undefined) throw new CodedError('BW-NOT-FOUND', { message: 'There is no such delivery.' });
  return row;
}

/** Deliveries of which the viewer may know, newest first. @throws {CodedError} BW-CURSOR-INVALID */
export async function pageOfDeliveries(
  db: Database,
  viewer: Viewer,
  page: {
    readonly status?: 'pending' | 'delivered' | 'dead' | undefined;
    readonly cursor?: string | undefined;
    readonly limit: number;
  },
): Promise<{ items: DeliveryRow[]; nextCursor: string | null }> {
  let query = deliveries(db).where(ofVisibleCase(viewer));
  if (page.status !== undefined) query = query.where('deliveries.status', '=', page.status);
  if (page.cursor !== undefined) {
    const [createdAt, id] = decodeCursor(page.cursor, ['instant', 'uuid']);
    query = query.where(
      sql<boolean>`(deliveries.created_at, deliveries.id) < (${createdAt}::timestamptz, ${id}::uuid)`,
    );
  }
  const rows = await query
    .orderBy('deliveries.created_at', 'desc')
    .orderBy('deliveries.id', 'desc')
    .limit(page.limit + 1)
    .execute();
  return toPage(
    rows,
    page.limit,
    (row) => [row.created_at.toISOString(), row.id],
    (row) => row,
  );
}

function ofVisibleCase(viewer: Viewer) {
  return sql<boolean>`(deliveries.case_id IS NULL OR ${visibleTo(viewer, 'deliveries.case_id')})`;
}

/** How many deliveries wait, and how many are dead: of all, or of those of which a viewer may know. */
export async function deliveryCounts(
  db: Database,
  viewer: Viewer | 'all' = 'all',
): Promise<{ pending: number; dead: number }> {
  const rows = await db
    .selectFrom('deliveries')
    .where('status', '!=', 'delivered')
    .$if(viewer !== 'all', (query) => query.where(ofVisibleCase(viewer as Viewer)))
    .groupBy('status')
    .select((expression) => ['status', expression.fn.countAll<number>().as('count')])
    .execute();
  const count = (status: string) => rows.find((row) => row.status === status)?.count ?? 0;
  return { pending: count('pending'), dead: count('dead') };
}
