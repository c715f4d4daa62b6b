/**
 * One reading of a text: its characters in some form (UTF-16 units, well formed), and for each of them the span of the original
 * text that it came from, the steps that changed it, and the steps that removed something just before it. A trick that lies
 * between two characters belongs to a hit only if both are in it, hence the two kinds.
 *
 * Columns in typed arrays, which a matcher uses again for every text.
 */
export class Reading {
  length = 0;
  units = new Uint16Array(64);
  starts = new Uint32Array(64);
  ends = new Uint32Array(64);
  steps = new Uint16Array(64);
  gaps = new Uint16Array(64);
  /** See characters.ts; of the character in the plain form, whatever became of it later. */
  kinds = new Uint8Array(64);

  clear(): this {
    this.length = 0;
    return this;
  }

  push(unit: number, start: number, end: number, steps: number, gap: number, kind: number): void {
    if (this.length === this.units.length) this.#grow();
    const at = this.length++;
    this.units[at] = unit;
    this.starts[at] = start;
    this.ends[at] = end;
    this.steps[at] = steps;
    this.gaps[at] = gap;
    this.kinds[at] = kind;
  }

  /** Takes over the character at a place of another reading, with these steps added to it and to what precedes it. */
  take(from: Reading, at: number, steps: number, gap: number): void {
    this.push(
      from.units[at]!,
      from.starts[at]!,
      from.ends[at]!,
      from.steps[at]! | steps,
      from.gaps[at]! | gap,
      from.kinds[at]!,
    );
  }

  /** Puts a string in the place of the characters of another reading from `first` to `last`. */
  replace(from: Reading, first: number, last: number, by: string, steps: number, gap: number): void {
    let [all, before] = [from.steps[first]! | steps, from.gaps[first]! | gap];
    for (let at = first + 1; at <= last; at++) all |= from.steps[at]! | from.gaps[at]!;
    for (let at = 0; at < by.length; at++) {
      this.push(by.charCodeAt(at), from.starts[first]!, from.ends[last]!, all, before, from.kinds[first]!);
      before = 0;
    }
  }

  /** The last character now stands for more of the text, for these reasons. */
  extend(end: number, steps: number): void {
    this.ends[this.length - 1] = end;
    this.steps[this.length - 1]! |= steps;
  }

  /** The last two characters become one, for these reasons. */
  joinLastTwo(unit: number, steps: number): void {
    const last = --this.length;
    this.units[last - 1] = unit;
    this.ends[last - 1] = this.ends[last]!;
    this.steps[last - 1]! |= this.steps[last]! | this.gaps[last]! | steps;
  }

  /** All steps that took part in the characters from `first` to `last`. */
  stepsWithin(first: number, last: number): number {
    let all = this.steps[first]!;
    for (let at = first + 1; at <= last; at++) all |= this.steps[at]! | this.gaps[at]!;
    return all;
  }

  /** Whether all of it is ASCII: then several forms have nothing to do, which most names need not pay for. */
  isAscii(): boolean {
    for (let at = 0; at < this.length; at++) if (this.units[at]! >= 0x80) return false;
    return true;
  }

  /** Whether it has a character of this kind. */
  hasKind(kind: number): boolean {
    for (let at = 0; at < this.length; at++) if (this.kinds[at] === kind) return true;
    return false;
  }

  reads(other: Reading): boolean {
    if (this.length !== other.length) return false;
    for (let at = 0; at < this.length; at++) if (this.units[at] !== other.units[at]) return false;
    return true;
  }

  toString(): string {
    let text = '';
    for (let at = 0; at < this.length; at++) text += String.fromCharCode(this.units[at]!);
    return text;
  }

  #grow(): void {
    const size = this.length * 2;
    this.units = grown(this.units, new Uint16Array(size));
    this.starts = grown(this.starts, new Uint32Array(size));
    this.ends = grown(this.ends, new Uint32Array(size));
    this.steps = grown(this.steps, new Uint16Array(size));
    this.gaps = grown(this.gaps, new Uint16Array(size));
    this.kinds = grown(this.kinds, new Uint8Array(size));
  }
}

function grown<Column extends Uint8Array | Uint16Array | Uint32Array>(
  column: Column,
  larger: Column,
): Column {
  larger.set(column);
  return larger;
}

/** The code point that begins at a place of a reading, which is well formed. */
export function codePointAt(units: Uint16Array, at: number): number {
  const unit = units[at]!;
  if ((unit & 0xfc00) !== 0xd800) return unit;
  return 0x10000 + ((unit & 0x3ff) << 10) + (units[at + 1]! & 0x3ff);
}
