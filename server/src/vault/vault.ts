import { createHmac, randomUUID } from 'node:crypto';
import { Decrypter, Encrypter, generateX25519Identity, identityToRecipient } from 'age-encryption';
import {
  CodedError,
  type Clock,
  type Queryable,
  type Secrets,
  type Transaction,
} from '../foundation/index.ts';
import { splitAgeFile } from './age-header.ts';
import type { ObjectStore } from './object-store.ts';

interface VaultObjectsTable {
  id: string;
  content_key: Buffer;
  bytes: number;
  sealed_at: Date;
  /** The wrapped key; null for what was sealed before it lay here. Deleting the row is what makes it unreadable. */
  header: Buffer | null;
}

declare module '../foundation/database.ts' {
  interface Tables {
    vault_objects: VaultObjectsTable;
  }
}

/** Bytes that lie sealed in the store, not yet in any transaction. */
export interface SealedObject {
  readonly objectId: string;
  readonly contentKey: Buffer;
  readonly bytes: number;
  /** Whether it was put there just now, or lay there from before. */
  readonly origin: 'new' | 'earlier';
  /** Header of the age file, without which the object cannot be opened; null when it lay there from before. */
  readonly header: Buffer | null;
}

/** Preserved evidence, sealed on arrival (age file format, X25519) to the vault's recipient. */
export interface Vault {
  /**
   * Seals bytes into the store, unless the same content lies there already. Durable when it resolves; nothing refers
   * to them until `enter`.
   */
  seal(db: Queryable, bytes: Uint8Array): Promise<SealedObject>;
  /**
   * Enters a sealed object in the caller's transaction and returns the id it goes by: that of an earlier object when
   * the same content was sealed before. @throws {CodedError} BW-BUSY when that one was destroyed in between: seal again.
   */
  enter(trx: Transaction, sealed: SealedObject): Promise<string>;
  /** The original bytes. @throws {CodedError} BW-EXHIBIT-CORRUPT when they are missing or were altered. */
  open(db: Queryable, objectId: string): Promise<Uint8Array>;
  /**
   * Forgets the objects in the caller's transaction, and with them the wrapped keys: from its commit on nobody can open
   * them. Call the function it returns once that has committed; it removes the bytes.
   */
  forget(trx: Transaction, objectIds: readonly string[]): Promise<() => Promise<void>>;
  /** Names by which objects lie in the store: to be kept by whoever forgets them and must be sure that the bytes go. */
  storedNames(db: Queryable, objectIds: readonly string[]): Promise<readonly string[]>;
  /** Removes the bytes of forgotten objects by those names; what is gone already is fine. */
  removeSealed(names: readonly string[]): Promise<void>;
}

/** Opens the vault; makes its identity on the first start. */
export async function openVault(options: {
  readonly store: ObjectStore;
  readonly secrets: Secrets;
  readonly clock: Clock;
}): Promise<Vault> {
  const { store, secrets, clock } = options;
  const identity = await secrets.keep('vault.identity', generateX25519Identity);
  const recipient = await identityToRecipient(identity);
  const contentSecret = secrets.derive('vault content key', '');
  return {
    async seal(db, bytes) {
      const contentKey = createHmac('sha256', contentSecret).update(bytes).digest();
      const present = await db
        .selectFrom('vault_objects')
        .select('id')
        .where('content_key', '=', contentKey)
        .executeTakeFirst();
      if (present !== undefined)
        return { objectId: present.id, contentKey, bytes: bytes.length, origin: 'earlier', header: null };
      const objectId = randomUUID();
      const encrypter = new Encrypter();
      encrypter.addRecipient(recipient);
      const { header, payload } = splitAgeFile(await encrypter.encrypt(bytes));
      await store.put(objectId, payload);
      return { objectId, contentKey, bytes: bytes.length, origin: 'new', header };
    },
    async enter(trx, sealed) {
      if (sealed.origin === 'new') {
        const row = {
          id: sealed.objectId,
          content_key: sealed.contentKey,
          bytes: sealed.bytes,
          sealed_at: clock.now(),
          header: sealed.header,
        };
        await trx
          .insertInto('vault_objects')
          .values(row)
          .onConflict((conflict) => conflict.column('content_key').doNothing())
          .execute();
      }
      const entered = await trx
        .selectFrom('vault_objects')
        .select('id')
        .where('content_key', '=', sealed.contentKey)
        // Waits for whoever is just destroying it.
        .forKeyShare()
        .executeTakeFirst();
      if (entered === undefined) throw new CodedError('BW-BUSY');
      return entered.id;
    },
    async open(db, objectId) {
      const row = await db
        .selectFrom('vault_objects')
        .selectAll()
        .where('id', '=', objectId)
        .executeTakeFirst();
      const sealed = row && (await store.get(objectId));
      if (row === undefined || sealed === null || sealed === undefined)
        throw new CodedError('BW-EXHIBIT-CORRUPT');
      const file = row.header === null ? sealed : Buffer.concat([row.header, sealed]);
      const bytes = await decrypt(file, identity);
      const contentKey = createHmac('sha256', contentSecret).update(bytes).digest();
      if (!contentKey.equals(row.content_key)) throw new CodedError('BW-EXHIBIT-CORRUPT');
      return bytes;
    },
    async forget(trx, objectIds) {
      if (objectIds.length > 0) await trx.deleteFrom('vault_objects').where('id', 'in', objectIds).execute();
      return async () => {
        for (const objectId of objectIds) await store.delete(objectId);
      };
    },
    async storedNames(db, objectIds) {
      if (objectIds.length === 0) return [];
      const rows = await db.selectFrom('vault_objects').select('id').where('id', 'in', objectIds).execute();
      return rows.map(({ id }) => id);
    },
    async removeSealed(names) {
      for (const name of names) await store.delete(name);
    },
  };
}

async function decrypt(sealed: Uint8Array, identity: string): Promise<Uint8Array> {
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  try {
    return await decrypter.decrypt(sealed);
  } catch (error) {
    throw new CodedError('BW-EXHIBIT-CORRUPT', { cause: error });
  }
}
