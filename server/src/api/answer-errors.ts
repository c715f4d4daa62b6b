import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { DecoderBusyError } from '@breakwater/perceptual/node';
import { z } from 'zod';
import {
  CodedError,
  isContention,
  isDiskFull,
  isUnreachable,
  type ErrorCode,
  type ProblemDetail,
} from '../foundation/index.ts';
import type { ErrorAnswer } from './contract/index.ts';

/** Errors that Fastify and its plugins raise before a handler runs, in our words. */
const CODES: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'BW-BODY-TOO-LARGE',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'BW-BODY-INVALID',
  FST_ERR_CTP_INVALID_JSON_BODY: 'BW-BODY-NOT-JSON',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'BW-BODY-EMPTY',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'BW-CONTENT-TYPE',
  FST_ERR_CTP_EMPTY_TYPE: 'BW-CONTENT-TYPE',
  FST_ERR_CTP_INVALID_TYPE: 'BW-CONTENT-TYPE',
  FST_ERR_RATE_LIMIT: 'BW-RATE-LIMITED',
  FST_REQ_FILE_TOO_LARGE: 'BW-BODY-TOO-LARGE',
  FST_FILES_LIMIT: 'BW-MULTIPART-INVALID',
  FST_PARTS_LIMIT: 'BW-MULTIPART-INVALID',
  FST_FIELDS_LIMIT: 'BW-MULTIPART-INVALID',
  FST_INVALID_MULTIPART_CONTENT_TYPE: 'BW-CONTENT-TYPE',
  FST_PROTO_VIOLATION: 'BW-MULTIPART-INVALID',
};

/** Makes every error a coded answer. What is not known stays opaque to the client and goes to the log. */
export function answerErrors(app: FastifyInstance): void {
  app.setErrorHandler((error: FastifyError, request, reply) =>
    answer(request, reply, codedError(error, request)),
  );
  app.setNotFoundHandler((request, reply) => answer(request, reply, new CodedError('BW-NOT-FOUND')));
}

function answer(request: FastifyRequest, reply: FastifyReply, error: CodedError): FastifyReply {
  const body: ErrorAnswer = {
    error: {
      code: error.code,
      message: error.message,
      ...(error.details.length === 0 ? {} : { details: [...error.details] }),
      requestId: request.id,
    },
  };
  if (error.status >= 500) request.log.error({ error }, 'a request failed');
  return reply.status(error.status).type('application/json').send(body);
}

function codedError(error: FastifyError, request: FastifyRequest): CodedError {
  if (error instanceof CodedError) return error;
  if (hasZodFastifySchemaValidationErrors(error))
    return invalid(error.validation.map((issue) => issue.params['issue']));
  if (error instanceof z.ZodError) return invalid(error.issues);
  if (error instanceof DecoderBusyError) return new CodedError('BW-BUSY', { cause: error });
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

function isClientFault(error: FastifyError): boolean {
  return error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500;
}

type Issue = z.core.$ZodIssue;

/** One detail for each fault of shape; unknown fields have a code of their own, because a typing error hides there. */
export function invalid(issues: readonly unknown[]): CodedError {
  const known = issues as readonly Issue[];
  const details = known.flatMap(detailsOf).slice(0, 20);
  const unknown = known.every((issue) => issue.code === 'unrecognized_keys');
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
