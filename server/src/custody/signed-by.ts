import type { Person } from '../access/index.ts';

/** Under whose names something is done: who ordered it, and who signed it as the second. */
export interface SignedBy {
  readonly orderedBy: Person;
  /** null where one person acted alone, or the rule asks for no second signature. */
  readonly approvedBy: Person | null;
}
