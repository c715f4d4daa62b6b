import { FIELDS, TermCollector, type ImportLimits, type RawTerm, type TermImport } from './record.ts';
import { MOST_BYTES, textOf } from './source.ts';

/** A line is at most this long: a term with all its fields has no need of more. */
const LONGEST_LINE = 100_000;

/**
 * Reads a list in JSON Lines: an object on each line, with the fields of FIELDS. Reports what it could not take and reads on;
 * throws for no file.
 */
export function parseTermsJsonLines(file: Uint8Array | string, limits: ImportLimits = {}): TermImport {
  const into = new TermCollector(limits);
  const text = textOf(file, limits.bytes ?? MOST_BYTES, into);
  if (text === null) return into.result();
  let line = 0;
  for (let start = 0; start < text.length && into.open; ) {
    const end = text.indexOf('\n', start);
    const content = text.slice(start, end === -1 ? text.length : end).trim();
    start = end === -1 ? text.length : end + 1;
    line++;
    if (content !== '') addLine(content, line, into);
  }
  return into.result();
}

function addLine(content: string, line: number, into: TermCollector): void {
  if (content.length > LONGEST_LINE) {
    into.report('TERMS-TOO-LONG', line);
    return;
  }
  const value = parsed(content);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    into.report('TERMS-SYNTAX', line);
    return;
  }
  const raw = rawOf(value);
  if (raw === null) {
    into.report('TERMS-FIELD', line);
    return;
  }
  if (Object.keys(value).length > Object.keys(raw).length) into.report('TERMS-COLUMN', line);
  into.add(raw, line);
}

function parsed(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** null if a field is neither text nor a number where one may be. */
function rawOf(value: object): RawTerm | null {
  const raw: RawTerm = {};
  for (const field of FIELDS) {
    const own: unknown = Object.hasOwn(value, field) ? (value as Record<string, unknown>)[field] : undefined;
    if (own === undefined) continue;
    if (own === null || typeof own === 'string' || (typeof own === 'number' && field === 'weight'))
      raw[field] = own;
    else return null;
  }
  return raw;
}
