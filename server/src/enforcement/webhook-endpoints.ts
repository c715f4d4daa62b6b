import { randomBytes } from 'node:crypto';
import { type Clock, type Database, type Queryable, type Secrets } from '../foundation/index.ts';
import { record, type Actor } from '../ledger/index.ts';
import { enqueueDelivery } from './outbox.ts';

interface WebhookEndpointsTable {
  service_id: string;
  url: string;
  secret_salt: string;
  set_at: Date;
}

declare module '../foundation/database.ts' {
  interface Tables {
    webhook_endpoints: WebhookEndpointsTable;
  }
}

export interface WebhookEndpoint {
  readonly url: string;
  /** Standard Webhooks form: `whsec_` and base64. */
  readonly secret: string;
}

/** Tells where a service takes webhooks; gives it a new secret, and sends whatever waited for an address. */
export function setWebhook(
  deps: { readonly db: Database; readonly clock: Clock; readonly secrets: Secrets },
  actor: Actor,
  serviceId: string,
  url: string,
): Promise<WebhookEndpoint> {
  const { db, clock, secrets } = deps;
  return db.transaction().execute(async (trx) => {
    const salt = randomBytes(16).toString('hex');
    const values = { url, secret_salt: salt, set_at: clock.now() };
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
    return { url, secret: secretOf(secrets, serviceId, salt) };
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

/** Where and with what secret to reach a service; undefined while it takes no webhooks. */
export async function webhookOf(
  db: Queryable,
  secrets: Secrets,
  serviceId: string,
): Promise<WebhookEndpoint | undefined> {
  const row = await db
    .selectFrom('webhook_endpoints')
    .selectAll()
    .where('service_id', '=', serviceId)
    .executeTakeFirst();
  return row && { url: row.url, secret: secretOf(secrets, serviceId, row.secret_salt) };
}

/** The webhook address of each service that has one. */
export async function webhookUrls(db: Queryable): Promise<Map<string, string>> {
  const rows = await db.selectFrom('webhook_endpoints').select(['service_id', 'url']).execute();
  return new Map(rows.map((row) => [row.service_id, row.url]));
}

function secretOf(secrets: Secrets, serviceId: string, salt: string): string {
  return `whsec_${secrets.derive(`webhook of ${serviceId}`, salt).toString('base64')}`;
}
