import { KERNEL_BYTES } from './kernel-bytes.ts';

/** The compiled kernels with their memory; what each does stands in `kernels/index.ts`. */
export interface Kernels {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  readonly addRows: (
    ...[rows, stride, sums, length, a, b, c, d]: [
      number,
      number,
      number,
      number,
      number,
      number,
      number,
      number,
    ]
  ) => void;
  readonly condense: (
    ...[sums, channels, bands, count, divisor, points]: [number, number, number, number, number, number]
  ) => void;
  readonly lumaOfPoints: (points: number, channels: number, block: number) => void;
  readonly lowFrequencies: (
    block: number,
    cosines: number,
    transposed: number,
    half: number,
    result: number,
  ) => void;
  readonly steps: (block: number) => number;
}

/** The one instance of this thread. A call leaves nothing in it that the next one reads. */
export function kernels(): Kernels {
  instance ??= instantiate();
  return instance;
}

let instance: Kernels | undefined;

/** Types for WebAssembly come with those of the browser, which half of our readers do not have. */
interface WebAssemblyNamespace {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: Kernels };
}

declare const WebAssembly: WebAssemblyNamespace;

function instantiate(): Kernels {
  const bytes = Uint8Array.from(atob(KERNEL_BYTES), (character) => character.charCodeAt(0));
  return new WebAssembly.Instance(new WebAssembly.Module(bytes), {}).exports;
}
