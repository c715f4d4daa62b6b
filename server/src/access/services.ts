import { randomBytes, randomUUID } from 'node:crypto';
import {
  CodedError,
  fingerprintOfSecret,
  isUniqueViolation,
  type Clock,
  type Database,
  type Secrets,
  type Transaction,
} from '../foundation/index.ts';
import { record, type Actor } from '../ledger/index.ts';
import { ALL_SERVICE_SCOPES, type ServiceScope } from './service-scopes.ts';
import type { ServiceKeysTable, ServicesTable } from './tables.ts';

/** Written at most once in this time, so that a busy key does not write a row with every request. */
const LAST_USED_GRAIN_MS = 60_000;

export interface ServiceIdentity {
  readonly serviceId: string;
  readonly keyId: string;
  readonly slug: string;
  readonly scopes: readonly ServiceScope[];
  /** How many requests a minute the key is good for; null: no limit of its own. */
  readonly requestsAMinute: number | null;
}

/** What a key is good for, and for how long. */
export interface KeyTerms {
  readonly scopes: readonly ServiceScope[];
  readonly expiresAt: Date | null;
  readonly requestsAMinute: number | null;
}

const EVERYTHING: KeyTerms = { scopes: ALL_SERVICE_SCOPES, expiresAt: null, requestsAMinute: null };

/** @throws {CodedError} BW-SERVICE-EXISTS when the short name is taken. */
export async function createService(
  trx: Transaction,
  clock: Clock,
  actor: Actor,
  service: { readonly slug: string; readonly name: string; readonly demo?: boolean },
): Promise<ServicesTable> {
  const row = { id: randomUUID(), demo: false, ...service, created_at: clock.now() };
  try {
    await trx.insertInto('services').values(row).execute();
  } catch (error) {
    if (isUniqueViolation(error, 'services_slug_unique'))
      throw new CodedError('BW-SERVICE-EXISTS', { cause: error });
    throw error;
  }
  await record(trx, {
    type: 'service.created',
    at: clock.now(),
    actor,
    payload: { serviceId: row.id, slug: row.slug },
  });
  return row;
}

export function listServices(db: Database | Transaction): Promise<ServicesTable[]> {
  return db.selectFrom('services').selectAll().orderBy('created_at').orderBy('id').execute();
}

/** @throws {CodedError} BW-NOT-FOUND */
export async function serviceBySlug(db: Database | Transaction, slug: string): Promise<ServicesTable> {
  const row = await db.selectFrom('services').selectAll().where('slug', '=', slug).executeTakeFirst();
  if (row === undefined) throw new CodedError('BW-NOT-FOUND', { message: `There is no service "${slug}".` });
  return row;
}

/** Gives a service a new key, good for everything unless told. It is returned this once; only its hash is stored. */
export async function createServiceKey(
  trx: Transaction,
  clock: Clock,
  actor: Actor,
  options: { readonly serviceId: string; readonly label: string; readonly key?: string } & Partial<KeyTerms>,
): Promise<{ key: string; row: ServiceKeysTable }> {
  const terms = { ...EVERYTHING, ...options };
  const key = options.key ?? `bwk_${randomBytes(32).toString('base64url')}`;
  const row: ServiceKeysTable = {
    id: randomUUID(),
    service_id: options.serviceId,
    key_hash: fingerprintOfSecret(key),
    hint: key.slice(0, 8),
    label: options.label,
    created_at: clock.now(),
    last_used_at: null,
    revoked_at: null,
    scopes: [...terms.scopes],
    expires_at: terms.expiresAt,
    requests_a_minute: terms.requestsAMinute,
    replaced_by: null,
  };
  await trx.insertInto('service_keys').values(row).execute();
  await record(trx, {
    type: 'service-key.created',
    at: clock.now(),
    actor,
    payload: { serviceId: options.serviceId, keyId: row.id },
  });
  return { key, row };
}

/**
 * The key that `bin/up` prints: the same at every start, yet kept nowhere, because it is derived from the
 * installation's key. Made for the service on first use; revoking it in the console is final.
 */
export async function bootstrapServiceKey(
  db: Database,
  clock: Clock,
  secrets: Secrets,
  serviceId: string,
): Promise<string> {
  const key = `bwk_${secrets.derive('bootstrap service key', serviceId).toString('base64url')}`;
  await db.transaction().execute(async (trx) => {
    await trx
      .selectFrom('services')
      .select('id')
      .where('id', '=', serviceId)
      .forUpdate()
      .executeTakeFirstOrThrow();
    const present = await trx
      .selectFrom('service_keys')
      .select('id')
      .where('key_hash', '=', fingerprintOfSecret(key))
      .executeTakeFirst();
    if (present !== undefined) return;
    await createServiceKey(
      trx,
      clock,
      { kind: 'system', part: 'start' },
      { serviceId, label: 'Made by bin/up', key },
    );
  });
  return key;
}

export function listServiceKeys(db: Database, serviceId: string): Promise<ServiceKeysTable[]> {
  return db
    .selectFrom('service_keys')
    .selectAll()
    .where('service_id', '=', serviceId)
    .orderBy('created_at')
    .orderBy('id')
    .execute();
}

/** Ends a key at once. Revoking it again changes nothing. @throws {CodedError} BW-NOT-FOUND */
export function revokeServiceKey(
  db: Database,
  clock: Clock,
  actor: Actor,
  options: { readonly serviceId: string; readonly keyId: string },
): Promise<void> {
  return db.transaction().execute(async (trx) => {
    const row = await trx
      .selectFrom('service_keys')
      .selectAll()
      .where('id', '=', options.keyId)
      .where('service_id', '=', options.serviceId)
      .forUpdate()
      .executeTakeFirst();
    if (row === undefined) throw new CodedError('BW-NOT-FOUND');
    if (row.revoked_at !== null) return;
    await trx.updateTable('service_keys').set({ revoked_at: clock.now() }).where('id', '=', row.id).execute();
    await record(trx, { type: 'service-key.revoked', at: clock.now(), actor, payload: options });
  });
}

/**
 * Makes a key that takes the place of another, on the same terms. The old one works until the overlap is over, and no longer
 * than it would have.
 * @throws {CodedError} BW-NOT-FOUND, BW-SERVICE-KEY-ENDED
 */
export function rotateServiceKey(
  db: Database,
  clock: Clock,
  actor: Actor,
  options: { readonly serviceId: string; readonly keyId: string; readonly overlapMs: number },
): Promise<{ key: string; row: ServiceKeysTable }> {
  const { serviceId, keyId, overlapMs } = options;
  return db.transaction().execute(async (trx) => {
    const now = clock.now();
    const old = await trx
      .selectFrom('service_keys')
      .selectAll()
      .where('id', '=', keyId)
      .where('service_id', '=', serviceId)
      .forUpdate()
      .executeTakeFirst();
    if (old === undefined) throw new CodedError('BW-NOT-FOUND');
    const ended = old.expires_at !== null && old.expires_at <= now;
    if (old.revoked_at !== null || ended || old.replaced_by !== null)
      throw new CodedError('BW-SERVICE-KEY-ENDED');
    const life = old.expires_at === null ? null : old.expires_at.getTime() - old.created_at.getTime();
    const made = await createServiceKey(trx, clock, actor, {
      serviceId,
      label: old.label,
      scopes: old.scopes,
      requestsAMinute: old.requests_a_minute,
      expiresAt: life === null ? null : new Date(now.getTime() + life),
    });
    const overlapEnd = new Date(now.getTime() + overlapMs);
    await trx
      .updateTable('service_keys')
      .set({
        replaced_by: made.row.id,
        expires_at: old.expires_at !== null && old.expires_at < overlapEnd ? old.expires_at : overlapEnd,
      })
      .where('id', '=', keyId)
      .execute();
    await record(trx, {
      type: 'service-key.rotated',
      at: now,
      actor,
      payload: { serviceId, keyId, replacedBy: made.row.id },
    });
    return made;
  });
}

/** Who holds this key. @throws {CodedError} BW-SERVICE-KEY-INVALID when nobody does any more, or ever did. */
export async function authenticateService(db: Database, clock: Clock, key: string): Promise<ServiceIdentity> {
  const row = await db
    .selectFrom('service_keys')
    .innerJoin('services', 'services.id', 'service_keys.service_id')
    .where('service_keys.key_hash', '=', fingerprintOfSecret(key))
    .where('service_keys.revoked_at', 'is', null)
    .selectAll('service_keys')
    .select('services.slug')
    .executeTakeFirst();
  const now = clock.now();
  if (row === undefined || (row.expires_at !== null && row.expires_at <= now))
    throw new CodedError('BW-SERVICE-KEY-INVALID');
  if (row.last_used_at === null || now.getTime() - row.last_used_at.getTime() > LAST_USED_GRAIN_MS) {
    await db.updateTable('service_keys').set({ last_used_at: now }).where('id', '=', row.id).execute();
  }
  return {
    serviceId: row.service_id,
    keyId: row.id,
    slug: row.slug,
    scopes: row.scopes,
    requestsAMinute: row.requests_a_minute,
  };
}
