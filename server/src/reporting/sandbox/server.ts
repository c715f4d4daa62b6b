import { createHash, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import multipart from '@fastify/multipart';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { fastify } from 'fastify';
import { fileDetails, report, responseCodes } from '../cybertipline/index.ts';
import { describe, reportDoneResponse, reportResponse } from './answers.ts';
import type { Answer } from './answers.ts';
import type { Fault, FaultHook, FaultyOperation } from './faults.ts';
import { faultOrder, faultyOperations, OrderedFaults } from './faults.ts';
import { openFileJournal, openMemoryJournal } from './journal.ts';
import { sandboxPage } from './page.ts';
import { readReceived, RefusedDocument } from './received-xml.ts';
import type { Entry, ReceivedFile, ReceivedReport, SandboxCounts } from './registry.ts';
import { entrySchema, Registry } from './registry.ts';

export interface CyberTiplineSandboxOptions {
  /** 0 takes a free one. */
  readonly port: number;
  /** Beyond this machine, the pages for people ask for the credentials as well. */
  readonly host?: string;
  readonly username: string;
  readonly password: string;
  /** Where the journal is kept, so that a restart loses nothing; without it the state ends with the process. */
  readonly stateFolder?: string;
  readonly clock?: { now(): Date };
  /** Makes calls fail; `POST /sandbox/faults` does the same from outside. */
  readonly faults?: FaultHook;
  /** Source of file identifiers and of the first report number. */
  readonly randomBytes?: (size: number) => Buffer;
}

export interface CyberTiplineSandbox {
  /** The base address for a client: `http://127.0.0.1:1234/ispws`. */
  readonly url: string;
  counts(): SandboxCounts;
  /** Every report received, oldest first, whatever became of it. */
  reports(): ReceivedReport[];
  close(): Promise<void>;
}

/**
 * Starts a server on this machine that answers as the CyberTipline Reporting API is documented to (technical
 * documentation of 11 June 2025), for tests, rehearsals and demonstrations. It forwards nothing and keeps no file.
 *
 * Where it is stricter than the documentation: a `fileDetails` must state `fileViewedByEsp`; the file details of one file
 * are taken once (a second time is 4100); batched reports are not taken (4100).
 */
export async function startCyberTiplineSandbox(
  options: CyberTiplineSandboxOptions,
): Promise<CyberTiplineSandbox> {
  const { host = '127.0.0.1', stateFolder } = options;
  const random = options.randomBytes ?? randomBytes;
  const now = () => options.clock?.now() ?? new Date();
  const journal =
    stateFolder === undefined
      ? openMemoryJournal<Entry>()
      : await openFileJournal(stateFolder, (line) => entrySchema.parse(line));
  const registry = new Registry();
  for (const entry of journal.entries) registry.apply(entry);
  const turns = inTurns();

  /** Writes what happened, then counts it as happened. */
  async function record(entry: Entry): Promise<void> {
    await journal.append(entry);
    registry.apply(entry);
  }

  if (journal.entries.length === 0)
    await record({ type: 'begun', firstReportId: 2_000_000 + (random(4).readUInt32BE() % 7_000_000) });

  const endpoints: Record<FaultyOperation, (request: FastifyRequest) => Promise<Answer>> = {
    async status({ ip }) {
      return reportResponse(responseCodes.success, `Remote User : ${options.username}, Remote Ip : ${ip}`);
    },

    async submit({ body }) {
      const xml = xmlOf(body);
      readReceived(xml, 'report', report, now());
      return turns(async () => {
        const reportId = registry.nextReportId();
        await record({ type: 'opened', at: now().toISOString(), reportId, xml });
        return success({ reportId });
      });
    },

    async upload(request) {
      const upload = await readUpload(request);
      if (typeof upload === 'number') return refusal(upload);
      const { reportId, file } = upload;
      return turns(async () => {
        const open = registry.openReport(reportId, now());
        if (typeof open === 'number') return refusal(open, reportId);
        const fileId = random(16).toString('hex');
        await record({ type: 'uploaded', at: now().toISOString(), reportId, fileId, ...file });
        return success({ reportId, fileId, md5: file.md5 });
      });
    },

    async fileinfo({ body }) {
      const xml = xmlOf(body);
      const stated = readReceived(xml, 'fileDetails', fileDetails, now());
      const reportId = String(stated['reportId']);
      const fileId = String(stated['fileId']);
      return turns(async () => {
        const open = registry.openReport(reportId, now());
        if (typeof open === 'number') return refusal(open, reportId);
        const file = open.files.find((each) => each.fileId === fileId);
        if (file === undefined) return refusal(responseCodes.fileDoesNotExist, reportId);
        if (file.detailsXml !== undefined)
          throw new RefusedDocument(
            responseCodes.validationFailed,
            'The details of this file were already submitted.',
          );
        await record({ type: 'described', at: now().toISOString(), reportId, fileId, xml });
        return success({ reportId });
      });
    },

    async finish(request) {
      const reportId = await readReportId(request);
      if (reportId === null) return refusal(responseCodes.invalidRequest);
      return turns(async () => {
        const open = registry.openReport(reportId, now());
        if (typeof open === 'number') return reportDoneResponse(open, reportId, []);
        await record({ type: 'finished', at: now().toISOString(), reportId });
        const fileIds = open.files.map(({ fileId }) => fileId);
        return reportDoneResponse(responseCodes.success, reportId, fileIds);
      });
    },

    async retract(request) {
      const reportId = await readReportId(request);
      if (reportId === null) return refusal(responseCodes.invalidRequest);
      return turns(async () => {
        const open = registry.openReport(reportId, now());
        if (typeof open === 'number') return refusal(open, reportId);
        await record({ type: 'retracted', at: now().toISOString(), reportId });
        return success({ reportId });
      });
    },
  };

  const ordered = new OrderedFaults();
  const closing = new AbortController();

  /** Carries out one call, spoiled by a fault if one is due. Null when the connection is to be closed instead. */
  async function carryOut(operation: FaultyOperation, request: FastifyRequest): Promise<Answer | null> {
    const fault: Fault | undefined = options.faults?.(operation) ?? ordered.take(operation);
    if (fault?.kind === 'drop-before') return null;
    if (fault?.kind === 'http-500') return { httpStatus: 500, xml: '<h1>Internal Server Error</h1>' };
    if (fault?.kind === 'code') return refusal(fault.code);
    if (fault?.kind === 'delay') await wait(fault.ms, undefined, { signal: closing.signal });
    const answer = await answered(() => endpoints[operation](request));
    return fault?.kind === 'drop-after' ? null : answer;
  }

  const server = fastify({ forceCloseConnections: true, bodyLimit: longestDocument });
  const allowed = credentialCheck(options.username, options.password);

  server.addHook('onRequest', async (request, reply) => {
    void reply.header('request-id', randomUUID());
    const open = isLoopback(host);
    // A page of another site must not reach the sandbox through a name that it points at this machine.
    if (open && !isLoopback(request.hostname)) return reply.code(421).send();
    if ((request.url.startsWith('/ispws') || !open) && !allowed(request.headers.authorization))
      return reply.code(401).header('www-authenticate', 'Basic realm="CyberTipline sandbox"').send();
    return undefined;
  });

  await server.register(multipart, {
    throwFileSizeLimit: false,
    limits: { fileSize: largestFile, files: 1, fields: 10, fieldSize: 1024, parts: 11 },
  });
  server.addContentTypeParser(
    ['text/xml', 'application/xml', 'application/x-www-form-urlencoded'],
    { parseAs: 'buffer' },
    (_request, body, done) => done(null, body),
  );

  for (const operation of faultyOperations) {
    server.route({
      method: operation === 'status' ? 'GET' : 'POST',
      url: `/ispws/${operation}`,
      async handler(request, reply) {
        const answer = await carryOut(operation, request);
        if (answer !== null) return sendAnswer(reply, answer);
        reply.hijack();
        request.raw.socket.destroy();
        return reply;
      },
    });
  }

  server.get('/ispws/xsd', (_request, reply) =>
    sendAnswer(reply, {
      ...reportResponse(responseCodes.resourceNotFound, 'The sandbox does not carry the published schema.'),
      httpStatus: 501,
    }),
  );
  server.get('/sandbox/counts', async () => registry.counts(now()));
  server.get('/sandbox/reports', async () => registry.reports(now()));
  server.post('/sandbox/faults', async ({ body }, reply) => {
    const order = faultOrder.safeParse(body);
    if (!order.success) return reply.code(400).send({ problems: order.error.issues });
    ordered.order(order.data);
    return reply.code(204).send();
  });
  server.get('/', (_request, reply) =>
    reply
      .type('text/html; charset=utf-8')
      .header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'")
      .send(sandboxPage(registry.reports(now()), registry.counts(now()))),
  );

  server.setNotFoundHandler((_request, reply) => sendAnswer(reply, refusal(responseCodes.resourceNotFound)));
  server.setErrorHandler<Error & { statusCode?: number }>((error, _request, reply) => {
    const code =
      error.statusCode !== undefined && error.statusCode < 500
        ? responseCodes.invalidRequest
        : responseCodes.serverError;
    return sendAnswer(reply, refusal(code));
  });

  await server.listen({ port: options.port, host });
  const address = server.server.address();
  const port = typeof address === 'object' && address !== null ? address.port : options.port;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}/ispws`,
    counts: () => registry.counts(now()),
    reports: () => registry.reports(now()),
    async close() {
      closing.abort();
      await server.close();
      await turns(() => journal.close());
    },
  };
}

const longestDocument = 16 * 1024 * 1024;
/** The documentation sets no limit; the sandbox keeps nothing of a file, so this one only stops an endless upload. */
const largestFile = 8 * 1024 ** 3;

function success(stated: { reportId: string; fileId?: string; md5?: string }): Answer {
  return reportResponse(responseCodes.success, describe(responseCodes.success), stated);
}

function refusal(code: number, reportId?: string): Answer {
  return reportResponse(code, describe(code), { reportId });
}

async function answered(work: () => Promise<Answer>): Promise<Answer> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof RefusedDocument) return reportResponse(error.code, error.message);
    throw error;
  }
}

function sendAnswer(reply: FastifyReply, { httpStatus, xml }: Answer): FastifyReply {
  return reply.code(httpStatus).type('text/xml; charset=utf-8').send(xml);
}

function xmlOf(body: unknown): string {
  if (!Buffer.isBuffer(body))
    throw new RefusedDocument(responseCodes.invalidRequest, 'The body must be text/xml.');
  const text = body.toString('utf8');
  if (!Buffer.from(text).equals(body))
    throw new RefusedDocument(responseCodes.malformedXml, 'Malformed XML submittal: it is not UTF-8.');
  return text;
}

type Upload = { readonly reportId: string; readonly file: Omit<ReceivedFile, 'fileId'> };

/** Hashes the file as it comes in and lets it go. A response code when the form is not as it must be. */
async function readUpload(request: FastifyRequest): Promise<Upload | number> {
  if (!request.isMultipart()) return responseCodes.invalidRequest;
  let reportId: string | null = null;
  let file: Upload['file'] | null = null;
  for await (const part of request.parts()) {
    if (part.type === 'field') {
      if (part.fieldname === 'id') reportId = reportIdOf(part.value);
      continue;
    }
    const [md5, sha256] = [createHash('md5'), createHash('sha256')];
    let size = 0;
    for await (const chunk of part.file as AsyncIterable<Buffer>) {
      size += chunk.length;
      md5.update(chunk);
      sha256.update(chunk);
    }
    if (part.file.truncated) return responseCodes.malformedFile;
    if (part.fieldname === 'file') file = { size, md5: md5.digest('hex'), sha256: sha256.digest('hex') };
  }
  if (reportId === null) return responseCodes.invalidRequest;
  return file === null ? responseCodes.malformedFile : { reportId, file };
}

/** The documentation sends the form as multipart; the older urlencoded form is taken as well. */
async function readReportId(request: FastifyRequest): Promise<string | null> {
  if (Buffer.isBuffer(request.body))
    return reportIdOf(new URLSearchParams(request.body.toString('utf8')).get('id'));
  if (!request.isMultipart()) return null;
  let reportId: string | null = null;
  for await (const part of request.parts()) {
    if (part.type === 'file') part.file.resume();
    else if (part.fieldname === 'id') reportId = reportIdOf(part.value);
  }
  return reportId;
}

function reportIdOf(value: unknown): string | null {
  return typeof value === 'string' && /^[0-9]{1,18}$/.test(value) ? value : null;
}

function credentialCheck(username: string, password: string): (header: string | undefined) => boolean {
  const expected = digest(`Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`);
  return (header) => timingSafeEqual(digest(header ?? ''), expected);
}

/** Of equal length whatever the text, as a comparison in constant time needs. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function isLoopback(host: string): boolean {
  return /^(?:localhost|\[?::1\]?|127(?:\.\d+){3})$/.test(host);
}

/** Runs one piece of work after the other, so that a judgment still holds when its entry is written. */
function inTurns(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const turn = last.then(work);
    // The next piece waits for this one, and its failure is its caller's to handle.
    last = turn.catch(() => undefined);
    return turn;
  };
}
