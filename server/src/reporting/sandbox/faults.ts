import { z } from 'zod';

/** The calls that can be made to fail. */
export const faultyOperations = ['status', 'submit', 'upload', 'fileinfo', 'finish', 'retract'] as const;
export type FaultyOperation = (typeof faultyOperations)[number];

export type Fault =
  /** Closes the connection and does nothing. */
  | { readonly kind: 'drop-before' }
  /** Does what was asked, then closes the connection without an answer. */
  | { readonly kind: 'drop-after' }
  /** Waits, then does what was asked. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** Does nothing and answers 500 with a page that is not XML, as a proxy would. */
  | { readonly kind: 'http-500' }
  /** Does nothing and answers this response code. */
  | { readonly kind: 'code'; readonly code: number };

/** Asked at each call; a fault spoils that call. */
export type FaultHook = (operation: FaultyOperation) => Fault | undefined;

/** The body of `POST /sandbox/faults`: the next `times` calls of the operation fail so. */
export const faultOrder = z.intersection(
  z.object({ operation: z.enum(faultyOperations), times: z.int().min(1).max(1000).default(1) }),
  z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('drop-before') }),
    z.object({ kind: z.literal('drop-after') }),
    z.object({ kind: z.literal('delay'), ms: z.int().min(0).max(600_000) }),
    z.object({ kind: z.literal('http-500') }),
    z.object({ kind: z.literal('code'), code: z.int().min(1).max(9999) }),
  ]),
);
export type FaultOrder = z.infer<typeof faultOrder>;

/** Faults that were ordered and have not yet struck, first come first served. */
export class OrderedFaults {
  readonly #waiting: { readonly operation: FaultyOperation; readonly fault: Fault; times: number }[] = [];

  order({ operation, times, ...fault }: FaultOrder): void {
    this.#waiting.push({ operation, fault, times });
  }

  take(operation: FaultyOperation): Fault | undefined {
    const index = this.#waiting.findIndex((order) => order.operation === operation);
    const order = this.#waiting[index];
    if (order === undefined) return undefined;
    order.times -= 1;
    if (order.times === 0) this.#waiting.splice(index, 1);
    return order.fault;
  }
}
