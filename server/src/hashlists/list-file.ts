import { Readable } from 'node:stream';
import { parse, CsvError } from 'csv-parse';
import { z } from 'zod';
import { CodedError, type ProblemDetail } from '../foundation/index.ts';

/** Hex digits of each fingerprint. */
const HEX_DIGITS = { pdq: 64, md5: 32, sha1: 40, sha256: 64 } as const;
export type FingerprintKind = keyof typeof HEX_DIGITS;

export interface NewEntry {
  readonly fingerprint: FingerprintKind;
  readonly value: Buffer;
  readonly externalId: string | null;
  readonly label: string | null;
  /** Largest distance in bits that counts as a match; null for the default. PDQ only. */
  readonly threshold: number | null;
}

export type ListFileFormat = 'csv' | 'json-lines';

/** More would not help to mend the file. */
const MAX_DETAILS = 20;
const MAX_LINE_CHARACTERS = 20_000;

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

const entrySchema = z
  .strictObject({
    fingerprint: z.enum(['pdq', 'md5', 'sha1', 'sha256'], 'must be pdq, md5, sha1 or sha256'),
    value: z.string(),
    id: optionalText,
    label: optionalText,
    threshold: z
      .union([z.literal('').transform(() => null), z.coerce.number().int().min(0).max(256)])
      .nullish()
      .transform((threshold) => threshold ?? null),
  })
  .superRefine((entry, context) => {
    const digits = HEX_DIGITS[entry.fingerprint];
    if (entry.value.length !== digits) {
      const message = `${entry.fingerprint} takes ${digits} hex digits; this has ${entry.value.length}`;
      context.addIssue({ code: 'custom', path: ['value'], message });
    } else if (!/^[0-9a-fA-F]*$/.test(entry.value)) {
      context.addIssue({
        code: 'custom',
        path: ['value'],
        message: 'has characters that are not hex digits',
      });
    }
    if (entry.threshold !== null && entry.fingerprint !== 'pdq') {
      context.addIssue({ code: 'custom', path: ['threshold'], message: 'only a pdq entry has a threshold' });
    }
  });

const COLUMNS = ['fingerprint', 'value', 'id', 'label', 'threshold'];

/**
 * Reads a list file whole or not at all: CSV with a header of `fingerprint,value` and optionally `id,label,threshold`,
 * or JSON Lines of objects with the same fields. A byte order mark is tolerated.
 * @throws {CodedError} BW-LIST-EMPTY, BW-LIST-INVALID with up to 20 lines at fault, BW-LIST-CUT when the last line is
 * incomplete.
 */
export async function readListFile(
  source: AsyncIterable<Uint8Array>,
  format: ListFileFormat,
): Promise<NewEntry[]> {
  const entries: NewEntry[] = [];
  const problems: ProblemDetail[] = [];
  const ending = { lastByte: undefined as number | undefined };
  let last = { line: 0, faulty: false };
  const rows = format === 'csv' ? csvRows(watchEnd(source, ending)) : jsonRows(watchEnd(source, ending));
  for await (const row of rows) {
    const parsed = 'problem' in row ? row : parseEntry(row.value);
    last = { line: row.line, faulty: 'problem' in parsed };
    if ('entry' in parsed) entries.push(parsed.entry);
    else if (problems.length < MAX_DETAILS)
      problems.push({ path: `line ${row.line}`, message: parsed.problem });
  }
  if (last.faulty && ending.lastByte !== NEWLINE) {
    throw new CodedError('BW-LIST-CUT', {
      details: problems.filter((problem) => problem.path === `line ${last.line}`),
    });
  }
  if (problems.length > 0) throw new CodedError('BW-LIST-INVALID', { details: problems });
  if (entries.length === 0) throw new CodedError('BW-LIST-EMPTY');
  return entries;
}

const NEWLINE = 0x0a;

type Row =
  | { readonly line: number; readonly value: unknown }
  | { readonly line: number; readonly problem: string };

async function* watchEnd(source: AsyncIterable<Uint8Array>, ending: { lastByte: number | undefined }) {
  for await (const chunk of source) {
    ending.lastByte = chunk.at(-1) ?? ending.lastByte;
    yield chunk;
  }
}

function parseEntry(value: unknown): { entry: NewEntry } | { problem: string } {
  const result = entrySchema.safeParse(value);
  if (!result.success) {
    return {
      problem: result.error.issues.map((issue) => [...issue.path, issue.message].join(' ')).join('; '),
    };
  }
  const { fingerprint, value: hex, id, label, threshold } = result.data;
  return { entry: { fingerprint, value: Buffer.from(hex, 'hex'), externalId: id, label, threshold } };
}

async function* csvRows(source: AsyncIterable<Uint8Array>): AsyncIterable<Row> {
  const parser = Readable.from(source).compose(
    parse({
      bom: true,
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

async function* jsonRows(source: AsyncIterable<Uint8Array>): AsyncIterable<Row> {
  let line = 0;
  for await (const text of lines(source)) {
    line += 1;
    if (text.trim() === '') continue;
    yield { line, ...parseJson(text) };
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

async function* lines(source: AsyncIterable<Uint8Array>): AsyncIterable<string> {
  const decoder = new TextDecoder('utf-8');
  let rest = '';
  for await (const chunk of source) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = parts.pop() ?? '';
    yield* parts;
    // A line without end would otherwise be gathered without end.
    if (rest.length > MAX_LINE_CHARACTERS * 50) throw new CodedError('BW-LIST-INVALID');
  }
  rest += decoder.decode();
  if (rest !== '') yield rest;
}
