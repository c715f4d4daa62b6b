import { CodedError } from './errors.ts';

/** A cursor is the sort key of the last item, opaque to the client. */
export function encodeCursor(key: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}

/**
 * The sort key in a cursor that `encodeCursor` made, checked against the kinds of its parts.
 * @throws {CodedError} BW-CURSOR-INVALID when it was not made so.
 */
export function decodeCursor<const Kinds extends readonly ('string' | 'number' | 'instant' | 'uuid')[]>(
  cursor: string,
  kinds: Kinds,
): { [Index in keyof Kinds]: Kinds[Index] extends 'number' ? number : string } {
  const parts = parse(cursor);
  if (!Array.isArray(parts) || parts.length !== kinds.length) throw new CodedError('BW-CURSOR-INVALID');
  for (const [index, kind] of kinds.entries()) {
    if (!fits(parts[index], kind)) throw new CodedError('BW-CURSOR-INVALID');
  }
  return parts as never;
}

/** One page from rows fetched with a limit one above the page's. */
export function toPage<Row, Item>(
  rows: readonly Row[],
  limit: number,
  key: (row: Row) => readonly (string | number)[],
  item: (row: Row) => Item,
): { items: Item[]; nextCursor: string | null } {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown.map(item),
    nextCursor: rows.length > limit && last !== undefined ? encodeCursor(key(last)) : null,
  };
}

function parse(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch (error) {
    throw new CodedError('BW-CURSOR-INVALID', { cause: error });
  }
}

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/;

function fits(part: unknown, kind: 'string' | 'number' | 'instant' | 'uuid'): boolean {
  switch (kind) {
    case 'number':
      return typeof part === 'number' && Number.isSafeInteger(part);
    case 'string':
      return typeof part === 'string' && !part.includes('\0') && part.isWellFormed();
    case 'instant':
      return typeof part === 'string' && isInstant(part);
    case 'uuid':
      return typeof part === 'string' && UUID.test(part);
  }
}

/** As `Date.toISOString` writes it, which never names a 30th of February; PostgreSQL knows no year zero. */
function isInstant(text: string): boolean {
  const at = new Date(text);
  return /^(?!0000)\d{4}-/.test(text) && !Number.isNaN(at.getTime()) && at.toISOString() === text;
}
