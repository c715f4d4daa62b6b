import { identifyFormat, type RasterFormat } from '../identify-format.ts';
import type { Frame } from './frames.ts';
import {
  FINGERPRINT_WARNINGS,
  type Fingerprinted,
  type Rendered,
  type RenderRequest,
  UNSCANNED_REASONS,
  type Unscanned,
} from './outcome.ts';

/** What the parent asks of the decoder; the body of the frame is the file. */
export interface Request {
  readonly id: number;
  readonly task: 'fingerprint' | 'render';
  readonly format: RasterFormat;
  readonly pixelLimit: number;
  /** Present exactly when the task is to render. */
  readonly render?: RenderRequest;
}

export function isRequest(header: unknown): header is Request {
  const { id, task, format, pixelLimit } = fieldsOf(header);
  return [id, pixelLimit].every(Number.isInteger) && [task, format].every((word) => typeof word === 'string');
}

/** The first frame of a decoder, once it can take requests. */
export const READY = { ready: true };

export function isReady(frame: Frame): boolean {
  return fieldsOf(frame.header)['ready'] === true;
}

/**
 * Read a decoder's answer with distrust: the decoder has handled hostile bytes and may no longer be
 * itself. Both throw a TypeError if the answer is anything but a well-formed one to this request.
 */
export function parseFingerprintAnswer(frame: Frame, request: Request): Fingerprinted | Unscanned {
  const fields = fieldsOf(frame.header);
  return checked(parseUnscanned(fields) ?? parseFingerprinted(fields, request), fields, request);
}

export function parseRenderAnswer(frame: Frame, request: Request): Rendered | Unscanned {
  const fields = fieldsOf(frame.header);
  return checked(parseUnscanned(fields) ?? parseRendered(fields, frame.body, request), fields, request);
}

type Fields = Readonly<Record<string, unknown>>;

function fieldsOf(header: unknown): Fields {
  return typeof header === 'object' && header !== null ? { ...header } : {};
}

function checked<Outcome>(outcome: Outcome | undefined, fields: Fields, request: Request): Outcome {
  if (outcome === undefined || fields['id'] !== request.id) {
    throw new TypeError('the decoder gave an answer that does not fit the request');
  }
  return outcome;
}

function parseUnscanned(fields: Fields): Unscanned | undefined {
  const reason = UNSCANNED_REASONS.find((known) => known === fields['reason']);
  return fields['kind'] === 'unscanned' && reason ? { kind: 'unscanned', reason } : undefined;
}

function parseFingerprinted(fields: Fields, { pixelLimit, format }: Request): Fingerprinted | undefined {
  const { kind, pdq, quality, width, height, warnings } = fields;
  if (kind !== 'fingerprinted') return undefined;
  if (typeof pdq !== 'string' || !/^[0-9a-f]{64}$/.test(pdq)) return undefined;
  if (!isIntegerWithin(quality, 0, 100)) return undefined;
  if (!isIntegerWithin(width, 1, pixelLimit) || !isIntegerWithin(height, 1, pixelLimit)) return undefined;
  if (!Array.isArray(warnings)) return undefined;
  const known = FINGERPRINT_WARNINGS.filter((warning) => warnings.includes(warning));
  if (known.length !== warnings.length) return undefined;
  return { kind, pdq, quality, width, height, decodedAs: format, warnings: known };
}

function parseRendered(fields: Fields, bytes: Uint8Array, { render }: Request): Rendered | undefined {
  const { kind, width, height } = fields;
  if (kind !== 'rendered' || !render) return undefined;
  if (!isIntegerWithin(width, 1, render.maxSide) || !isIntegerWithin(height, 1, render.maxSide))
    return undefined;
  if (identifyFormat(bytes) !== 'webp') return undefined;
  return { kind, bytes, mediaType: 'image/webp', width, height };
}

function isIntegerWithin(value: unknown, lowest: number, highest: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= lowest && value <= highest;
}
