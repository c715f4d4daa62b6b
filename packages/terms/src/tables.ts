import { alphabetOf, encode, type Alphabet } from './alphabet.ts';
import { buildAutomaton, type Automaton } from './automaton.ts';
import { KeyMaker } from './keys.ts';
import { MODES, type Term } from './term.ts';

/**
 * A matcher as plain columns, all of them in shared memory where there is any: `postMessage` hands them to another thread without
 * a copy. Never written after they are built.
 */
export interface MatcherTables {
  readonly version: 1;
  readonly alphabet: Alphabet;
  readonly automaton: Automaton;
  /** In UTF-16 units. */
  readonly keyLengths: Uint8Array;
  /** The entries of key k are those from entryStarts[k] to entryStarts[k + 1]. */
  readonly entryStarts: Uint32Array;
  readonly entryTerms: Uint32Array;
  readonly entryForms: Uint8Array;
  /** By term: steps that changed it, place of its mode in MODES, end in ms since 1970 (Infinity for never). */
  readonly termSteps: Uint16Array;
  readonly termModes: Uint8Array;
  readonly termExpiry: Float64Array;
  /** The id of term t is the UTF-8 from idStarts[t] to idStarts[t + 1]. */
  readonly idStarts: Uint32Array;
  readonly idBytes: Uint8Array;
}

/** Lays out the terms for matching. `unusable` are the ids of those of which nothing is left to look for, or that are too long. */
export function buildTables(terms: readonly Term[]): { tables: MatcherTables; unusable: string[] } {
  const entries = new Map<string, number[]>();
  const unusable: string[] = [];
  const maker = new KeyMaker();
  const [termSteps, termModes] = [new Uint16Array(terms.length), new Uint8Array(terms.length)];
  const termExpiry = new Float64Array(terms.length);
  terms.forEach((term, number) => {
    const { keys, steps } = maker.keysOf(term);
    if (keys.length === 0) unusable.push(term.id);
    termSteps[number] = steps;
    termModes[number] = MODES.indexOf(term.mode);
    termExpiry[number] = term.expires?.getTime() ?? Infinity;
    for (const { text, forms } of keys) {
      const known = entries.get(text);
      if (known === undefined) entries.set(text, [number, forms]);
      else known.push(number, forms);
    }
  });
  const alphabet = alphabetOf([...entries.keys()]);
  const keys = [...entries.keys()]
    .map((key) => ({ key, encoded: encode(alphabet, key) }))
    .toSorted((a, b) => (a.encoded < b.encoded ? -1 : 1));
  const sorted = keys.map(({ key }) => key);
  const tables = {
    version: 1 as const,
    alphabet,
    automaton: buildAutomaton(keys.map(({ encoded }) => encoded)),
    keyLengths: Uint8Array.from(sorted, (key) => key.length),
    ...entryColumns(sorted, entries),
    termSteps,
    termModes,
    termExpiry,
    ...idColumns(terms),
  };
  return { tables: inSharedMemory(tables), unusable };
}

function entryColumns(
  keys: readonly string[],
  entries: ReadonlyMap<string, readonly number[]>,
): Pick<MatcherTables, 'entryStarts' | 'entryTerms' | 'entryForms'> {
  const entryStarts = new Uint32Array(keys.length + 1);
  keys.forEach((key, at) => (entryStarts[at + 1] = entryStarts[at]! + entries.get(key)!.length / 2));
  const total = entryStarts[keys.length]!;
  const [entryTerms, entryForms] = [new Uint32Array(total), new Uint8Array(total)];
  let to = 0;
  for (const key of keys) {
    const own = entries.get(key)!;
    for (let at = 0; at < own.length; at += 2, to++) {
      entryTerms[to] = own[at]!;
      entryForms[to] = own[at + 1]!;
    }
  }
  return { entryStarts, entryTerms, entryForms };
}

function idColumns(terms: readonly Term[]): Pick<MatcherTables, 'idStarts' | 'idBytes'> {
  const encoder = new TextEncoder();
  const encoded = terms.map((term) => encoder.encode(term.id));
  const idStarts = new Uint32Array(terms.length + 1);
  encoded.forEach((bytes, at) => (idStarts[at + 1] = idStarts[at]! + bytes.length));
  const idBytes = new Uint8Array(idStarts[terms.length]!);
  encoded.forEach((bytes, at) => idBytes.set(bytes, idStarts[at]));
  return { idStarts, idBytes };
}

/** A browser without cross-origin isolation has no shared memory; there a copy for each thread has to do. */
function inSharedMemory(tables: MatcherTables): MatcherTables {
  if (typeof SharedArrayBuffer === 'undefined') return tables;
  const moved = (value: unknown): unknown => {
    if (!ArrayBuffer.isView(value)) return value;
    const from = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
    const shared = new SharedArrayBuffer(from.length);
    new Uint8Array(shared).set(from);
    return new (value.constructor as new (buffer: SharedArrayBuffer) => unknown)(shared);
  };
  const move = <Columns extends object>(columns: Columns): Columns =>
    Object.fromEntries(Object.entries(columns).map(([name, value]) => [name, moved(value)])) as Columns;
  return { ...move(tables), alphabet: move(tables.alphabet), automaton: move(tables.automaton) };
}
