import { Reader } from './readings.ts';
import { Search, type MatchOptions, type MatchResult } from './search.ts';
import { buildTables, type MatcherTables } from './tables.ts';
import type { Term } from './term.ts';

export interface Matcher {
  /** Finds all terms in a text. Takes time linear in the text; throws for no string. */
  match(text: string, options?: MatchOptions): MatchResult;
  /** How many terms there are. */
  readonly size: number;
  /** For another thread: see openMatcher(). */
  readonly tables: MatcherTables;
}

/**
 * Makes a matcher of a list of terms; it never changes. `unusable` has the ids of terms that can't be found, since normalization
 * leaves nothing of them or they are longer than LONGEST_TERM. Ids may repeat. 100,000 terms take about three seconds and 35 MB.
 */
export function createMatcher(terms: readonly Term[]): { matcher: Matcher; unusable: string[] } {
  const { tables, unusable } = buildTables(terms);
  return { matcher: openMatcher(tables), unusable };
}

/** The same matcher in another thread, on the same memory. Throws a RangeError if the tables are of another version. */
export function openMatcher(tables: MatcherTables): Matcher {
  if (tables.version !== 1) throw new RangeError('tables of a matcher of another version: build them anew');
  return new TableMatcher(tables);
}

class TableMatcher implements Matcher {
  readonly tables: MatcherTables;
  readonly size: number;
  readonly #reader = new Reader();

  constructor(tables: MatcherTables) {
    this.tables = tables;
    this.size = tables.termModes.length;
  }

  match(text: string, options: MatchOptions = {}): MatchResult {
    const limit = options.longestText ?? 100_000;
    const search = new Search(this.tables, text, options);
    // What a long text needs is given back; names need little, again and again.
    const reader = text.length > 4096 ? new Reader() : this.#reader;
    for (const found of reader.read(text, limit)) if (!search.scan(found)) break;
    return search.result(text.length <= limit);
  }
}
