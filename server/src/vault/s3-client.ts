import type * as s3 from '@aws-sdk/client-s3';
import { CodedError } from '../foundation/index.ts';
import type { ByteSource } from './age-file.ts';

export interface S3StoreOptions {
  readonly bucket: string;
  readonly region: string;
  /** Of a store other than Amazon's. */
  readonly endpoint: string | undefined;
  /** Before every name, such as `vault/`; empty for none. */
  readonly prefix: string;
  /** undefined takes them from where the AWS SDK looks: environment, profile, role of the machine. */
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined;
  /** How long every object is locked from when it is put, in a bucket with object lock; undefined: as the bucket says. */
  readonly lock: { readonly days: number; readonly mode: 'GOVERNANCE' | 'COMPLIANCE' } | undefined;
  /** In bytes, 8 MiB unless told; S3 takes none below 5 MiB but the last. */
  readonly partBytes?: number;
}

export type S3Sdk = typeof s3;

/** The SDK is large: whoever has no bucket never loads it. */
export async function openClient(options: S3StoreOptions): Promise<{ sdk: S3Sdk; client: s3.S3Client }> {
  const sdk = await import('@aws-sdk/client-s3');
  const config: s3.S3ClientConfig = { region: options.region, maxAttempts: 4 };
  if (options.endpoint !== undefined)
    Object.assign(config, { endpoint: options.endpoint, forcePathStyle: true });
  if (options.credentials !== undefined) config.credentials = options.credentials;
  return { sdk, client: new sdk.S3Client(config) };
}

/** Begun when it is first asked for, and again if that failed. */
export function lazily<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | undefined;
  return () =>
    (made ??= make().catch((error: unknown) => {
      made = undefined;
      throw error;
    }));
}

/** At least one part; each of `size` bytes or a little more, but the last. */
export async function* partsOf(source: ByteSource, size: number): AsyncGenerator<Uint8Array, void, void> {
  let held: Uint8Array[] = [];
  let bytes = 0;
  let given = 0;
  for await (const piece of source) {
    held.push(piece);
    bytes += piece.length;
    if (bytes < size) continue;
    yield Buffer.concat(held);
    given += 1;
    [held, bytes] = [[], 0];
  }
  if (bytes > 0 || given === 0) yield Buffer.concat(held);
}

/** The first part; and, if there are more, all of them. */
export async function takeFirst(
  parts: AsyncGenerator<Uint8Array, void, void>,
): Promise<{ head: Uint8Array; rest: AsyncIterable<Uint8Array> | null }> {
  const [first, second] = [await parts.next(), await parts.next()];
  if (first.done === true) throw new Error('there is no first part');
  const head = first.value;
  if (second.done === true) return { head, rest: null };
  const all = async function* () {
    yield head;
    yield second.value;
    yield* parts;
  };
  return { head, rest: all() };
}

/** In our words. What the source of a write has thrown, and what is coded already, is left as it is. */
export async function told<Value>(work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    if (!isFromStore(error)) throw error;
    // The store gives both for an object that is locked against deletion.
    if (isNamed(error, 'AccessDenied', 'ObjectLocked') && /lock|WORM|retention/i.test(String(error)))
      throw new CodedError('BW-VAULT-OBJECT-LOCKED', { cause: error });
    throw new CodedError('BW-VAULT-STORE-UNAVAILABLE', { cause: error });
  }
}

export function isStatus(error: unknown, status: number): boolean {
  return isFromStore(error) && metadataOf(error)?.httpStatusCode === status;
}

export function isNamed(error: unknown, ...names: readonly string[]): boolean {
  return error instanceof Error && names.includes(error.name);
}

export function lockMissing(bucket: string): CodedError {
  const message = `BREAKWATER_VAULT_S3_LOCK_DAYS asks for object lock, which the bucket ${bucket} does not have. It can be had when a bucket is made.`;
  return new CodedError('BW-START-CONFIG', { message });
}

/** The SDK marks what it throws, also where no answer came. */
function isFromStore(error: unknown): boolean {
  if (!(error instanceof Error) || error instanceof CodedError) return false;
  return metadataOf(error) !== undefined || 'syscall' in error || isNamed(error, ...CLIENT_FAULTS);
}

const CLIENT_FAULTS = ['CredentialsProviderError', 'TimeoutError', 'NetworkingError', 'AbortError'];

function metadataOf(error: unknown): { readonly httpStatusCode?: number } | undefined {
  return (error as { readonly $metadata?: { readonly httpStatusCode?: number } }).$metadata;
}
