import { randomBytes } from 'node:crypto';
import { fingerprintOfSecret, type Clock, type Database, type Queryable } from '../../foundation/index.ts';
import './tables.ts';

const DEVICE_LIFE_MS = 180 * 24 * 60 * 60_000;
export const DEVICE_LIFE_SECONDS = DEVICE_LIFE_MS / 1000;

/** What a browser is known by once somebody has signed in with it; several people may share one. */
export function newDevice(): string {
  return randomBytes(32).toString('base64url');
}

/** Notes that the person has signed in with this browser. */
export async function rememberDevice(
  db: Database,
  clock: Clock,
  device: string,
  personId: string,
): Promise<void> {
  const now = clock.now();
  const longAgo = new Date(now.getTime() - DEVICE_LIFE_MS);
  await db.deleteFrom('known_devices').where('last_used_at', '<', longAgo).execute();
  await db
    .insertInto('known_devices')
    .values({ device_hash: fingerprintOfSecret(device), person_id: personId, last_used_at: now })
    .onConflict((conflict) =>
      conflict.columns(['device_hash', 'person_id']).doUpdateSet({ last_used_at: now }),
    )
    .execute();
}

export async function isKnownDevice(
  db: Queryable,
  clock: Clock,
  device: string,
  personId: string,
): Promise<boolean> {
  const row = await db
    .selectFrom('known_devices')
    .select('person_id')
    .where('device_hash', '=', fingerprintOfSecret(device))
    .where('person_id', '=', personId)
    .where('last_used_at', '>=', new Date(clock.now().getTime() - DEVICE_LIFE_MS))
    .executeTakeFirst();
  return row !== undefined;
}
