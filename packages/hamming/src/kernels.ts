import { KERNEL_BYTES } from './kernel-bytes.ts';
import { type SharedMemory, wasm } from './web-assembly.ts';

/**
 * The kernels over one memory; what each does stands in `kernels/`. A number given for a truth value is 0 or 1, and one
 * returned for an unsigned word has to be read with `>>> 0`.
 */
export interface Kernels {
  arrange(from: number, to: number): void;
  arrangeRun(at: number, count: number): void;
  countFirstBand(from: number, to: number, low: number, high: number): number;
  placeFirstBand(from: number, to: number, low: number, high: number): void;
  placeInOrder(from: number, to: number): void;
  countBand(band: number, from: number, to: number): void;
  postBand(band: number, from: number, to: number): void;
  sumUp(band: number, low: number, high: number, before: number): number;
  countParts(scratch: number, band: number, from: number, to: number): void;
  startParts(scratch: number): number;
  fillParts(scratch: number, band: number, from: number, to: number): void;
  sortPart(scratch: number, band: number, part: number): void;
  addToDelta(code: number, payload: number, list: number): void;
  remove(slot: number, payload: number, list: number): number;
  searchBase(slot: number, radius: number, filtered: number): number;
  searchDelta(slot: number, radius: number, filtered: number): number;
  scan(slot: number, radius: number, filtered: number, from: number, to: number): number;
  countDistances(slot: number, filtered: number, from: number, to: number): number;
}

export function kernelsOver(memory: SharedMemory): Kernels {
  return new wasm.Instance(kernelModule(), { env: { memory } }).exports;
}

/** The compiled kernels. Given to another thread, they arrive with what the engine has optimized so far. */
export function kernelModule(): object {
  compiled ??= new wasm.Module(Buffer.from(KERNEL_BYTES, 'base64'));
  return compiled;
}

/** Takes over the kernels that another thread has compiled. */
export function adoptKernels(module: object): void {
  compiled = module;
}

let compiled: object | undefined;
