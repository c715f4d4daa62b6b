import type { ByteSource } from './age-file.ts';

/** Where sealed bytes lie. Names are opaque; what is written is never overwritten. One contract test runs on all. */
export interface ObjectStore {
  /**
   * Durable when it resolves, and whole: an interrupted write leaves no object. Writing a name that is there already
   * changes nothing. What `source` throws is thrown on.
   * @throws {CodedError} BW-DISK-FULL, BW-VAULT-STORE-UNAVAILABLE
   */
  put(name: string, source: ByteSource): Promise<void>;
  /** The bytes in pieces; null when there is no such object. @throws {CodedError} BW-VAULT-STORE-UNAVAILABLE */
  get(name: string): Promise<AsyncIterable<Uint8Array> | null>;
  has(name: string): Promise<boolean>;
  /** Takes every trace of the object away, older versions included. @throws {CodedError} BW-VAULT-OBJECT-LOCKED */
  delete(name: string): Promise<void>;
  /** Everything that lies there and is whole, in no order. */
  list(): AsyncIterable<StoredEntry>;
  /** Takes away what writes that were interrupted before `before` left behind; returns how many. */
  sweepUnfinished(before: Date): Promise<number>;
  /** Forbids anybody to delete the object until `until`; `unsupported` where the store cannot. */
  lockUntil(name: string, until: Date): Promise<'locked' | 'unsupported'>;
  /** One sentence on where it is and how it stands, for the operator. @throws {CodedError} when it cannot be used */
  describe(): Promise<string>;
}

export interface StoredEntry {
  readonly name: string;
  /** `foreign`: nothing that a vault puts there. */
  readonly kind: 'object' | 'foreign';
  readonly modifiedAt: Date;
}

/** @throws {Error} when the name is none that a store may be asked for */
export function requireObjectName(name: string): void {
  if (!isObjectName(name)) throw new Error('an object name has characters that it may not have');
}

export function isObjectName(name: string): boolean {
  return /^[0-9a-z-]{4,100}$/.test(name);
}
