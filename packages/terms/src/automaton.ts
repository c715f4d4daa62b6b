/**
 * Aho and Corasick's automaton (Efficient string matching, CACM 18(6), 1975) over the symbols of an alphabet, laid out as a double array
 * (Aoe, IEEE TSE 15(9), 1989): from state s a symbol c leads to base[s] + c, if check of that is s. State 0 is the root.
 */
export interface Automaton {
  /** base[s] at 2s and check[s] beside it at 2s + 1: a step looks at both. */
  readonly steps: Int32Array;
  /** The state of the longest proper suffix that is a state. */
  readonly fail: Int32Array;
  /** The first state on the way of fails, this one included, where a key ends; 0 if none does. */
  readonly ends: Int32Array;
  /** The number of the key that ends in a state, or -1. */
  readonly key: Int32Array;
}

/**
 * Builds the automaton of these keys in symbols (see alphabet.ts), which must be sorted, different from each other, and not empty.
 * Takes time linear in their length, but for looking for gaps in the double array, which is bounded for each state.
 */
export function buildAutomaton(keys: readonly string[]): Automaton {
  const states = new States(highestSymbol(keys));
  // Breadth first: the suffix of a state is nearer to the root than the state, so it is done before.
  let level: Node[] = [{ state: 0, low: 0, high: keys.length }];
  for (let depth = 0; level.length > 0; depth++) {
    const next: Node[] = [];
    for (const node of level) grow(keys, states, node, depth, next);
    level = next;
  }
  return states.trimmed();
}

/** The keys from low to high, without the latter, are those that begin as the state does. */
interface Node {
  readonly state: number;
  readonly low: number;
  readonly high: number;
}

function grow(
  keys: readonly string[],
  states: States,
  { state, low, high }: Node,
  depth: number,
  next: Node[],
): void {
  let from = keys[low]?.length === depth ? low + 1 : low;
  const children: number[] = [];
  const firsts: number[] = [];
  while (from < high) {
    const symbol = keys[from]!.charCodeAt(depth);
    children.push(symbol);
    firsts.push(from);
    while (from < high && keys[from]!.charCodeAt(depth) === symbol) from++;
  }
  if (children.length === 0) return;
  const base = states.place(state, children);
  for (let at = 0; at < children.length; at++) {
    const child = base + children[at]!;
    const first = firsts[at]!;
    const key = keys[first]!.length === depth + 1 ? first : -1;
    states.link(state, child, children[at]!, key);
    next.push({ state: child, low: first, high: firsts[at + 1] ?? high });
  }
}

function highestSymbol(keys: readonly string[]): number {
  let highest = 1;
  for (const key of keys)
    for (let at = 0; at < key.length; at++) highest = Math.max(highest, key.charCodeAt(at));
  return highest;
}

/** So many gaps are tried for a state with several children before it goes behind everything: more would take long for little. */
const TRIES = 32;

/** The columns of the automaton while it grows. Free places are chained in both directions, lowest first. */
class States {
  readonly #alphabet: number;
  #size = 0;
  #used = 1;
  #firstFree = 0;
  #lastFree = 0;
  #base = new Int32Array(0);
  #check = new Int32Array(0);
  #fail = new Int32Array(0);
  #ends = new Int32Array(0);
  #key = new Int32Array(0);
  #nextFree = new Int32Array(0);
  #previousFree = new Int32Array(0);

  constructor(alphabet: number) {
    this.#alphabet = alphabet;
    this.#enlarge(Math.max(1024, alphabet * 2));
    this.#occupy(0, -2);
  }

  /** Finds places for the children of a state, which are then its own. Returns its base. */
  place(state: number, children: readonly number[]): number {
    const base = this.#baseFor(state, children);
    this.#base[state] = base;
    for (const symbol of children) this.#occupy(base + symbol, state);
    return base;
  }

  link(parent: number, child: number, symbol: number, key: number): void {
    let fail = 0;
    for (let at = parent; at !== 0; ) {
      at = this.#fail[at]!;
      const other = this.#base[at]! + symbol;
      if (this.#check[other] === at && other !== child) {
        fail = other;
        break;
      }
    }
    this.#fail[child] = fail;
    this.#key[child] = key;
    this.#ends[child] = key >= 0 ? child : this.#ends[fail]!;
  }

  trimmed(): Automaton {
    const size = this.#used + this.#alphabet + 1;
    const steps = new Int32Array(2 * size).fill(-1);
    for (let state = 0; state < Math.min(size, this.#size); state++) {
      steps[2 * state] = this.#base[state]!;
      steps[2 * state + 1] = this.#check[state]!;
    }
    return {
      steps,
      fail: this.#fail.slice(0, size),
      ends: this.#ends.slice(0, size),
      key: this.#key.slice(0, size),
    };
  }

  /** The root has base 0, so every other place is behind all symbols and no base is negative. */
  #baseFor(state: number, children: readonly number[]): number {
    if (state === 0) return 0;
    const lowest = Math.min(...children);
    if (children.length === 1) return this.#free(this.#firstFree) - lowest;
    let place = this.#firstFree;
    for (let tries = 0; tries < TRIES && place !== 0; tries++, place = this.#nextFree[place]!)
      if (this.#fits(place - lowest, children)) return place - lowest;
    place = Math.max(this.#used, this.#alphabet + 1);
    this.#enlarge(place + 2 * this.#alphabet);
    return place - lowest;
  }

  #free(place: number): number {
    if (place !== 0) return place;
    this.#enlarge(this.#size * 2);
    return this.#firstFree;
  }

  #fits(base: number, children: readonly number[]): boolean {
    if (base + this.#alphabet >= this.#size) return false;
    for (const symbol of children) if (this.#check[base + symbol] !== -1) return false;
    return true;
  }

  #occupy(place: number, parent: number): void {
    this.#check[place] = parent;
    this.#used = Math.max(this.#used, place + 1);
    if (place <= this.#alphabet) return;
    const [previous, next] = [this.#previousFree[place]!, this.#nextFree[place]!];
    if (previous === 0) this.#firstFree = next;
    else this.#nextFree[previous] = next;
    if (next === 0) this.#lastFree = previous;
    else this.#previousFree[next] = previous;
  }

  #enlarge(atLeast: number): void {
    if (atLeast <= this.#size) return;
    const [before, size] = [this.#size, Math.max(atLeast, this.#size * 2)];
    this.#base = enlarged(this.#base, size);
    this.#check = enlarged(this.#check, size).fill(-1, before);
    this.#fail = enlarged(this.#fail, size);
    this.#ends = enlarged(this.#ends, size);
    this.#key = enlarged(this.#key, size).fill(-1, before);
    this.#nextFree = enlarged(this.#nextFree, size);
    this.#previousFree = enlarged(this.#previousFree, size);
    this.#size = size;
    for (let place = Math.max(before, this.#alphabet + 1); place < size; place++) {
      this.#previousFree[place] = this.#lastFree;
      if (this.#lastFree === 0) this.#firstFree = place;
      else this.#nextFree[this.#lastFree] = place;
      this.#lastFree = place;
    }
  }
}

function enlarged(column: Int32Array<ArrayBuffer>, size: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(size);
  larger.set(column);
  return larger;
}
