import type { CompletedPart } from '@aws-sdk/client-s3';
import { isObjectName, requireObjectName, type ObjectStore, type StoredEntry } from './object-store.ts';
import {
  isNamed,
  isStatus,
  lazily,
  lockMissing,
  openClient,
  partsOf,
  takeFirst,
  told,
  type S3StoreOptions,
} from './s3-client.ts';

const PART_BYTES = 8 * 1024 * 1024;
const DAY_MS = 86_400_000;

/**
 * Objects in a bucket of S3 or of a store that speaks its language. Conditional writes (If-None-Match) keep anything
 * from being overwritten; each part carries its checksum. The SDK is loaded by the first request.
 */
export function s3ObjectStore(options: S3StoreOptions): ObjectStore {
  const { bucket: Bucket, prefix, lock } = options;
  const s3 = lazily(() => openClient(options));
  const keyOf = (name: string): string => {
    requireObjectName(name);
    return prefix + name;
  };
  const locked = lazily(async () => {
    const { sdk, client } = await s3();
    try {
      const answer = await client.send(new sdk.GetObjectLockConfigurationCommand({ Bucket }));
      return answer.ObjectLockConfiguration?.ObjectLockEnabled === 'Enabled';
    } catch (error) {
      if (isNamed(error, 'ObjectLockConfigurationNotFoundError', 'NotImplemented', 'InvalidRequest'))
        return false;
      throw error;
    }
  });
  const lockFields = async () => {
    if (lock === undefined) return {};
    if (!(await locked())) throw lockMissing(Bucket);
    const ObjectLockRetainUntilDate = new Date(Date.now() + lock.days * DAY_MS);
    return { ObjectLockMode: lock.mode, ObjectLockRetainUntilDate };
  };

  async function putParts(Key: string, parts: AsyncIterable<Uint8Array>): Promise<void> {
    const { sdk, client } = await s3();
    const { UploadId } = await client.send(
      new sdk.CreateMultipartUploadCommand({
        Bucket,
        Key,
        ChecksumAlgorithm: 'CRC32',
        ...(await lockFields()),
      }),
    );
    const upload = { Bucket, Key, UploadId };
    try {
      const Parts: CompletedPart[] = [];
      for await (const Body of parts) {
        const PartNumber = Parts.length + 1;
        const { ETag, ChecksumCRC32 } = await client.send(
          new sdk.UploadPartCommand({ ...upload, PartNumber, Body, ChecksumAlgorithm: 'CRC32' }),
        );
        Parts.push({ PartNumber, ETag, ChecksumCRC32 });
      }
      const MultipartUpload = { Parts };
      await client.send(
        new sdk.CompleteMultipartUploadCommand({ ...upload, MultipartUpload, IfNoneMatch: '*' }),
      );
    } catch (error) {
      // Should this fail as well, `sweepUnfinished` takes it away; what is told is what went wrong first.
      await client.send(new sdk.AbortMultipartUploadCommand(upload)).catch(() => undefined);
      throw error;
    }
  }

  return {
    put: (name, source) =>
      told(async () => {
        const Key = keyOf(name);
        const parts = partsOf(source, options.partBytes ?? PART_BYTES);
        const { head, rest } = await takeFirst(parts);
        const { sdk, client } = await s3();
        try {
          if (rest !== null) return await putParts(Key, rest);
          await client.send(
            new sdk.PutObjectCommand({
              Bucket,
              Key,
              Body: head,
              IfNoneMatch: '*',
              ChecksumAlgorithm: 'CRC32',
              ...(await lockFields()),
            }),
          );
        } catch (error) {
          // It lies there already: put by somebody else, or by a request whose answer was lost.
          if (!isStatus(error, 412)) throw error;
        }
      }),
    get: (name) =>
      told(async () => {
        const Key = keyOf(name);
        const { sdk, client } = await s3();
        try {
          const { Body } = await client.send(new sdk.GetObjectCommand({ Bucket, Key }));
          return Body as AsyncIterable<Uint8Array>;
        } catch (error) {
          if (isStatus(error, 404)) return null;
          throw error;
        }
      }),
    has: (name) =>
      told(async () => {
        const Key = keyOf(name);
        const { sdk, client } = await s3();
        try {
          await client.send(new sdk.HeadObjectCommand({ Bucket, Key }));
          return true;
        } catch (error) {
          if (isStatus(error, 404)) return false;
          throw error;
        }
      }),
    delete: (name) =>
      told(async () => {
        const Key = keyOf(name);
        const { sdk, client } = await s3();
        for (;;) {
          const found = await client.send(new sdk.ListObjectVersionsCommand({ Bucket, Prefix: Key }));
          const versions = [...(found.Versions ?? []), ...(found.DeleteMarkers ?? [])];
          const own = versions.filter((version) => version.Key === Key);
          for (const { VersionId } of own)
            await client.send(new sdk.DeleteObjectCommand({ Bucket, Key, VersionId }));
          if (own.length === 0) return;
        }
      }),
    async *list() {
      const { sdk, client } = await told(s3);
      let ContinuationToken: string | undefined;
      do {
        const page = await told(() =>
          client.send(new sdk.ListObjectsV2Command({ Bucket, Prefix: prefix, ContinuationToken })),
        );
        for (const { Key = '', LastModified = new Date(0) } of page.Contents ?? []) {
          const name = Key.slice(prefix.length);
          const entry: StoredEntry = {
            name,
            kind: isObjectName(name) ? 'object' : 'foreign',
            modifiedAt: LastModified,
          };
          yield entry;
        }
        ContinuationToken = page.NextContinuationToken;
      } while (ContinuationToken !== undefined);
    },
    sweepUnfinished: (before) =>
      told(async () => {
        const { sdk, client } = await s3();
        const found = await client.send(new sdk.ListMultipartUploadsCommand({ Bucket, Prefix: prefix }));
        const old = (found.Uploads ?? []).filter(
          ({ Initiated }) => Initiated !== undefined && Initiated < before,
        );
        for (const { Key, UploadId } of old)
          await client.send(new sdk.AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
        return old.length;
      }),
    lockUntil: (name, until) =>
      told(async () => {
        const Key = keyOf(name);
        const { sdk, client } = await s3();
        if (!(await locked())) return 'unsupported';
        const Retention = { Mode: lock?.mode ?? 'GOVERNANCE', RetainUntilDate: until };
        await client.send(new sdk.PutObjectRetentionCommand({ Bucket, Key, Retention }));
        return 'locked';
      }),
    describe: () =>
      told(async () => {
        const { sdk, client } = await s3();
        await client.send(new sdk.HeadBucketCommand({ Bucket }));
        if (lock !== undefined && !(await locked())) throw lockMissing(Bucket);
        const days = lock === undefined ? 'as the bucket says' : `for ${lock.days} days`;
        return `the bucket ${Bucket}, ${(await locked()) ? `with object lock ${days}` : 'without object lock'}`;
      }),
  };
}
