/** The type of the event by which the erasing of others is recorded; its payload lists their ids as `eventIds`. */
export const ERASURE_TYPE = 'ledger.content-erased';

const ERASURE_MARK = `"type":${JSON.stringify(ERASURE_TYPE)}`;

/** The ids of the events whose content this one records to have been erased; none for any other event. */
export function erasedBy(canonical: string): readonly string[] {
  // Parsing a million events only to find that they are something else would take longer than all the rest.
  if (!canonical.includes(ERASURE_MARK)) return [];
  const event = parsed(canonical);
  if (event?.['type'] !== ERASURE_TYPE) return [];
  const ids = asRecord(event['payload'])?.['eventIds'];
  return Array.isArray(ids) ? ids.filter((id): id is string => typeof id === 'string') : [];
}

/** The id of an event; null when its text has none. */
export function idOf(canonical: string): string | null {
  const id = parsed(canonical)?.['id'];
  return typeof id === 'string' ? id : null;
}

function parsed(canonical: string): Record<string, unknown> | null {
  try {
    return asRecord(JSON.parse(canonical));
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function asRecord(value: unknown): Record<string, unknown> | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : null;
}
