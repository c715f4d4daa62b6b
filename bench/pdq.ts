import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { pdqFromLuma, pdqInFull } from '@breakwater/perceptual';
import { pdqPlaneByPlane } from '@breakwater/perceptual/plane-by-plane';
import type { Figure } from './figure.ts';
import { quickest, syntheticPicture } from './pdq-timing.ts';

/**
 * PDQ of pixels in memory, beside the published algorithm carried out plane by plane, and Meta's C++ if `BENCH_PDQ_CPP` names a
 * program that hashes a 512 by 512 luma picture of its own again and again and prints the milliseconds that one takes.
 */
export async function* figures(): AsyncGenerator<Figure> {
  const [width, height] = [512, 512];
  const data = syntheticPicture(width, height, 1);
  const own = await quickest(500, () => pdqFromLuma({ data, width, height }));
  const plain = await quickest(20, () => pdqPlaneByPlane(data, width, height));
  yield figure('512 x 512 luma', own, 'plane by plane, TypeScript', plain);
  const cpp = await cppMilliseconds();
  if (cpp !== undefined) yield figure('512 x 512 luma', own, 'ThreatExchange, C++', cpp);

  const large = { data: syntheticPicture(4000, 3000, 3), width: 4000, height: 3000, channels: 3 } as const;
  const inFull = await quickest(12, () => pdqInFull(large));
  yield figure('4000 x 3000 RGB, both families and dihedrals', inFull, null, null);
}

function figure(name: string, value: number, peer: string | null, peerValue: number | null): Figure {
  const ratio = peerValue === null ? null : peerValue / value;
  return { bench: 'pdq', figure: name, value, unit: 'ms', peer, peerValue, ratio };
}

async function cppMilliseconds(): Promise<number | undefined> {
  const program = process.env['BENCH_PDQ_CPP'];
  if (program === undefined) return undefined;
  const { stdout } = await promisify(execFile)(program);
  return Number(stdout.trim());
}
