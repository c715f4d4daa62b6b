import { KERNEL_BYTES } from './kernel-bytes.ts';

/** The compiled kernels with their memory; what each does stands in `kernels/index.ts`. */
export interface Kernels {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  addRows(
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
  ): void;
  condense(
    ...[sums, channels, bands, count, divisor, points]: [number, number, number, number, number, number]
  ): void;
  lumaOfPoints(points: number, channels: number, block: number): void;
  lowFrequencies(block: number, cosines: number, transposed: number, half: number, result: number): void;
  steps(block: number): number;
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
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
}

function instantiate(): Kernels {
  const { WebAssembly: wasm } = globalThis as unknown as { WebAssembly: WebAssemblyNamespace };
  const bytes = Uint8Array.from(atob(KERNEL_BYTES), (character) => character.charCodeAt(0));
  return new wasm.Instance(new wasm.Module(bytes), {}).exports as Kernels;
}
