import { CsvError, parse } from 'csv-parse/sync';
import { FIELDS, TermCollector, type ImportLimits, type RawTerm, type TermImport } from './record.ts';
import { MOST_BYTES, textOf } from './source.ts';

/**
 * Reads a list in CSV (RFC 4180): a first line that names the columns, in any order and case, then a term on each line. Commas or
 * semicolons, LF or CRLF, with or without a byte order mark. Reports what it could not take and reads on; throws for no file.
 */
export function parseTermsCsv(file: Uint8Array | string, limits: ImportLimits = {}): TermImport {
  const into = new TermCollector(limits);
  const text = textOf(file, limits.bytes ?? MOST_BYTES, into);
  if (text === null) return into.result();
  const rows = rowsOf(text, into);
  const columns = headerOf(rows[0], into);
  if (columns === null) return into.result();
  for (const row of rows.slice(1)) {
    if (!into.open) break;
    if (row.cells.length > columns.length) into.report('TERMS-FIELD', row.line);
    else if (row.cells.some((cell) => cell.trim() !== '')) into.add(rawOf(columns, row.cells), row.line);
  }
  return into.result();
}

interface Row {
  readonly cells: readonly string[];
  /** Where it begins. */
  readonly line: number;
}

/** A row that cannot be read ends the list: where the next begins nobody knows. */
function rowsOf(text: string, into: TermCollector): Row[] {
  const header = /^[^\r\n]*/.exec(text)?.[0] ?? '';
  const rows: Row[] = [];
  let line = 1;
  try {
    parse(text, {
      delimiter: header.includes(';') && !header.includes(',') ? ';' : ',',
      relax_column_count: true,
      skip_empty_lines: true,
      max_record_size: 1_000_000,
      onRecord: (cells: string[], { lines }: { lines: number }) => {
        rows.push({ cells, line: lines - linesWithin(cells) });
        line = lines + 1;
        return null;
      },
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    into.report('TERMS-SYNTAX', typeof error['lines'] === 'number' ? error['lines'] : line);
  }
  return rows;
}

function linesWithin(cells: readonly string[]): number {
  return cells.reduce((sum, cell) => sum + (cell.match(/\r\n|\r|\n/g)?.length ?? 0), 0);
}

function headerOf(row: Row | undefined, into: TermCollector): readonly (keyof RawTerm | null)[] | null {
  const columns = (row?.cells ?? []).map(
    (cell) => FIELDS.find((field) => field === cell.trim().toLowerCase()) ?? null,
  );
  const twice = columns.some((column, at) => column !== null && columns.indexOf(column) !== at);
  if (twice || !columns.includes('text')) {
    into.report('TERMS-HEADER', row?.line ?? 1);
    return null;
  }
  if (columns.includes(null)) into.report('TERMS-COLUMN', row?.line ?? 1);
  return columns;
}

function rawOf(columns: readonly (keyof RawTerm | null)[], cells: readonly string[]): RawTerm {
  const raw: RawTerm = {};
  cells.forEach((cell, at) => {
    const column = columns[at];
    if (column !== null && column !== undefined) raw[column] = cell;
  });
  return raw;
}
