import { chooseBitOrder } from './bit-order.ts';
import { CODE_BYTES } from './code.ts';
import * as field from './fields.ts';
import { type Kernels, kernelsOver } from './kernels.ts';
import { bitOrderOf, wordAt, writeBitOrder } from './layout.ts';
import type { SharedMemory } from './web-assembly.ts';

/** One step of building a base. `from` and `to` are positions, and of sorting, parts. Addresses are in the workspace. */
export type Step =
  | { readonly kind: 'order' }
  | { readonly kind: 'copy' }
  | {
      readonly kind: 'arrange' | 'place';
      readonly from: number;
      readonly to: number;
      readonly counts: number;
    }
  | {
      readonly kind: 'fill';
      readonly band: number;
      readonly from: number;
      readonly to: number;
      readonly places: number;
      readonly keys: number;
    }
  | {
      readonly kind: 'sort';
      readonly band: number;
      readonly from: number;
      readonly to: number;
      readonly ends: number;
      readonly keys: number;
    };

/** A part of the memory that is one thread's alone while it builds. */
export interface Scratch {
  readonly at: number;
  readonly bytes: number;
}

const SAMPLE = 8192;
/** Entries to a call of a kernel: see `kernels/construct.ts`. */
const RUN = 16_384;

export function perform(memory: SharedMemory, step: Step, scratch: Scratch): void {
  const kernels = kernelsOver(memory);
  switch (step.kind) {
    case 'order':
      return orderBits(memory);
    case 'copy':
      for (const [from, to] of runs(0, wordAt(memory, field.COUNT))) kernels.placeInOrder(from, to);
      return;
    case 'arrange':
      for (const [from, to] of runs(step.from, step.to)) kernels.arrangeRun(from, to, step.counts);
      return;
    case 'place':
      for (const [from, to] of runs(step.from, step.to)) kernels.placeRun(from, to, step.counts);
      return;
    case 'fill':
      for (const [from, to] of runs(step.from, step.to))
        kernels.fillParts(step.band, from, to, step.places, step.keys);
      return;
    case 'sort': {
      const ends = new Uint32Array(memory.buffer, step.ends, field.PARTS);
      for (let part = step.from; part < step.to; part++) {
        const start = part === 0 ? 0 : ends[part - 1]!;
        sortPart(memory, kernels, scratch, { ...step, part, start, end: ends[part]! });
      }
    }
  }
}

interface Part {
  readonly band: number;
  readonly part: number;
  readonly start: number;
  readonly end: number;
  readonly keys: number;
}

function sortPart(
  memory: SharedMemory,
  kernels: Kernels,
  scratch: Scratch,
  { band, part, start, end, keys }: Part,
): void {
  kernels.countPart(band, part, start, end, keys);
  if ((end - start) * 4 <= scratch.bytes) {
    kernels.placePart(band, part, start, end, keys, scratch.at);
    return;
  }
  for (const [from, to] of runs(0, wordAt(memory, field.COUNT)).toReversed())
    kernels.placeCrowdedPart(band, part, from, to);
}

function runs(from: number, to: number): [number, number][] {
  const length = Math.ceil((to - from) / RUN);
  return Array.from({ length }, (_, i) => [from + i * RUN, Math.min(to, from + (i + 1) * RUN)]);
}

/** Chooses the order of bits from codes spread over all that are staged, whatever order they are in now. */
function orderBits(memory: SharedMemory): void {
  const count = wordAt(memory, field.COUNT);
  const size = Math.min(count, SAMPLE);
  const sample = new Uint8Array(size * CODE_BYTES);
  const staged = new Uint8Array(memory.buffer, wordAt(memory, field.STAGED_CODES), count * CODE_BYTES);
  for (let i = 0; i < size; i++) {
    const at = Math.floor((i * count) / size) * CODE_BYTES;
    sample.set(staged.subarray(at, at + CODE_BYTES), i * CODE_BYTES);
  }
  const bands = { bands: wordAt(memory, field.BANDS), width: wordAt(memory, field.WIDTH) };
  const now = bitOrderOf(memory).slice();
  const chosen = chooseBitOrder(sample, bands).map((place) => now[place]!);
  writeBitOrder(memory, chosen, now);
}
