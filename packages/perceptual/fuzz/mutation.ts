const EXTREMES = [
  '00',
  'ff',
  '0000',
  'ffff',
  '7fff',
  '00000000',
  'ffffffff',
  '7fffffff',
  '80000000',
  '00000001',
].map((hex) => Buffer.from(hex, 'hex'));

/** Makes damaged files out of sound ones. The same number to begin with gives the same files. */
export class Mutation {
  readonly #seeds: readonly Buffer[];
  #state: number;

  constructor(seeds: readonly Buffer[], state: number) {
    this.#seeds = seeds;
    this.#state = state;
  }

  /** One of the seeds after a few changes of the kinds that break parsers: bits, extreme numbers, stretches left out, doubled or taken from elsewhere. */
  next(): Buffer {
    let file = Buffer.from(this.#pick(this.#seeds));
    for (let left = 1 + this.#below(6); left > 0 && file.length > 16; left--) {
      const at = this.#below(2) === 0 ? this.#below(Math.min(file.length, 400)) : this.#below(file.length);
      const length = Math.min(1 + this.#below(2 ** this.#below(12)), file.length - at);
      const change = this.#below(7);
      if (change === 0) file.writeUInt8(file.readUInt8(at) ^ (1 << this.#below(8)), at);
      else if (change === 1) file[at] = this.#below(256);
      else if (change === 2) file.set(this.#pick(EXTREMES).subarray(0, file.length - at), at);
      else if (change === 3) file = Buffer.concat([file.subarray(0, at), file.subarray(at + length)]);
      else if (change === 4) file = Buffer.concat([file.subarray(0, at + length), file.subarray(at)]);
      else if (change === 5) file = file.subarray(0, Math.max(16, at));
      else file.set(this.#pick(this.#seeds).subarray(0, length), at);
    }
    return file;
  }

  #pick<Item>(items: readonly Item[]): Item {
    const [item] = items.slice(this.#below(items.length));
    if (item === undefined) throw new RangeError('there is nothing to pick from');
    return item;
  }

  /** A linear congruential generator. */
  #below(limit: number): number {
    this.#state = (Math.imul(this.#state, 1664525) + 1013904223) >>> 0;
    return Math.floor((this.#state / 2 ** 32) * limit);
  }
}
