import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { crc32 } from 'node:zlib';
import { gather } from './gather.ts';

interface Version {
  readonly id: string;
  /** null is a delete marker. */
  readonly bytes: Buffer | null;
  readonly modifiedAt: Date;
  retainUntil: Date | null;
}

export interface S3Fake {
  readonly endpoint: string;
  /** The newest version of every key first; for tests to look behind the interface. */
  readonly objects: Map<string, Version[]>;
  /** Requests as `PUT /bucket/key`, in order. */
  readonly requests: string[];
  /** Answers the next request so, in place of doing it. */
  failNext(status: number, code: string): void;
  close(): Promise<void>;
}

/**
 * As much of S3 as the vault uses: conditional writes, versions, object lock, multipart uploads, and refusal of whatever
 * is unsigned or does not have the checksum that it says. Written because the fakes that can be had ignore If-None-Match.
 */
export async function startS3Fake(options: { readonly objectLock?: boolean } = {}): Promise<S3Fake> {
  const objects = new Map<string, Version[]>();
  const uploads = new Map<string, { key: string; at: Date; retainUntil: Date | null; parts: Buffer[] }>();
  const requests: string[] = [];
  const failures: Refusal[] = [];

  const put = (key: string, bytes: Buffer, retainUntil: Date | null): void => {
    const versions = objects.get(key) ?? [];
    objects.set(key, [{ id: randomUUID(), bytes, modifiedAt: new Date(), retainUntil }, ...versions]);
  };
  const current = (key: string): Buffer => {
    const bytes = objects.get(key)?.[0]?.bytes;
    if (bytes === null || bytes === undefined) throw new Refusal(404, 'NoSuchKey');
    return bytes;
  };
  const refuseIfThere = (request: IncomingMessage, key: string): void => {
    if (request.headers['if-none-match'] === '*' && objects.get(key)?.[0]?.bytes)
      throw new Refusal(412, 'PreconditionFailed');
  };
  const remove = (key: string, id: string | null): void => {
    const versions = objects.get(key) ?? [];
    if (id === null) {
      const marker = { id: randomUUID(), bytes: null, modifiedAt: new Date(), retainUntil: null };
      objects.set(key, [marker, ...versions]);
      return;
    }
    const held = versions.find((version) => version.id === id)?.retainUntil;
    if (held && held > new Date())
      throw new Refusal(403, 'AccessDenied', 'Access Denied because object protected by object lock.');
    const left = versions.filter((version) => version.id !== id);
    if (left.length === 0) objects.delete(key);
    else objects.set(key, left);
  };

  const answer = (request: IncomingMessage, body: Buffer): Answer => {
    const { pathname, searchParams: query } = new URL(request.url ?? '', 'http://fake');
    const key = decodeURIComponent(pathname.split('/').slice(2).join('/'));
    const retainUntil = dateOf(request.headers['x-amz-object-lock-retain-until-date']);
    if (key === '') return answerBucket(query);
    const upload = uploads.get(query.get('uploadId') ?? '');
    switch (request.method ?? '') {
      case 'POST':
        if (query.has('uploads')) {
          const id = randomUUID();
          uploads.set(id, { key, at: new Date(), retainUntil, parts: [] });
          return {
            xml: `<InitiateMultipartUploadResult>${tag('UploadId', id)}</InitiateMultipartUploadResult>`,
          };
        }
        if (upload === undefined) throw new Refusal(404, 'NoSuchUpload');
        refuseIfThere(request, key);
        put(key, Buffer.concat(upload.parts), upload.retainUntil);
        uploads.delete(query.get('uploadId') ?? '');
        return { xml: `<CompleteMultipartUploadResult>${tag('Key', key)}</CompleteMultipartUploadResult>` };
      case 'PUT':
        if (query.has('retention')) {
          current(key);
          const until = dateOf(/<RetainUntilDate>(.*)<\/RetainUntilDate>/.exec(body.toString())?.[1]);
          objects.get(key)![0]!.retainUntil = until;
          return {};
        }
        if (query.has('partNumber')) {
          if (upload === undefined) throw new Refusal(404, 'NoSuchUpload');
          upload.parts[Number(query.get('partNumber')) - 1] = body;
          return { headers: { etag: `"${randomUUID()}"` } };
        }
        refuseIfThere(request, key);
        put(key, body, retainUntil);
        return { headers: { etag: `"${randomUUID()}"` } };
      case 'DELETE':
        if (query.has('uploadId')) uploads.delete(query.get('uploadId') ?? '');
        else remove(key, query.get('versionId'));
        return { status: 204 };
      default:
        return { bytes: current(key) };
    }
  };

  const answerBucket = (query: URLSearchParams): Answer => {
    const prefix = query.get('prefix') ?? '';
    const found = [...objects]
      .filter(([key]) => key.startsWith(prefix))
      .toSorted(([a], [b]) => (a < b ? -1 : 1));
    if (query.has('object-lock')) {
      if (options.objectLock !== true) throw new Refusal(404, 'ObjectLockConfigurationNotFoundError');
      const enabled = tag('ObjectLockEnabled', 'Enabled');
      return { xml: `<ObjectLockConfiguration>${enabled}</ObjectLockConfiguration>` };
    }
    if (query.has('uploads')) {
      const each = [...uploads].map(
        ([id, { key, at }]) =>
          `<Upload>${tag('Key', key)}${tag('UploadId', id)}${tag('Initiated', at.toISOString())}</Upload>`,
      );
      return { xml: `<ListMultipartUploadsResult>${each.join('')}</ListMultipartUploadsResult>` };
    }
    if (query.has('versions')) {
      const each = found.flatMap(([key, versions]) =>
        versions.map(({ id, bytes }) => {
          const kind = bytes === null ? 'DeleteMarker' : 'Version';
          return `<${kind}>${tag('Key', key)}${tag('VersionId', id)}</${kind}>`;
        }),
      );
      return { xml: `<ListVersionsResult>${each.join('')}</ListVersionsResult>` };
    }
    // Two a page, so that paging is walked through.
    const from = Number(query.get('continuation-token') ?? 0);
    const there = found.filter(([, versions]) => versions[0]?.bytes);
    const page = there.slice(from, from + 2).map(([key, [newest]]) => {
      const modified = tag('LastModified', newest!.modifiedAt.toISOString());
      return `<Contents>${tag('Key', key)}${modified}</Contents>`;
    });
    const next = from + 2 < there.length ? tag('NextContinuationToken', String(from + 2)) : '';
    return { xml: `<ListBucketResult>${page.join('')}${next}</ListBucketResult>` };
  };

  const server = createServer((request, response) => {
    void (async () => {
      const body = Buffer.concat(await gather(request as AsyncIterable<Buffer>));
      requests.push(`${request.method} ${request.url?.split('?')[0]}`);
      try {
        const failure = failures.shift();
        if (failure !== undefined) throw failure;
        requireSigned(request);
        requireChecksums(request, body);
        send(response, answer(request, body), request.method === 'HEAD');
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        const { status, code, message } = error;
        send(
          response,
          { status, xml: `<Error>${tag('Code', code)}${tag('Message', message)}</Error>` },
          false,
        );
      }
    })();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the fake has no port');
  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    objects,
    requests,
    failNext: (status, code) => void failures.push(new Refusal(status, code)),
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly xml?: string;
  readonly bytes?: Buffer;
}

class Refusal extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string = code) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

function requireSigned({ headers: { authorization = '' } }: IncomingMessage): void {
  const signed = /^AWS4-HMAC-SHA256 Credential=.+, SignedHeaders=(.+), Signature=[0-9a-f]{64}$/.exec(
    authorization,
  );
  if (!signed?.[1]?.split(';').includes('host')) throw new Refusal(403, 'AccessDenied', 'unsigned');
}

function requireChecksums({ headers, method }: IncomingMessage, body: Buffer): void {
  const sha256 = headers['x-amz-content-sha256'];
  if (sha256 !== createHash('sha256').update(body).digest('hex'))
    throw new Refusal(400, 'XAmzContentSHA256Mismatch');
  const sum = headers['x-amz-checksum-crc32'];
  if (sum === undefined) {
    if (method === 'PUT') throw new Refusal(400, 'InvalidRequest', 'a checksum is missing');
    return;
  }
  const crc = Buffer.alloc(4);
  crc.writeUInt32BE(crc32(body));
  if (sum !== crc.toString('base64')) throw new Refusal(400, 'BadDigest');
}

function send(
  response: ServerResponse,
  { status = 200, headers = {}, xml, bytes }: Answer,
  head: boolean,
): void {
  const body = bytes ?? Buffer.from(xml ?? '');
  response.writeHead(status, { ...headers, 'content-length': body.length });
  response.end(head ? undefined : body);
}

function dateOf(text: string | string[] | undefined): Date | null {
  return typeof text === 'string' ? new Date(text) : null;
}

function tag(name: string, text: string): string {
  return `<${name}>${text}</${name}>`;
}
