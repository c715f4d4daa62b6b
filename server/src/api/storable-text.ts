import { CodedError } from '../foundation/index.ts';

/**
 * Refuses text that PostgreSQL cannot store and Unicode does not allow, wherever it stands in a parsed JSON value:
 * it would otherwise fail late, or be stored as something that was not said.
 * @throws {CodedError} BW-TEXT-UNSTORABLE naming the place
 */
export function requireStorableText(value: unknown, path = ''): void {
  if (typeof value === 'string') {
    if (value.includes('\0') || !value.isWellFormed()) {
      throw new CodedError('BW-TEXT-UNSTORABLE', { details: [{ path, message: 'not valid Unicode text' }] });
    }
  } else if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) requireStorableText(item, join(path, String(index)));
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) {
      requireStorableText(key, path);
      requireStorableText(item, join(path, key));
    }
  }
}

function join(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}
