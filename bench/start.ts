/** How long a second start takes, and how much memory everything takes that then stands idle. */
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { median, type Figure } from './figure.ts';
import { memoryOfTree } from './process-memory.ts';
import { startProgram } from './program.ts';
import { initialize, startStockPostgres } from './stock-postgres.ts';

const RUNS = 5;
/** The picture decoder ends when it has had nothing to do for half a minute. */
const UNTIL_IDLE_MS = 40_000;
const MIB = 1024 ** 2;

export async function* figures(): AsyncGenerator<Figure> {
  const folder = await mkdtemp(join(tmpdir(), 'breakwater-bench-'));
  try {
    const bareNode = { name: 'node -e 0', value: median(Array.from({ length: RUNS }, startOfNode)) };
    const postgres = await stockPostgres(join(folder, 'stock'));
    for (const [name, first] of [
      ['empty', ['--empty']],
      ['with the demo', []],
    ] as const) {
      const words = ['--data', join(folder, name.replaceAll(' ', '-'))];
      await (await startProgram([...words, ...first])).stop();
      const times = [];
      for (let run = 0; run < RUNS; run += 1) {
        const program = await startProgram(words);
        times.push(program.milliseconds);
        await program.stop();
      }
      yield beside(bareNode, `second start, ${name}`, median(times), 'ms');
      yield beside(
        { name: 'stock PostgreSQL, start', value: postgres.milliseconds },
        `second start, ${name}`,
        median(times),
        'ms',
      );
      const program = await startProgram(words);
      await wait(UNTIL_IDLE_MS);
      const memory = (await memoryOfTree(program.pid)) / MIB;
      await program.stop();
      yield beside(
        { name: 'stock PostgreSQL, idle', value: postgres.mebibytes },
        `memory when idle, ${name}`,
        memory,
        'MiB',
      );
    }
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Less is better here, for time and for memory. */
function beside(
  peer: { readonly name: string; readonly value: number },
  figure: string,
  value: number,
  unit: string,
): Figure {
  return {
    bench: 'start',
    figure,
    value,
    unit,
    peer: peer.name,
    peerValue: peer.value,
    ratio: peer.value / value,
  };
}

function startOfNode(): number {
  const since = performance.now();
  spawnSync(process.execPath, ['-e', '0']);
  return performance.now() - since;
}

async function stockPostgres(folder: string): Promise<{ milliseconds: number; mebibytes: number }> {
  initialize(folder);
  const times = [];
  for (let run = 0; run < RUNS; run += 1) {
    const postgres = await startStockPostgres(folder);
    times.push(postgres.milliseconds);
    await postgres.stop();
  }
  const postgres = await startStockPostgres(folder);
  await wait(UNTIL_IDLE_MS);
  const mebibytes = (await memoryOfTree(postgres.pid)) / MIB;
  await postgres.stop();
  return { milliseconds: median(times), mebibytes };
}
