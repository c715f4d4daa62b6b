import { Readable } from 'node:stream';
import { parse, CsvError } from 'csv-parse';
import {
  vpdqFromJson,
  vpdqFromText,
  VpdqFormatError,
  type NumberlessVpdqFrame,
} from '@breakwater/perceptual/video';
import { z } from 'zod';
import { CodedError, type ProblemDetail } from '../foundation/index.ts';
import { packedEntry } from './packed-frames.ts';
import { MAX_LINE_CHARACTERS, textBlocks } from './text-blocks.ts';

/** Hex digits of each fingerprint that is written in hex. */
const HEX_DIGITS = { pdq: 64, md5: 32, sha1: 40, sha256: 64 } as const;
type HexKind = keyof typeof HEX_DIGITS;
/** `vpdq` is the fingerprint of a video: the PDQ of some of its frames. */
export type FingerprintKind = HexKind | 'vpdq';

export interface NewEntry {
  readonly fingerprint: FingerprintKind;
  /** What it goes by in its list; of `vpdq`, the SHA-256 of `content`. */
  readonly value: Buffer;
  /** Of `vpdq` its frames, as `packFrames` writes them; of the others nothing. */
  readonly content?: Buffer;
  readonly externalId: string | null;
  readonly label: string | null;
  /** Largest distance in bits that counts as a match; null for the default. PDQ only. */
  readonly threshold: number | null;
}

export type ListFileFormat = 'csv' | 'json-lines' | 'vpdq-text';

/** More would not help to mend the file. */
const MAX_DETAILS = 20;

/** Text cells that are empty say nothing, which is how CSV leaves a field out. */
const optionalText = z
  .string()
  .max(1000)
  .nullish()
  .transform((text) => (text === undefined || text === null || text === '' ? null : text))
  .refine(
    (text) => text === null || (!text.includes('\0') && text.isWellFormed()),
    'is not valid Unicode text',
  );

const THRESHOLD_RULE = 'must be a whole number from 0 to 256';

const KINDS = ['pdq', 'md5', 'sha1', 'sha256', 'vpdq'] as const satisfies FingerprintKind[];

const entrySchema = z
  .strictObject({
    fingerprint: z.enum(KINDS, 'must be pdq, md5, sha1, sha256 or vpdq'),
    value: z.union([z.string(), z.array(z.string())], 'must be text, or for vpdq an array of texts'),
    id: optionalText,
    label: optionalText,
    threshold: z
      .union([z.number(), z.string().regex(/^\d{0,3}$/)], THRESHOLD_RULE)
      .nullish()
      .transform((given) => (given === undefined || given === null || given === '' ? null : Number(given)))
      .refine(
        (bits) => bits === null || (Number.isInteger(bits) && bits >= 0 && bits <= 256),
        THRESHOLD_RULE,
      ),
  })
  .superRefine((entry, context) => {
    const fault = entry.fingerprint === 'vpdq' ? undefined : hexFault(entry.fingerprint, entry.value);
    if (fault !== undefined) context.addIssue({ code: 'custom', path: ['value'], message: fault });
    if (entry.threshold !== null && entry.fingerprint !== 'pdq') {
      context.addIssue({ code: 'custom', path: ['threshold'], message: 'only a pdq entry has a threshold' });
    }
  });

function hexFault(fingerprint: HexKind, value: string | string[]): string | undefined {
  const digits = HEX_DIGITS[fingerprint];
  if (typeof value !== 'string') return `${fingerprint} takes one text of ${digits} hex digits`;
  if (value.length !== digits) return `${fingerprint} takes ${digits} hex digits; this has ${value.length}`;
  return /^[0-9a-fA-F]*$/.test(value) ? undefined : 'has characters that are not hex digits';
}

const COLUMNS = ['fingerprint', 'value', 'id', 'label', 'threshold'];

/**
 * Reads a list file whole or not at all: CSV with a header of `fingerprint,value` and optionally `id,label,threshold`,
 * or JSON Lines of objects with the same fields. The value of a `vpdq` is the JSON form of its frames, as text or, in JSON
 * Lines, as it is; a line that is nothing but that form is an entry as well. `vpdq-text` is a file of one video, in the text form
 * of the reference. UTF-8; a byte order mark is tolerated. The last line of a CSV has to
 * end as the others do, unless it ends with the value: a label or a threshold could have lost its end without a trace.
 * @throws {CodedError} BW-LIST-EMPTY, BW-LIST-INVALID with up to 20 lines at fault, BW-LIST-CUT when the last line is
 * incomplete.
 */
export async function readListFile(
  source: AsyncIterable<Uint8Array>,
  format: ListFileFormat,
): Promise<NewEntry[]> {
  if (format === 'vpdq-text') return [await readVideo(source)];
  const entries: NewEntry[] = [];
  const problems: ProblemDetail[] = [];
  const ending: Ending = { ended: true };
  let last: Row | undefined;
  let lastFault: ProblemDetail | undefined;
  const blocks = watchEnd(textBlocks(source), ending);
  for await (const row of format === 'csv' ? csvRows(blocks) : jsonRows(blocks)) {
    const parsed = 'problem' in row ? row : parseEntry(row.value);
    last = row;
    lastFault = undefined;
    if ('entry' in parsed) {
      entries.push(parsed.entry);
      continue;
    }
    lastFault = { path: `line ${row.line}`, message: parsed.problem };
    if (problems.length < MAX_DETAILS) problems.push(lastFault);
  }
  const cut = ending.ended ? undefined : (lastFault ?? doubtfulEnd(last, format));
  if (cut !== undefined) throw new CodedError('BW-LIST-CUT', { details: [cut] });
  if (problems.length > 0) throw new CodedError('BW-LIST-INVALID', { details: problems });
  if (entries.length === 0) throw new CodedError('BW-LIST-EMPTY');
  return entries;
}

/** Cells that cannot be cut and still be valid. A line of JSON cannot either: its last brace would be missing. */
const ENDS_OF_THEMSELVES = ['fingerprint', 'value'];

function doubtfulEnd(last: Row | undefined, format: ListFileFormat): ProblemDetail | undefined {
  if (format !== 'csv' || last === undefined || 'problem' in last) return undefined;
  const column = Object.keys(last.value as object).at(-1) ?? '';
  if (ENDS_OF_THEMSELVES.includes(column)) return undefined;
  return { path: `line ${last.line}`, message: `has no line end, so its ${column} may have lost some of it` };
}

type Row =
  | { readonly line: number; readonly value: unknown }
  | { readonly line: number; readonly problem: string };

interface Ending {
  /** Whether the last line has its line end. */
  ended: boolean;
}

async function* watchEnd(blocks: AsyncIterable<string>, ending: Ending): AsyncIterable<string> {
  for await (const block of blocks) {
    ending.ended = /[\r\n]$/.test(block);
    yield block;
  }
}

function parseEntry(row: unknown): { entry: NewEntry } | { problem: string } {
  const result = entrySchema.safeParse(Array.isArray(row) ? { fingerprint: 'vpdq', value: row } : row);
  if (!result.success) {
    return {
      problem: result.error.issues.map((issue) => [...issue.path, issue.message].join(' ')).join('; '),
    };
  }
  const { fingerprint, value: written, id, label, threshold } = result.data;
  const entry = { fingerprint, externalId: id, label, threshold };
  if (fingerprint !== 'vpdq') return { entry: { ...entry, value: Buffer.from(String(written), 'hex') } };
  const video = parseVideo(() =>
    vpdqFromJson(typeof written === 'string' ? written : JSON.stringify(written)),
  );
  return 'problem' in video ? video : { entry: { ...entry, ...video } };
}

/** The frames of a video as an entry holds them, or what is wrong with them. */
function parseVideo(
  read: () => readonly NumberlessVpdqFrame[],
): { value: Buffer; content: Buffer } | { problem: string } {
  try {
    const frames = read();
    if (frames.length === 0) return { problem: 'value has no frames' };
    return packedEntry(frames);
  } catch (error) {
    if (!(error instanceof VpdqFormatError)) throw error;
    return { problem: `value is no vPDQ: ${error.message}` };
  }
}

/** A file with the hash of one video. Where lines were lost whole, nothing tells. */
async function readVideo(source: AsyncIterable<Uint8Array>): Promise<NewEntry> {
  const blocks: string[] = [];
  for await (const block of textBlocks(source)) blocks.push(block);
  const text = blocks.join('');
  if (text.trim() === '') throw new CodedError('BW-LIST-EMPTY');
  const video = parseVideo(() => vpdqFromText(text));
  if ('problem' in video)
    throw new CodedError('BW-LIST-INVALID', { details: [{ path: '', message: video.problem }] });
  return { fingerprint: 'vpdq', ...video, externalId: null, label: null, threshold: null };
}

async function* csvRows(blocks: AsyncIterable<string>): AsyncIterable<Row> {
  const parser = Readable.from(blocks).compose(
    parse({
      columns: (header: string[]) => checkedHeader(header),
      info: true,
      skip_empty_lines: true,
      trim: true,
      max_record_size: MAX_LINE_CHARACTERS,
    }),
  );
  try {
    for await (const { record, info } of parser as AsyncIterable<{
      record: unknown;
      info: { lines: number };
    }>) {
      yield { line: info.lines, value: record };
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = typeof error['lines'] === 'number' ? error['lines'] : 0;
    yield { line, problem: `cannot be read as CSV: ${error.code}` };
  }
}

function checkedHeader(header: string[]): string[] {
  const names = header.map((name) => name.trim().toLowerCase());
  const unknown = names.filter((name) => !COLUMNS.includes(name));
  const missing = ['fingerprint', 'value'].filter((name) => !names.includes(name));
  if (unknown.length > 0 || missing.length > 0 || new Set(names).size !== names.length) {
    throw new CodedError('BW-LIST-INVALID', {
      details: [
        {
          path: 'line 1',
          message: `the header must name fingerprint and value, and may name id, label and threshold`,
        },
      ],
    });
  }
  return names;
}

async function* jsonRows(blocks: AsyncIterable<string>): AsyncIterable<Row> {
  let line = 0;
  for await (const block of blocks) {
    // What follows the last line end of a block is no line.
    for (const text of block.replace(/\n$/, '').split('\n')) {
      line += 1;
      if (text.trim() !== '') yield { line, ...parseJson(text) };
    }
  }
}

function parseJson(text: string): { value: unknown } | { problem: string } {
  if (text.length > MAX_LINE_CHARACTERS) return { problem: 'is too long' };
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    if (error instanceof SyntaxError) return { problem: 'is not JSON' };
    throw error;
  }
}
