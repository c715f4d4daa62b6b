import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { ConnectionError, FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { DecoderBusyError } from '@breakwater/perceptual/node';
import { z } from 'zod';
import { isHeldRefusal } from '../custody/index.ts';
import {
  CodedError,
  isContention,
  isDiskFull,
  isUnreachable,
  type ErrorCode,
  type ProblemDetail,
} from '../foundation/index.ts';
import type { ErrorAnswer } from './contract/index.ts';
import { rememberMethods } from './route-methods.ts';

/** Errors that Fastify and its plugins raise before a handler runs, in our words. */
const CODES: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'BW-BODY-TOO-LARGE',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'BW-REQUEST-MALFORMED',
  FST_ERR_CTP_INVALID_JSON_BODY: 'BW-BODY-NOT-JSON',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'BW-BODY-EMPTY',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'BW-CONTENT-TYPE',
  FST_ERR_CTP_EMPTY_TYPE: 'BW-CONTENT-TYPE',
  FST_ERR_CTP_INVALID_TYPE: 'BW-CONTENT-TYPE',
  FST_ERR_BAD_URL: 'BW-REQUEST-MALFORMED',
  // No id is as long as that, so there is nothing of that name.
  FST_ERR_MAX_PARAM_LENGTH: 'BW-NOT-FOUND',
  FST_REQ_FILE_TOO_LARGE: 'BW-BODY-TOO-LARGE',
  FST_FILES_LIMIT: 'BW-MULTIPART-INVALID',
  FST_PARTS_LIMIT: 'BW-MULTIPART-INVALID',
  FST_FIELDS_LIMIT: 'BW-MULTIPART-INVALID',
  FST_INVALID_MULTIPART_CONTENT_TYPE: 'BW-CONTENT-TYPE',
  FST_PROTO_VIOLATION: 'BW-MULTIPART-INVALID',
};

/** Makes every error a coded answer. What is not known stays opaque to the client and goes to the log. */
export function answerErrors(app: FastifyInstance): void {
  const methodsOf = rememberMethods(app);
  app.setErrorHandler(answerError);
  app.setNotFoundHandler((request, reply) => {
    const allowed = methodsOf(request.url.split('?')[0] ?? '');
    if (allowed.length === 0) return answer(request, reply, new CodedError('BW-NOT-FOUND'));
    reply.header('allow', allowed.join(', '));
    return answer(request, reply, new CodedError('BW-METHOD-NOT-ALLOWED'));
  });
}

/** Also for what fails before a route is found, such as an address that cannot be decoded. */
export function answerError(error: FastifyError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return answer(request, reply, codedError(error, request));
}

/** Answers what is no HTTP at all, straight into the socket, and closes it. */
export function answerClientError(error: ConnectionError, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const { code, status, message } = new CodedError(SOCKET_CODES[error.code] ?? 'BW-REQUEST-MALFORMED');
  const body = JSON.stringify({ error: { code, message, requestId: randomUUID() } } satisfies ErrorAnswer);
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    'cache-control: no-store',
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

const SOCKET_CODES: Readonly<Record<string, ErrorCode>> = {
  HPE_HEADER_OVERFLOW: 'BW-HEADERS-TOO-LARGE',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 'BW-BODY-TOO-LARGE',
  ERR_HTTP_REQUEST_TIMEOUT: 'BW-REQUEST-TIMEOUT',
};

function answer(request: FastifyRequest, reply: FastifyReply, error: CodedError): FastifyReply {
  const body: ErrorAnswer = {
    error: {
      code: error.code,
      message: error.message,
      ...(error.details.length === 0 ? {} : { details: [...error.details] }),
      requestId: request.id,
    },
  };
  if (error.retryAfterSeconds !== undefined) reply.header('retry-after', error.retryAfterSeconds);
  if (error.status >= 500) request.log.error({ error }, 'a request failed');
  return reply.status(error.status).header('cache-control', 'no-store').type('application/json').send(body);
}

function codedError(error: FastifyError, request: FastifyRequest): CodedError {
  if (error instanceof CodedError) return error;
  if (error instanceof z.ZodError) return invalid(error.issues);
  if (error instanceof DecoderBusyError) return new CodedError('BW-BUSY', { cause: error });
  if (isCutOff(request)) return new CodedError('BW-REQUEST-MALFORMED', { cause: error });
  if (isHeldRefusal(error)) return new CodedError('BW-EXHIBIT-HELD', { cause: error });
  if (isDiskFull(error)) return new CodedError('BW-DISK-FULL', { cause: error });
  if (isContention(error)) return new CodedError('BW-BUSY', { cause: error });
  if (isUnreachable(error)) return new CodedError('BW-DATABASE-UNAVAILABLE', { cause: error });
  const known = CODES[error.code];
  if (known !== undefined) return new CodedError(known, { cause: error });
  if (error instanceof SyntaxError && error.statusCode === 400)
    return new CodedError('BW-BODY-NOT-JSON', { cause: error });
  if (isClientFault(error)) {
    request.log.warn({ error }, 'a client error without a code of ours');
    return new CodedError(request.isMultipart() ? 'BW-MULTIPART-INVALID' : 'BW-BODY-INVALID', {
      cause: error,
    });
  }
  return new CodedError('BW-INTERNAL', { cause: error });
}

/** The client went away before its body had arrived. That looks as if the database had. */
function isCutOff(request: FastifyRequest): boolean {
  return request.raw.errored !== null && request.raw.errored !== undefined;
}

function isClientFault(error: FastifyError): boolean {
  return error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500;
}

type Issue = z.core.$ZodIssue;
/** More would not help to mend the request. */
const MAX_DETAILS = 20;

/** One detail for each fault of shape; unknown fields have a code of their own, because a typing error hides there. */
function invalid(issues: readonly Issue[]): CodedError {
  const details = issues.flatMap(detailsOf).slice(0, MAX_DETAILS);
  const unknown = issues.every((issue) => issue.code === 'unrecognized_keys');
  return new CodedError(unknown ? 'BW-UNKNOWN-FIELD' : 'BW-BODY-INVALID', { details });
}

function detailsOf(issue: Issue): ProblemDetail[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: [...issue.path, key].join('.'),
      message: 'this field is not documented',
    }));
  }
  return [{ path: issue.path.join('.'), message: issue.message }];
}
