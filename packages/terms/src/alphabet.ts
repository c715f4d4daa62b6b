/**
 * What an automaton reads instead of UTF-16 units: one symbol for each of the most frequent, two for each of the others. So there
 * are some hundreds of symbols, however many thousand characters terms have, and a state with a few children out of
 * thousands needs no room for the rest.
 */
export interface Alphabet {
  /** By UTF-16 unit: its symbol, or the first of two; 0 if no key has it. */
  readonly symbols: Uint16Array;
  /** By UTF-16 unit: the second of two symbols; those are never first or alone. */
  readonly seconds: Uint16Array;
}

/** Symbols up to this stand alone. */
export const ALONE = 160;
const SECONDS = 128;

/** The alphabet for these keys. */
export function alphabetOf(keys: readonly string[]): Alphabet {
  const counts = new Uint32Array(0x10000);
  for (const key of keys) for (let at = 0; at < key.length; at++) counts[key.charCodeAt(at)]!++;
  const used: number[] = [];
  counts.forEach((count, unit) => {
    if (count > 0) used.push(unit);
  });
  used.sort((a, b) => counts[b]! - counts[a]!);
  const [symbols, seconds] = [new Uint16Array(0x10000), new Uint16Array(0x10000)];
  used.slice(0, ALONE).forEach((unit, rank) => {
    symbols[unit] = rank + 1;
  });
  used.slice(ALONE).forEach((unit, rank) => {
    symbols[unit] = ALONE + SECONDS + 1 + Math.floor(rank / SECONDS);
    seconds[unit] = ALONE + 1 + (rank % SECONDS);
  });
  return { symbols, seconds };
}

/** A key in symbols, as UTF-16 units. */
export function encode({ symbols, seconds }: Alphabet, key: string): string {
  let encoded = '';
  for (let at = 0; at < key.length; at++) {
    const unit = key.charCodeAt(at);
    encoded += String.fromCharCode(symbols[unit]!);
    if (symbols[unit]! > ALONE) encoded += String.fromCharCode(seconds[unit]!);
  }
  return encoded;
}
