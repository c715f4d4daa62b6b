import { randomBytes } from 'node:crypto';
import { type Clock, type Database, type Queryable, type Secrets } from '../foundation/index.ts';
import { record, type Actor } from '../ledger/index.ts';
import { enqueueDelivery } from './outbox.ts';

interface WebhookEndpointsTable {
  service_id: string;
  url: string;
  secret_salt: string;
  set_at: Date;
  previous_salt: string | null;
  previous_until: Date | null;
}

const DAY_MS = 24 * 60 * 60 * 1000;

declare module '../foundation/database.ts' {
  interface Tables {
    webhook_endpoints: WebhookEndpointsTable;
  }
}

export interface WebhookEndpoint {
  readonly url: string;
  /** In force now, newest first. Standard Webhooks form: `whsec_` and base64. */
  readonly secrets: readonly string[];
}

/**
 * Tells where a service takes webhooks; gives it a new secret, and sends whatever waited for an address. The secret before
 * signs as well for `overlapMs`, a day unless told, so that no webhook is refused while a service changes over.
 */
export function setWebhook(
  deps: { readonly db: Database; readonly clock: Clock; readonly secrets: Secrets },
  actor: Actor,
  serviceId: string,
  url: string,
  overlapMs: number = DAY_MS,
): Promise<{ url: string; secret: string; previousUntil: Date | null }> {
  const { db, clock, secrets } = deps;
  return db.transaction().execute(async (trx) => {
    const salt = randomBytes(16).toString('hex');
    const before = await trx
      .selectFrom('webhook_endpoints')
      .select('secret_salt')
      .where('service_id', '=', serviceId)
      .forUpdate()
      .executeTakeFirst();
    const overlaps = before !== undefined && overlapMs > 0;
    const previousUntil = overlaps ? new Date(clock.now().getTime() + overlapMs) : null;
    const values = {
      url,
      secret_salt: salt,
      set_at: clock.now(),
      previous_salt: overlaps ? before.secret_salt : null,
      previous_until: previousUntil,
    };
    await trx
      .insertInto('webhook_endpoints')
      .values({ service_id: serviceId, ...values })
      .onConflict((conflict) => conflict.column('service_id').doUpdateSet(values))
      .execute();
    await record(trx, { type: 'webhook.set', at: clock.now(), actor, payload: { serviceId } });
    const waiting = await trx
      .selectFrom('deliveries')
      .select('id')
      .where('service_id', '=', serviceId)
      .where('status', '=', 'pending')
      .execute();
    for (const { id } of waiting) await enqueueDelivery(trx, id);
    return { url, secret: secretOf(secrets, serviceId, salt), previousUntil };
  });
}

export function removeWebhook(
  deps: { readonly db: Database; readonly clock: Clock },
  actor: Actor,
  serviceId: string,
): Promise<void> {
  return deps.db.transaction().execute(async (trx) => {
    const removed = await trx
      .deleteFrom('webhook_endpoints')
      .where('service_id', '=', serviceId)
      .returning('service_id')
      .executeTakeFirst();
    if (removed === undefined) return;
    await record(trx, { type: 'webhook.removed', at: deps.clock.now(), actor, payload: { serviceId } });
  });
}

/** Where and with what secrets to reach a service; undefined while it takes no webhooks. */
export async function webhookOf(
  db: Queryable,
  clock: Clock,
  secrets: Secrets,
  serviceId: string,
): Promise<WebhookEndpoint | undefined> {
  const row = await db
    .selectFrom('webhook_endpoints')
    .selectAll()
    .where('service_id', '=', serviceId)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const overlaps = row.previous_until !== null && row.previous_until > clock.now();
  const salts = [row.secret_salt, ...(overlaps && row.previous_salt !== null ? [row.previous_salt] : [])];
  return { url: row.url, secrets: salts.map((salt) => secretOf(secrets, serviceId, salt)) };
}

/** The webhook address of each service that has one. */
export async function webhookUrls(db: Queryable): Promise<Map<string, string>> {
  const rows = await db.selectFrom('webhook_endpoints').select(['service_id', 'url']).execute();
  return new Map(rows.map((row) => [row.service_id, row.url]));
}

function secretOf(secrets: Secrets, serviceId: string, salt: string): string {
  return `whsec_${secrets.derive(`webhook of ${serviceId}`, salt).toString('base64')}`;
}
