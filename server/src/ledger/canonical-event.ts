import { canonicalJson } from '@breakwater/ledger';
import type { EventsTable } from './tables.ts';

export type StoredEvent = Pick<EventsTable, 'id' | 'at' | 'type' | 'actor' | 'case_id' | 'payload'>;

/**
 * The canonical form that the ledger commits to: everything that was recorded but the salt.
 * @throws {TypeError | RangeError} when it cannot be spelled
 */
export function canonicalEvent(row: StoredEvent): string {
  return canonicalJson({
    id: row.id,
    at: row.at.toISOString(),
    type: row.type,
    actor: row.actor,
    caseId: row.case_id,
    payload: row.payload,
  });
}

/**
 * The canonical form, or for an event that has none, a form that says so. `record()` lets no such event pass; one that
 * was put in past it, such as with a time of infinity, must neither hold up all that comes after it nor go unlogged.
 */
export function spelledEvent(row: StoredEvent): { readonly canonical: string; readonly spellable: boolean } {
  try {
    return { canonical: canonicalEvent(row), spellable: true };
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof RangeError)) throw error;
    return { canonical: canonicalJson({ id: row.id, unspellable: true }), spellable: false };
  }
}
