/** Sealing and opening, beside the stock age program on the same files in the same run. */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { openAge, sealAge } from '@breakwater/server/age-file';
import type { Figure } from './figure.ts';

const MB = 1e6;
const SIZES = [16, 128].map((mebibytes) => mebibytes * 1024 * 1024);
const RUNS = 7;
const BLOCK_BYTES = 1024 * 1024;

/** What one run took: by the clock, and of processor time, which a busy machine does not spoil. */
interface Taken {
  readonly wall: number;
  readonly cpu: number;
}

export async function* figures(): AsyncGenerator<Figure> {
  const folder = await mkdtemp(join(tmpdir(), 'breakwater-bench-'));
  try {
    const identity = await generateX25519Identity();
    const recipient = await identityToRecipient(identity);
    const [plain, sealed, opened, key] = ['plain', 'sealed', 'opened', 'key'].map((name) =>
      join(folder, name),
    );
    await writeFile(key!, `${identity}\n`, { mode: 0o600 });
    for (const size of SIZES) {
      await writeFile(plain!, randomBytes(size));
      const name = `${Math.round(size / MB)} MB`;
      const sealing = await beside(
        () => through(plain!, sealed!, (source) => sealAge([recipient], source)),
        () => age('--recipient', recipient, '--output', opened!, plain!),
      );
      yield* inFigures(`sealing ${name}, file to file`, size, sealing);
      const opening = await beside(
        () => through(sealed!, opened!, (source) => openAge([identity], source)),
        () => age('--decrypt', '--identity', key!, '--output', opened!, sealed!),
      );
      yield* inFigures(`opening ${name}, file to file`, size, opening);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Takes turns, so that both meet the same disturbances, and takes the quickest of each. */
async function beside(ours: () => Promise<Taken>, peer: () => Taken): Promise<{ ours: Taken; peer: Taken }> {
  const taken: { ours: Taken[]; peer: Taken[] } = { ours: [], peer: [] };
  for (let run = 0; run < RUNS; run += 1) {
    taken.ours.push(await ours());
    taken.peer.push(peer());
  }
  const quickest = (runs: readonly Taken[]): Taken => ({
    wall: Math.min(...runs.map(({ wall }) => wall)),
    cpu: Math.min(...runs.map(({ cpu }) => cpu)),
  });
  return { ours: quickest(taken.ours), peer: quickest(taken.peer) };
}

function* inFigures(
  figure: string,
  bytes: number,
  { ours, peer }: { readonly ours: Taken; readonly peer: Taken },
): Generator<Figure> {
  for (const [kind, unit] of [
    ['wall', 'MB/s'],
    ['cpu', 'MB/s of processor time'],
  ] as const) {
    const [value, peerValue] = [ours, peer].map((taken) => bytes / MB / taken[kind]) as [number, number];
    yield { bench: 'vault', figure, value, unit, peer: ageVersion(), peerValue, ratio: value / peerValue };
  }
}

async function through(
  from: string,
  to: string,
  change: (source: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>,
): Promise<Taken> {
  const [since, cpu] = [performance.now(), process.cpuUsage()];
  await writeInBlocks(to, change(readInBlocks(from)));
  const { user, system } = process.cpuUsage(cpu);
  return { wall: (performance.now() - since) / 1000, cpu: (user + system) / 1e6 };
}

async function* readInBlocks(path: string): AsyncGenerator<Uint8Array> {
  const file = await open(path);
  const block = Buffer.alloc(BLOCK_BYTES);
  for (;;) {
    const { bytesRead } = await file.read(block, 0, block.length);
    if (bytesRead === 0) break;
    yield block.subarray(0, bytesRead);
  }
  await file.close();
}

async function writeInBlocks(path: string, source: AsyncIterable<Uint8Array>): Promise<void> {
  const file = await open(path, 'w');
  let block: Uint8Array[] = [];
  let held = 0;
  for await (const piece of source) {
    block.push(piece);
    held += piece.length;
    if (held < BLOCK_BYTES) continue;
    await file.writev(block);
    [block, held] = [[], 0];
  }
  if (held > 0) await file.writev(block);
  await file.close();
}

/** Bash tells what a child took of the processor. */
function age(...words: readonly string[]): Taken {
  const script = `TIMEFORMAT='%R %U %S'; time age "$@"`;
  const said = execFileSync('bash', ['-c', `{ ${script}; } 2>&1`, 'bash', ...words]).toString();
  const [wall = 0, user = 0, system = 0] = said.trim().split(' ').map(Number);
  return { wall, cpu: user + system };
}

function ageVersion(): string {
  return `age ${execFileSync('age', ['--version']).toString().trim()}`;
}
