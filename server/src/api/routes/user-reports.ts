import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { CodedError } from '../../foundation/index.ts';
import { receiptOf, receiveUserReport } from '../../intake/index.ts';
import { serviceOf } from '../authentication.ts';
import { id, userReportInput, userReportReceipt } from '../contract/index.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { presentReceipt } from '../present.ts';
import { requireStorableText } from '../storable-text.ts';

const MAX_FILES = 64;
const MAX_FILE_BYTES = 32 * 1024 * 1024;
const MAX_TOTAL_BYTES = 128 * 1024 * 1024;
const MAX_REPORT_BYTES = 2 * 1024 * 1024;

const idempotencyKey = z
  .string()
  .regex(/^[\x21-\x7e]{1,255}$/)
  .describe('The same key with the same body is answered as before and does nothing twice.');

/** Intake from messaging services. */
export function userReportRoutes(app: Api, deps: ApiDeps): void {
  app.post(
    '/v1/user-reports',
    {
      config: { access: { kind: 'service' } },
      bodyLimit: MAX_REPORT_BYTES,
      // A multipart body is checked below, against the same schema, once its JSON part has been found.
      validatorCompiler: () => () => true,
      schema: {
        tags: ['Intake'],
        summary: 'Take a user report in',
        description:
          'Either JSON, or multipart/form-data with one JSON part named "report" and a file part for each picture that the report names. An answer in the 200s means that the report is durable; screening and the case follow within moments.',
        headers: z.object({ 'idempotency-key': idempotencyKey }),
        body: userReportInput,
        response: { 201: userReportReceipt, 200: userReportReceipt },
      },
    },
    async (request, reply) => {
      const key = idempotencyKey.safeParse(request.headers['idempotency-key']);
      if (!key.success) throw new CodedError('BW-IDEMPOTENCY-KEY-MISSING');
      const { body, files } = request.isMultipart()
        ? await readMultipart(request)
        : { body: request.body as unknown, files: new Map<string, Uint8Array>() };
      const report = userReportInput.parse(body);
      const service = serviceOf(request);
      const received = await receiveUserReport(deps, service, key.data, report, files);
      const receipt = await receiptOf(deps.db, service.serviceId, received.userReportId);
      return reply.status(received.repeated ? 200 : 201).send(presentReceipt(receipt));
    },
  );

  app.get(
    '/v1/user-reports/:userReportId',
    {
      config: { access: { kind: 'service' } },
      schema: {
        tags: ['Intake'],
        summary: 'How far a user report has come',
        params: z.object({ userReportId: id }),
        response: { 200: userReportReceipt },
      },
    },
    async (request) => {
      const receipt = await receiptOf(deps.db, serviceOf(request).serviceId, request.params.userReportId);
      return presentReceipt(receipt);
    },
  );
}

/** The JSON part and the file parts by name. @throws {CodedError} BW-MULTIPART-INVALID, BW-BODY-TOO-LARGE, BW-BODY-NOT-JSON */
async function readMultipart(
  request: FastifyRequest,
): Promise<{ body: unknown; files: Map<string, Uint8Array> }> {
  const files = new Map<string, Uint8Array>();
  let report: string | undefined;
  let total = 0;
  const limits = {
    files: MAX_FILES,
    fileSize: MAX_FILE_BYTES,
    fields: 1,
    fieldSize: MAX_REPORT_BYTES,
    parts: MAX_FILES + 1,
  };
  for await (const part of request.parts({ limits })) {
    if (part.fieldname === 'report') {
      if (report !== undefined) throw new CodedError('BW-MULTIPART-INVALID');
      report = part.type === 'field' ? textOf(part) : (await part.toBuffer()).toString('utf8');
      continue;
    }
    if (part.type === 'field') throw notAFile(part.fieldname);
    const bytes = await part.toBuffer();
    total += bytes.length;
    if (total > MAX_TOTAL_BYTES) throw new CodedError('BW-BODY-TOO-LARGE');
    if (files.has(part.fieldname)) throw new CodedError('BW-MULTIPART-INVALID');
    files.set(part.fieldname, bytes);
  }
  if (report === undefined) throw new CodedError('BW-MULTIPART-INVALID');
  const body = parseJson(report);
  requireStorableText(body);
  return { body, files };
}

function textOf(part: { readonly value: unknown; readonly valueTruncated?: boolean }): string {
  if (part.valueTruncated === true) throw new CodedError('BW-BODY-TOO-LARGE');
  // A part declared as JSON is handed over parsed.
  return typeof part.value === 'string' ? part.value : JSON.stringify(part.value);
}

function notAFile(name: string): CodedError {
  return new CodedError('BW-MULTIPART-INVALID', {
    details: [{ path: name, message: 'is not a file part; give it a file name (curl: -F name=@file)' }],
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new CodedError('BW-BODY-NOT-JSON', { cause: error });
  }
}
