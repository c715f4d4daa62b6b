/** A few at a time, the others in the order in which they came, and no more of them than may wait. */
export class Turns {
  readonly #most: number;
  readonly #mayWait: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(atOnce: number, mayWait: number) {
    this.#most = atOnce;
    this.#mayWait = mayWait;
  }

  /** What the work resolves to, once it had its turn; undefined if too many wait already. Rejects as the work does. */
  async take<Result>(work: () => Promise<Result>): Promise<Result | undefined> {
    if (this.#running >= this.#most) {
      if (this.#waiting.length >= this.#mayWait) return undefined;
      // Whoever ends hands its turn over, so that nobody who comes in between can take it.
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else {
      this.#running++;
    }
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#running--;
      else next();
    }
  }
}
