import { identifyFormat, type RasterFormat } from '../identify-format.ts';
import type { Frame } from './frames.ts';
import {
  FINGERPRINT_WARNINGS,
  type Fingerprinted,
  type Rendered,
  type RenderRequest,
  UNSCANNED_REASONS,
  type Unscanned,
  type PdqPair,
  type Variant,
  VARIANT_KINDS,
} from './outcome.ts';

/** What the parent asks of the decoder; the body of the frame is the file. */
export interface Request {
  readonly id: number;
  readonly task: 'fingerprint' | 'render';
  readonly format: RasterFormat;
  readonly pixelLimit: number;
  readonly frameLimit: number;
  /** Present exactly when the task is to render. */
  readonly render?: RenderRequest;
}

export function isRequest(header: unknown): header is Request {
  const { id, task, format, pixelLimit, frameLimit } = fieldsOf(header);
  return (
    [id, pixelLimit, frameLimit].every(Number.isInteger) &&
    [task, format].every((word) => typeof word === 'string')
  );
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

function parseFingerprinted(fields: Fields, request: Request): Fingerprinted | undefined {
  const { pixelLimit, frameLimit, format } = request;
  const { kind, dihedral, width, height, frames, warnings, variants } = fields;
  if (kind !== 'fingerprinted') return undefined;
  const pair = parsePair(fields);
  if (!pair || !Array.isArray(dihedral) || dihedral.length !== 8 || !dihedral.every(isHash)) return undefined;
  if (!isIntegerWithin(width, 1, pixelLimit) || !isIntegerWithin(height, 1, pixelLimit)) return undefined;
  if (!isIntegerWithin(frames, 1, MOST_FRAMES)) return undefined;
  if (!Array.isArray(warnings) || !Array.isArray(variants)) return undefined;
  const known = FINGERPRINT_WARNINGS.filter((warning) => warnings.includes(warning));
  if (known.length !== warnings.length) return undefined;
  const parsed = variants.flatMap((variant) => parseVariant(fieldsOf(variant), frameLimit) ?? []);
  if (parsed.length !== variants.length || parsed.length > 2 * frameLimit + 2) return undefined;
  return {
    kind,
    ...pair,
    dihedral,
    width,
    height,
    frames,
    decodedAs: format,
    warnings: known,
    variants: parsed,
  };
}

/** What a file may claim, and more than any has. */
const MOST_FRAMES = 2 ** 31;

function parseVariant(fields: Fields, frameLimit: number): Variant | undefined {
  const pair = parsePair(fields);
  const kind = VARIANT_KINDS.find((known) => known === fields['kind']);
  const { frame } = fields;
  if (!pair || !kind) return undefined;
  if (frame === undefined) return kind === 'frame' ? undefined : { kind, ...pair };
  return isIntegerWithin(frame, 1, frameLimit) ? { kind, frame, ...pair } : undefined;
}

function parsePair({ pdq, quality, pdq512, quality512 }: Fields): PdqPair | undefined {
  if (!isHash(pdq) || !isHash(pdq512)) return undefined;
  if (!isIntegerWithin(quality, 0, 100) || !isIntegerWithin(quality512, 0, 100)) return undefined;
  return { pdq, quality, pdq512, quality512 };
}

function isHash(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
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
