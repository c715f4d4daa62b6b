import { KERNEL_BYTES } from './kernel-bytes.ts';
import { type SharedMemory, wasm } from './web-assembly.ts';

/**
 * The kernels over one memory; what each does stands in `kernels/`. A number given for a truth value is 0 or 1, and one
 * returned for an unsigned word has to be read with `>>> 0`.
 */
export interface Kernels {
  arrange(from: number, to: number): void;
  arrangeRun(from: number, to: number, counts: number): void;
  placeInOrder(from: number, to: number): void;
  placeRun(from: number, to: number, counts: number): void;
  fillParts(band: number, from: number, to: number, places: number, keys: number): void;
  countPart(band: number, part: number, start: number, end: number, keys: number): void;
  placePart(band: number, part: number, start: number, end: number, keys: number, scratch: number): void;
  placeCrowdedPart(band: number, part: number, from: number, to: number): void;
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
