import { createHash, createHmac } from 'node:crypto';
import type { Rendered, RenderRequest, Unscanned } from '@breakwater/perceptual/node';
import { CodedError, type Clock, type Queryable, type Transaction } from '../foundation/index.ts';
import type { ByteSource } from './age-file.ts';
import { resolveFinding } from './findings.ts';
import { gather } from './gather.ts';
import type { Asked, Keeper } from './keeper.ts';
import type { ObjectStore } from './object-store.ts';
import { readRendering } from './renderings.ts';
import { fingerprintOfRecipient, hashing, sealInto, type Sealed } from './sealing.ts';
import { storedAs, type VaultObjectsTable } from './tables.ts';
import {
  columnsOf,
  findContent,
  holdContent,
  isSound,
  noteFault,
  objectRow,
  replace,
  wholeFile,
} from './vault-rows.ts';

/** Bytes that lie sealed in the store, not yet in any transaction. */
export interface SealedObject {
  readonly objectId: string;
  readonly contentKey: Buffer;
  readonly bytes: number;
  /** Whether it was put there just now, lay there from before, or takes the place of one that was lost or damaged. */
  readonly origin: 'new' | 'earlier' | 'replacement';
  /** Of what was put there just now; null when nothing was. */
  readonly sealed: Sealed | null;
}

/** How a sealed object was found. `opened` tells whether it was opened as well as compared. */
export type Verification =
  | { readonly found: 'intact'; readonly opened: boolean; readonly sealedSha256: Buffer }
  | { readonly found: 'missing' | 'corrupt' }
  /** Of before hashes were kept of what is sealed, and it cannot be opened here. */
  | { readonly found: 'unknown' };

/**
 * Preserved evidence, sealed on arrival (age file format) to recipients. Whoever has a vault can seal; to open, it asks
 * its keeper, which alone holds the identity. Everything that opens throws BW-VAULT-LOCKED where there is none, and
 * BW-EXHIBIT-CORRUPT, BW-VAULT-WRONG-IDENTITY, BW-VAULT-STORE-UNAVAILABLE or BW-VAULT-KEEPER-FAILED as they apply.
 */
export interface Vault {
  readonly store: ObjectStore;
  readonly keeper: Keeper;
  /** Whom new objects are sealed to: those who open them here, and escrow. */
  readonly recipients: readonly string[];
  /**
   * Seals bytes into the store, unless the same content lies there already. Durable when it resolves; nothing refers
   * to them until `enter`. @throws {CodedError} BW-EXHIBIT-TOO-LARGE, BW-DISK-FULL, BW-VAULT-STORE-UNAVAILABLE
   */
  seal(db: Queryable, content: Uint8Array | AsyncIterable<Uint8Array>): Promise<SealedObject>;
  /**
   * Enters a sealed object in the caller's transaction and returns the id it goes by: that of an earlier object when
   * the same content was sealed before. @throws {CodedError} BW-BUSY when that one was destroyed in between: seal again.
   */
  enter(trx: Transaction, sealed: SealedObject): Promise<string>;
  /** The original bytes, in memory: for what leaves to an authority, and is small enough. */
  open(db: Queryable, objectId: string): Promise<Uint8Array>;
  /** The original bytes in pieces. Only once all have come is it certain that they are whole and unaltered. */
  stream(db: Queryable, objectId: string): Promise<AsyncIterable<Uint8Array>>;
  /** A fresh, small or full encoding of the picture without metadata. The original does not leave the keeper. */
  render(db: Queryable, objectId: string, request: RenderRequest): Promise<Rendered | Unscanned>;
  /** An age file of the content for other recipients. An altered object yields a file that does not open. */
  reseal(db: Queryable, objectId: string, recipients: readonly string[]): Promise<AsyncIterable<Uint8Array>>;
  /** Compares the sealed bytes with what was stored, and opens them where that can be. Changes nothing. */
  verify(db: Queryable, objectId: string): Promise<Verification>;
  /**
   * Forgets the objects in the caller's transaction, and with them the wrapped keys: from its commit on nobody can open
   * them. Call the function it returns once that has committed; it removes the bytes.
   */
  forget(trx: Transaction, objectIds: readonly string[]): Promise<() => Promise<void>>;
  /** Names by which objects lie in the store: to be kept by whoever forgets them and must be sure that the bytes go. */
  storedNames(db: Queryable, objectIds: readonly string[]): Promise<readonly string[]>;
  /** Removes the bytes of forgotten objects by those names; what is gone already is fine. */
  removeSealed(names: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

export interface VaultOptions {
  readonly store: ObjectStore;
  readonly keeper: Keeper;
  /** The same secret that the keeper has; content is recognized by it. */
  readonly contentSecret: Uint8Array;
  readonly recipients: readonly string[];
  readonly clock: Clock;
  /** The largest content that is taken; half a gibibyte unless told. */
  readonly mostBytes?: number;
}

const MOST_BYTES = 512 * 1024 ** 2;

export function openVault(options: VaultOptions): Vault {
  const { store, keeper, contentSecret, recipients, clock, mostBytes = MOST_BYTES } = options;
  const put = (content: ByteSource) => sealInto(store, content, { contentSecret, recipients, mostBytes });

  /** Whether the identity that is unlocked here is not among those that the object is sealed to. */
  const isForOthers = async ({ sealed_to: to }: VaultObjectsTable): Promise<boolean> => {
    const ours = (await keeper.recipients()).map(fingerprintOfRecipient);
    return to !== null && !ours.some((fingerprint) => to.includes(fingerprint));
  };

  const ask = async (
    db: Queryable,
    objectId: string,
    question: (contentKey: string) => Parameters<Keeper['ask']>[0],
  ): Promise<Asked> => {
    const row = await objectRow(db, objectId);
    if (await isForOthers(row)) throw new CodedError('BW-VAULT-WRONG-IDENTITY');
    const sealed = await store.get(storedAs(row));
    if (sealed === null) {
      await noteFault(db, clock, row, 'missing');
      throw new CodedError('BW-EXHIBIT-CORRUPT');
    }
    const { bytes, answer } = await keeper.ask(
      question(row.content_key.toString('hex')),
      wholeFile(row, sealed),
    );
    const noted = answer.catch(async (error: unknown) => {
      throw await asFault(db, row, error);
    });
    // Whoever reads the bytes hears of it there.
    noted.catch(() => undefined);
    const read = async function* () {
      try {
        yield* bytes;
      } catch (error) {
        await noted;
        throw error;
      }
    };
    return { bytes: read(), answer: noted };
  };

  /** It is known to be sealed to us: that no key fits means that its header was altered. */
  const asFault = async (db: Queryable, row: VaultObjectsTable, error: unknown): Promise<unknown> => {
    if (!(error instanceof CodedError)) return error;
    const unfit = error.code === 'BW-VAULT-WRONG-IDENTITY' && row.sealed_to !== null;
    if (error.code !== 'BW-EXHIBIT-CORRUPT' && !unfit) return error;
    await noteFault(db, clock, row, 'corrupt');
    return new CodedError('BW-EXHIBIT-CORRUPT', { cause: error });
  };

  return {
    store,
    keeper,
    recipients,
    async seal(db, content) {
      if (content instanceof Uint8Array) {
        if (content.length > mostBytes) throw new CodedError('BW-EXHIBIT-TOO-LARGE');
        const contentKey = createHmac('sha256', contentSecret).update(content).digest();
        const earlier = await findContent(db, contentKey);
        const there = earlier !== undefined && (await isSound(db, store, earlier));
        if (there)
          return { objectId: earlier.id, contentKey, bytes: content.length, origin: 'earlier', sealed: null };
        return sealedObject(await put([content]), earlier);
      }
      const made = await put(content);
      const earlier = await findContent(db, made.contentKey);
      if (earlier === undefined || !(await isSound(db, store, earlier))) return sealedObject(made, earlier);
      await store.delete(made.sealed.name);
      const { contentKey, bytes } = made;
      return { objectId: earlier.id, contentKey, bytes, origin: 'earlier', sealed: null };
    },
    async enter(trx, object) {
      const { contentKey, sealed } = object;
      if (object.origin === 'new' && sealed !== null) {
        const row: VaultObjectsTable = {
          id: object.objectId,
          content_key: contentKey,
          bytes: object.bytes,
          sealed_at: clock.now(),
          verified_at: null,
          ...columnsOf(sealed),
        };
        await trx
          .insertInto('vault_objects')
          .values(row)
          .onConflict((conflict) => conflict.column('content_key').doNothing())
          .execute();
      }
      const entered = await holdContent(trx, contentKey);
      if (entered === undefined) throw new CodedError('BW-BUSY');
      if (object.origin === 'replacement' && sealed !== null) await replace(trx, clock, entered, sealed);
      return entered.id;
    },
    async open(db, objectId) {
      const { bytes } = await ask(db, objectId, (contentKey) => ({ task: 'open', contentKey }));
      return Buffer.concat(await gather(bytes));
    },
    async stream(db, objectId) {
      return (await ask(db, objectId, (contentKey) => ({ task: 'open', contentKey }))).bytes;
    },
    async render(db, objectId, render) {
      const asked = await ask(db, objectId, (contentKey) => ({ task: 'render', contentKey, render }));
      const bytes = Buffer.concat(await gather(asked.bytes));
      return readRendering(await asked.answer, bytes, render);
    },
    async reseal(db, objectId, to) {
      return (await ask(db, objectId, (contentKey) => ({ task: 'reseal', contentKey, recipients: to })))
        .bytes;
    },
    async verify(db, objectId) {
      const row = await objectRow(db, objectId);
      const sealed = await store.get(storedAs(row));
      if (sealed === null) return { found: 'missing' };
      const hash = createHash('sha256');
      const opened = await openToVerify(row, hashing(sealed, hash));
      if (opened === 'corrupt') return { found: 'corrupt' };
      const sealedSha256 = hash.digest();
      if (row.sealed_sha256 !== null && !row.sealed_sha256.equals(sealedSha256)) return { found: 'corrupt' };
      if (row.sealed_sha256 === null && opened === 'cannot') return { found: 'unknown' };
      return { found: 'intact', opened: opened === 'opened', sealedSha256 };
    },
    async forget(trx, objectIds) {
      const rows =
        objectIds.length === 0
          ? []
          : await trx
              .deleteFrom('vault_objects')
              .where('id', 'in', objectIds)
              .returning(['id', 'stored_as'])
              .execute();
      for (const row of rows) await resolveFinding(trx, clock, storedAs(row), 'gone');
      return async () => {
        for (const row of rows) await store.delete(storedAs(row));
      };
    },
    async storedNames(db, objectIds) {
      if (objectIds.length === 0) return [];
      const rows = await db
        .selectFrom('vault_objects')
        .select(['id', 'stored_as'])
        .where('id', 'in', objectIds)
        .execute();
      return rows.map(storedAs);
    },
    async removeSealed(names) {
      for (const name of names) await store.delete(name);
    },
    close: () => keeper.close(),
  };

  /** Reads `sealed` to its end in any case, since it is being hashed. */
  async function openToVerify(
    row: VaultObjectsTable,
    sealed: AsyncGenerator<Uint8Array>,
  ): Promise<'opened' | 'corrupt' | 'cannot'> {
    try {
      if (keeper.status().state === 'locked' || (await isForOthers(row)))
        throw new CodedError('BW-VAULT-LOCKED');
      const question = { task: 'verify', contentKey: row.content_key.toString('hex') } as const;
      const { bytes } = await keeper.ask(question, wholeFile(row, sealed));
      for await (const piece of bytes) void piece;
      return 'opened';
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
      if (error.code === 'BW-EXHIBIT-CORRUPT') return 'corrupt';
      if (error.code === 'BW-VAULT-WRONG-IDENTITY') return row.sealed_to === null ? 'cannot' : 'corrupt';
      if (error.code !== 'BW-VAULT-LOCKED') throw error;
      for await (const piece of sealed) void piece;
      return 'cannot';
    }
  }
}

function sealedObject(
  { contentKey, bytes, sealed }: { contentKey: Buffer; bytes: number; sealed: Sealed },
  earlier: VaultObjectsTable | undefined,
): SealedObject {
  return earlier === undefined
    ? { objectId: sealed.name, contentKey, bytes, origin: 'new', sealed }
    : { objectId: earlier.id, contentKey, bytes, origin: 'replacement', sealed };
}
