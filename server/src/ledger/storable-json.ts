/**
 * Refuses a value that would come back from a `jsonb` column as something else than was said: what JSON has no word
 * for, and text that PostgreSQL does not store.
 * @throws {TypeError} naming the place
 */
export function requireStorableJson(value: unknown, path: string): void {
  if (value === null || typeof value === 'boolean') return;
  if (typeof value === 'string') return requireStorableText(value, path);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError(`${path} is ${value}, which JSON cannot say`);
  } else if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) requireStorableJson(item, `${path}.${index}`);
  } else if (isPlainObject(value)) {
    for (const [key, item] of Object.entries(value)) {
      requireStorableText(key, path);
      // Members that are undefined are left out, here as everywhere in JSON.
      if (item !== undefined) requireStorableJson(item, `${path}.${key}`);
    }
  } else {
    throw new TypeError(`${path} is nothing that JSON can say`);
  }
}

function requireStorableText(text: string, path: string): void {
  if (text.includes('\0') || !text.isWellFormed()) throw new TypeError(`${path} is not valid Unicode text`);
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
