import type { Kernels } from './kernels.ts';

/** A WebAssembly memory that threads share. Its buffer is replaced, not lengthened, when it grows: ask for it anew. */
export interface SharedMemory {
  readonly buffer: SharedArrayBuffer;
  grow(pages: number): number;
}

interface WebAssemblyInterface {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (
    module: object,
    imports: { env: { memory: SharedMemory } },
  ) => { readonly exports: Kernels };
  readonly Memory: new (limits: { initial: number; maximum: number; shared: true }) => SharedMemory;
}

/** What is used of WebAssembly. Declared here because the standard library of the language leaves it to the browser's. */
declare const WebAssembly: WebAssemblyInterface;
export const wasm = WebAssembly;

export const PAGE_BYTES = 65_536;
/** 4 GiB, all that 32-bit addresses reach. Only what is written to takes memory of the machine. */
export const MOST_PAGES = 65_536;

/**
 * To be called when a memory has been let go of. The collector does not see what such a memory weighs, and may leave it for
 * ever; it does see an ArrayBuffer of that size, which takes no memory as nobody writes to it, and collects both.
 */
export function hastenCollection(bytes: number): ArrayBuffer | undefined {
  try {
    return new ArrayBuffer(bytes);
  } catch (error) {
    // Too little room even for addresses: the collector has been at work by then.
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
