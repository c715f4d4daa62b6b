import { createHash } from 'node:crypto';
import type { Answer } from './answers.ts';
import { readAnswer } from './answers.ts';
import { CyberTiplineError, kindOfCode } from './errors.ts';
import type { FailureKind, Operation } from './errors.ts';
import type { FileDetails } from './file-details.ts';
import type { Report } from './report.ts';
import { responseCodes } from './response-codes.ts';
import { fileDetailsXml, reportXml } from './serialize.ts';

export interface CyberTiplineClientOptions {
  /** Such as `https://exttest.cybertip.org/ispws`. Plain `http` is taken for this machine only. */
  readonly baseUrl: string;
  readonly username: string;
  readonly password: string;
  /** Time for one call, from its beginning to the end of its answer. */
  readonly timeoutMs: number;
  readonly fetch?: typeof globalThis.fetch;
}

/** One uploaded file. */
export interface UploadFile {
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

/** `requestId` is the server's name for the call, which NCMEC asks for when one needs its help. */
export interface Answered {
  readonly requestId?: string;
}

/**
 * The calls of the CyberTipline Reporting API. Each rejects with a `CyberTiplineError` and nothing else. The client
 * keeps no state, repeats nothing and judges no document: the caller checks, retries and settles doubts.
 */
export interface CyberTiplineClient {
  /** Resolves when the server can be reached and takes the credentials. */
  status(): Promise<Answered>;
  /** Opens a report. It lapses unless it is finished. A string is sent as it is. */
  submit(report: Report | string): Promise<Answered & { readonly reportId: string }>;
  /** Adds a file, and verifies by its MD5 (lower-case hex) that it arrived whole. */
  upload(
    reportId: string,
    file: UploadFile,
  ): Promise<Answered & { readonly fileId: string; readonly md5: string }>;
  /** Says what is known of an uploaded file. The documentation allows this once for each file. */
  fileInfo(details: FileDetails | string): Promise<Answered>;
  /** Files the report: nothing can be added or taken back afterwards. */
  finish(reportId: string): Promise<Answered & { readonly fileIds: readonly string[] }>;
  /** Takes back a report that is not finished. */
  retract(reportId: string): Promise<Answered>;
}

/**
 * A client of NCMEC's CyberTipline Reporting API, or of the sandbox. Throws a TypeError when `baseUrl` would send the
 * credentials in the clear over a network, or holds credentials itself.
 */
export function createCyberTiplineClient(options: CyberTiplineClientOptions): CyberTiplineClient {
  const base = baseOf(options.baseUrl);
  const fetch = options.fetch ?? globalThis.fetch;
  const authorization = `Basic ${Buffer.from(`${options.username}:${options.password}`).toString('base64')}`;

  /** Sends one request; resolves with an answer whose code is 0. */
  async function call(operation: Operation, body?: string | FormData): Promise<Success> {
    const headers = new Headers({ authorization });
    if (typeof body === 'string') headers.set('content-type', 'text/xml; charset=utf-8');
    const request: RequestInit = {
      method: body === undefined ? 'GET' : 'POST',
      headers,
      redirect: 'manual',
      signal: AbortSignal.timeout(options.timeoutMs),
      ...(body !== undefined && { body }),
    };
    let response: Response;
    try {
      response = await fetch(`${base}/${operation}`, request);
    } catch (cause) {
      const inDoubt = operation !== 'status' && !failedBeforeSending(cause);
      throw new CyberTiplineError({ operation, kind: 'network', inDoubt, cause });
    }
    const httpStatus = response.status;
    const requestId = requestIdOf(response);
    let answerText: string | null;
    try {
      answerText = await textOf(response);
    } catch (cause) {
      const inDoubt = operation !== 'status';
      throw new CyberTiplineError({ operation, kind: 'network', inDoubt, httpStatus, requestId, cause });
    }
    return judge({ operation, httpStatus, requestId }, answerText);
  }

  return {
    async status() {
      const { circumstances } = await call('status');
      return answered(circumstances);
    },

    async submit(report) {
      const xml = typeof report === 'string' ? report : reportXml(report);
      const { circumstances, answer } = await call('submit', xml);
      if (answer.reportId === undefined) throw unintelligible(circumstances);
      return { ...answered(circumstances), reportId: answer.reportId };
    },

    async upload(reportId, { name, mediaType, bytes }) {
      // A view of shared memory could change between the hash and the sending of it, so the bytes are copied.
      const file = new Blob([Uint8Array.from(bytes)], { type: mediaType });
      const md5 = createHash('md5')
        .update(new Uint8Array(await file.arrayBuffer()))
        .digest('hex');
      const form = new FormData();
      form.set('id', reportId);
      form.set('file', file, name);
      const success = await call('upload', form);
      sameReport(success, reportId);
      const { circumstances, answer } = success;
      if (answer.fileId === undefined || answer.md5 === undefined) throw unintelligible(circumstances);
      if (answer.md5 !== md5)
        throw new CyberTiplineError({ ...circumstances, kind: 'hash-mismatch', inDoubt: false });
      return { ...answered(circumstances), fileId: answer.fileId, md5 };
    },

    async fileInfo(details) {
      const { circumstances } = await call(
        'fileinfo',
        typeof details === 'string' ? details : fileDetailsXml(details),
      );
      return answered(circumstances);
    },

    async finish(reportId) {
      const success = await call('finish', formOf(reportId));
      sameReport(success, reportId);
      const { circumstances, answer } = success;
      if (
        answer.root !== 'reportDoneResponse' ||
        answer.reportId === undefined ||
        answer.fileIds === undefined
      )
        throw unintelligible(circumstances);
      return { ...answered(circumstances), fileIds: answer.fileIds };
    },

    async retract(reportId) {
      const success = await call('retract', formOf(reportId));
      sameReport(success, reportId);
      return answered(success.circumstances);
    },
  };
}

interface Circumstances {
  readonly operation: Operation;
  readonly httpStatus: number;
  readonly requestId: string | undefined;
}

interface Success {
  readonly circumstances: Circumstances;
  readonly answer: Answer;
}

/** Refuses an answer that speaks of another report than was asked about. */
function sameReport({ circumstances, answer }: Success, reportId: string): void {
  if (answer.reportId !== undefined && answer.reportId !== reportId) throw unintelligible(circumstances);
}

/** The longest true answer, to a report with thousands of files, stays below this. */
const longestAnswer = 1024 * 1024;

/** Failures in reaching the server at all: the request was certainly not carried out. */
const beforeSending: ReadonlySet<string> = new Set([
  'EAI_AGAIN',
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'UND_ERR_CONNECT_TIMEOUT',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

function judge(circumstances: Circumstances, answerText: string | null): Success {
  const { httpStatus, operation } = circumstances;
  const answer = answerText === null ? null : readAnswer(answerText);
  if (answer === null) {
    const kind = kindOfStatus(httpStatus);
    const inDoubt = operation !== 'status' && (httpStatus < 400 || httpStatus === 408 || httpStatus >= 500);
    throw new CyberTiplineError({ ...circumstances, kind, inDoubt });
  }
  const { responseCode } = answer;
  if (responseCode !== responseCodes.success) {
    const kind = kindOfCode(responseCode);
    // "Save failed" may have been said after something was saved.
    const inDoubt = operation !== 'status' && (kind === 'server' || kind === 'unintelligible');
    const description = answer.responseDescription;
    throw new CyberTiplineError({ ...circumstances, kind, inDoubt, responseCode, description });
  }
  if (httpStatus < 200 || httpStatus > 299) throw unintelligible(circumstances);
  return { circumstances, answer };
}

/**
 * What a status means that came without a readable answer, such as the empty body of a 401. A bare 404 is as likely
 * a wrong address as a missing report, and "there is no such report" must never be concluded from it.
 */
function kindOfStatus(httpStatus: number): FailureKind {
  if (httpStatus === 401) return 'authentication';
  if (httpStatus === 403) return 'permission';
  if (httpStatus === 404) return 'unintelligible';
  if (httpStatus === 408 || httpStatus === 429 || httpStatus >= 500) return 'server';
  return httpStatus >= 400 ? 'invalid' : 'unintelligible';
}

function unintelligible(circumstances: Circumstances): CyberTiplineError {
  const inDoubt = circumstances.operation !== 'status';
  return new CyberTiplineError({ ...circumstances, kind: 'unintelligible', inDoubt });
}

function answered({ requestId }: Circumstances): Answered {
  return requestId === undefined ? {} : { requestId };
}

function formOf(reportId: string): FormData {
  const form = new FormData();
  form.set('id', reportId);
  return form;
}

/** The body as text; null when it is longer than any true answer, or not UTF-8. */
async function textOf(response: Response): Promise<string | null> {
  if (response.body === null) return '';
  const chunks: Uint8Array[] = [];
  let size = 0;
  // Leaving the loop early cancels the body.
  for await (const chunk of response.body) {
    size += chunk.byteLength;
    if (size > longestAnswer) return null;
    chunks.push(chunk);
  }
  const bytes = Buffer.concat(chunks);
  const text = bytes.toString('utf8');
  return Buffer.from(text).equals(bytes) ? text : null;
}

/** The server chooses this text, and it ends up in logs. */
function requestIdOf(response: Response): string | undefined {
  const id = response.headers.get('request-id')?.trim();
  return id !== undefined && /^[\x21-\x7e]{1,200}$/.test(id) ? id : undefined;
}

function failedBeforeSending(failure: unknown): boolean {
  const cause = failure instanceof Error ? failure.cause : undefined;
  return cause instanceof Error && 'code' in cause && beforeSending.has(String(cause.code));
}

function baseOf(baseUrl: string): string {
  const url = URL.parse(baseUrl);
  if (url === null) throw new TypeError('baseUrl must be a complete URL');
  if (url.username !== '' || url.password !== '') throw new TypeError('baseUrl must not hold credentials');
  const thisMachine = /^(?:localhost|\[::1\]|127(?:\.\d+){3})$/.test(url.hostname);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && thisMachine))
    throw new TypeError('baseUrl must use https, or http to this machine only');
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}
