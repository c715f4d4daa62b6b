import { CodedError } from '../foundation/index.ts';

/** Far deeper than any shape of the contract; a value nested without end would exhaust the stack. */
const MAX_DEPTH = 32;

/**
 * Refuses text that PostgreSQL cannot store and Unicode does not allow, wherever it stands in a parsed JSON value:
 * it would otherwise fail late, or be stored as something that was not said.
 * @throws {CodedError} BW-TEXT-UNSTORABLE naming the place; BW-BODY-INVALID when the value is nested too deeply
 */
export function requireStorableText(value: unknown): void {
  requireStorable(value, '', 0);
}

function requireStorable(value: unknown, path: string, depth: number): void {
  if (depth > MAX_DEPTH) {
    const message = `is nested more than ${MAX_DEPTH} levels deep`;
    throw new CodedError('BW-BODY-INVALID', { details: [{ path, message }] });
  }
  if (typeof value === 'string') {
    if (value.includes('\0') || !value.isWellFormed()) {
      throw new CodedError('BW-TEXT-UNSTORABLE', { details: [{ path, message: 'not valid Unicode text' }] });
    }
  } else if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) requireStorable(item, join(path, String(index)), depth + 1);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) {
      requireStorable(key, path, depth + 1);
      requireStorable(item, join(path, key), depth + 1);
    }
  }
}

function join(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}
