import type { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { ServiceIdentity } from '../../access/index.ts';
import { CodedError } from '../../foundation/index.ts';
import { receiptOf, receiveUserReport, type Received } from '../../intake/index.ts';
import type { Media, Screening } from '../../screening/index.ts';
import { serviceOf } from '../authentication.ts';
import { id, userReportInput, userReportReceipt } from '../contract/index.ts';
import type { Api, ApiDeps } from '../deps.ts';
import type { JsonSchema } from '../documentation.ts';
import { textOf } from '../json-body.ts';
import { presentReceipt } from '../present.ts';
import { requireStorableText } from '../storable-text.ts';

const USER_REPORT = '#/components/schemas/UserReportRequestInput';
/** Name of the part that carries the JSON. */
const REPORT = 'report';
const MAX_FILES = 64;
const MAX_FILE_BYTES = 32 * 1024 * 1024;
/** Of what is no video together. Videos have a limit of their own, for each and together. */
const MAX_TOTAL_BYTES = 128 * 1024 * 1024;
const MAX_REPORT_BYTES = 2 * 1024 * 1024;

const FORM: JsonSchema = {
  type: 'object',
  required: ['report'],
  properties: { report: { $ref: USER_REPORT } },
  additionalProperties: {
    type: 'string',
    format: 'binary',
    description: 'One picture or video; the part has the name by which the report mentions it.',
  },
};

const idempotencyKey = z
  .string()
  .regex(/^[\x21-\x7e]{1,255}$/)
  .describe('The same key with the same body is answered as before and does nothing twice.');

/** Intake from messaging services. */
export function userReportRoutes(app: Api, deps: ApiDeps): void {
  app.post(
    '/v1/user-reports',
    {
      config: {
        access: { kind: 'service', scope: 'report' },
        bodies: {
          'application/json': { $ref: USER_REPORT },
          'multipart/form-data': FORM,
        },
      },
      bodyLimit: MAX_REPORT_BYTES,
      // The body is checked below, once its JSON has been found.
      validatorCompiler: () => () => true,
      schema: {
        tags: ['Intake'],
        summary: 'Take a user report in',
        description:
          'Either JSON, or multipart/form-data with one JSON part named "report" and a file part for each picture or video that the report names. An answer in the 200s means that the report is durable; screening and the case follow within moments.',
        headers: z.object({ 'idempotency-key': idempotencyKey }),
        response: { 201: userReportReceipt, 200: userReportReceipt },
      },
    },
    async (request, reply) => {
      const key = idempotencyKey.safeParse(request.headers['idempotency-key']);
      if (!key.success) throw new CodedError('BW-IDEMPOTENCY-KEY-MISSING');
      const service = serviceOf(request);
      const received = await receive(deps, service, key.data, request);
      const receipt = await receiptOf(deps.db, service.serviceId, received.userReportId);
      return reply.status(received.repeated ? 200 : 201).send(presentReceipt(receipt));
    },
  );

  app.get(
    '/v1/user-reports/:userReportId',
    {
      config: { access: { kind: 'service', scope: 'read-own' } },
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

/** Takes the report in. Whatever becomes of it, nothing of its files is left behind but what lies in the vault. */
async function receive(
  deps: ApiDeps,
  service: ServiceIdentity,
  key: string,
  request: FastifyRequest,
): Promise<Received> {
  const files = new Map<string, Media>();
  try {
    const body = request.isMultipart() ? await readForm(deps.screening, request, files) : request.body;
    return await receiveUserReport(deps, service, key, userReportInput.parse(body), files);
  } finally {
    for (const file of files.values()) if (!(file instanceof Uint8Array)) await file.discard();
  }
}

/**
 * The JSON part; the file parts go into `files` by name, and are the caller's to discard whatever happens.
 * @throws {CodedError} BW-MULTIPART-INVALID, BW-BODY-TOO-LARGE, BW-BODY-NOT-JSON
 */
async function readForm(
  screening: Screening,
  request: FastifyRequest,
  files: Map<string, Media>,
): Promise<unknown> {
  const totals = { memory: 0, video: 0 };
  for await (const { name, fileName, media } of partsOf(screening, request)) {
    const earlier = files.get(name);
    files.set(name, media);
    if (earlier !== undefined) {
      if (!(earlier instanceof Uint8Array)) await earlier.discard();
      throw invalidPart(name, 'came twice');
    }
    if (name !== REPORT && fileName === undefined)
      throw invalidPart(name, 'is not a file part; give it a file name (curl: -F name=@file)');
    if (media instanceof Uint8Array) totals.memory += media.length;
    else totals.video += media.bytes;
    if (totals.memory > MAX_TOTAL_BYTES || totals.video > screening.maxVideoBytes)
      throw new CodedError('BW-BODY-TOO-LARGE');
  }
  const report = files.get(REPORT);
  if (report === undefined) throw invalidPart(REPORT, 'is missing');
  if (!(report instanceof Uint8Array)) throw new CodedError('BW-BODY-NOT-JSON');
  if (report.length > MAX_REPORT_BYTES) throw new CodedError('BW-BODY-TOO-LARGE');
  files.delete(REPORT);
  const body = parseJson(textOf(report));
  requireStorableText(body);
  return body;
}

interface Part {
  readonly name: string;
  readonly fileName: string | undefined;
  readonly media: Media;
}

async function* partsOf(screening: Screening, request: FastifyRequest): AsyncIterable<Part> {
  try {
    for await (const part of request.parts(formOptions(screening.maxVideoBytes))) {
      if (part.type === 'field') throw new Error('a part was not handed over as bytes');
      // Either is missing when its part does not say it, whatever the plugin's types promise.
      const { fieldname: name, filename: fileName }: { fieldname?: string; filename?: string } = part;
      if (name === undefined) throw new Error('a part has no name');
      yield { name, fileName, media: await take(screening, part.file) };
    }
  } catch (error) {
    // The plugin's own errors have codes; those of the parser below it have none.
    if (error instanceof Error && 'code' in error) throw error;
    throw new CodedError('BW-MULTIPART-INVALID', { cause: error });
  }
}

async function take(screening: Screening, file: Readable): Promise<Media> {
  try {
    const source = file.iterator({ destroyOnReturn: false });
    return await screening.take(source, { memoryBytes: MAX_FILE_BYTES });
  } catch (error) {
    // What comes after what is too large has to go somewhere, or the connection would stand still.
    file.resume();
    throw error;
  }
}

function formOptions(maxVideoBytes: number) {
  return {
    // Every part comes as bytes, so that the report can be one too (curl -F report=@report.json) and bytes that are no
    // UTF-8 are seen.
    isPartAFile: () => true,
    // Larger than what is taken, so that it is refused where its kind is known.
    limits: {
      files: MAX_FILES + 1,
      parts: MAX_FILES + 1,
      fileSize: Math.max(MAX_FILE_BYTES, maxVideoBytes) + 1024 * 1024,
    },
  };
}

function invalidPart(name: string, message: string): CodedError {
  return new CodedError('BW-MULTIPART-INVALID', { details: [{ path: name, message }] });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new CodedError('BW-BODY-NOT-JSON', { cause: error });
  }
}
