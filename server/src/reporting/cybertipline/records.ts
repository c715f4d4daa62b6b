/** A value with named fields, of which nothing else is known yet. */
export type Fieldset = Readonly<Record<string, unknown>>;

export function isFieldset(value: unknown): value is Fieldset {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
