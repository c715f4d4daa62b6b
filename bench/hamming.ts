import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Figure } from './figure.ts';
import { type Codes, randomFrom, skewedCodes, uniformCodes, writeCodes } from './hamming-codes.ts';
import { photographs } from './hamming-photographs.ts';

/**
 * Range search over ten million codes, `BENCH_CODES` if set, beside FAISS on one thread and with the same codes: evenly
 * spread ones, and ones as skewed as those of photographs. FAISS, for `/usr/bin/python3`, and the photographs are taken if installed
 * (on Debian: python3-faiss, gnome-backgrounds, mate-backgrounds, plasma-workspace-wallpapers). Throws if FAISS finds other numbers.
 */
export async function* figures(): AsyncGenerator<Figure> {
  const count = Number(process.env['BENCH_CODES'] ?? 10_000_000);
  const folder = mkdtempSync(join(tmpdir(), 'hamming-'));
  try {
    yield* figuresOf('uniform', count, uniformCodes(randomFrom(1)), folder);
    const real = await photographs(randomFrom(2));
    if (real === undefined) console.error('hamming: no photographs are installed, so no skewed codes');
    else yield* figuresOf('skewed', count, skewedCodes(real, randomFrom(3)), folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const QUERIES = 1000;
/** The peers get only the first of them, as they take hundreds of times as long. */
const PEER_QUERIES = 100;
const PASSES = 3;
const RADIUS = 31;
const THREADS = 2;
const SERVING_SECONDS = 20;

interface Answers {
  readonly build: number;
  /** Of all threads together. */
  readonly buildCpu: number;
  readonly ms: number[];
  readonly found: number[];
  readonly resident: number;
}

async function* figuresOf(kind: string, count: number, codes: Codes, folder: string): AsyncGenerator<Figure> {
  const file = join(folder, `${kind}-codes`);
  const queries = join(folder, `${kind}-queries`);
  const snapshot = join(folder, `${kind}-snapshot`);
  writeCodes(file, count, codes);
  // The same maker goes on: of skewed codes, some are further copies of the last scene, most are of scenes never seen.
  writeCodes(queries, QUERIES, codes);
  const bench = `hamming, ${count} ${kind} codes`;
  console.error(`${bench}: load ${loadavg()[0]!.toFixed(1)}`);

  const own = await run<Answers & { peak: number }>(
    subject('build', file, queries, RADIUS, PASSES, THREADS, snapshot),
  );
  const multihash = await faiss(file, queries, 'multihash');
  const flat = await faiss(file, queries, 'flat');
  for (const peer of [multihash, flat]) {
    if (peer !== undefined && peer.found.some((found, i) => found !== own.found[i]))
      throw new Error('FAISS finds other numbers of codes');
  }
  const faster = [multihash, flat]
    .filter((peer) => peer !== undefined)
    .toSorted((a, b) => at(a.ms, 0.5) - at(b.ms, 0.5))[0];
  const of = (figure: string, value: number, unit: string, peer?: Peer, peerValue?: number): Figure => ({
    bench,
    figure,
    value,
    unit,
    peer: peer?.name ?? null,
    peerValue: peerValue ?? null,
    ratio: peerValue === undefined ? null : peerValue / value,
  });
  for (const [name, share] of [
    ['median', 0.5],
    ['p99', 0.99],
    ['longest', 1],
  ] as const) {
    const figure = `range query of radius ${RADIUS}, ${name}`;
    yield of(figure, at(own.ms, share), 'ms', faster, faster && at(faster.ms, share));
  }
  yield of(`build, ${THREADS} threads`, own.build, 's', multihash, multihash?.build);
  yield of('build, processor time', own.buildCpu, 's', multihash, multihash?.buildCpu);
  yield of(
    'resident after building and querying',
    own.resident / 1e6,
    'MB',
    multihash,
    multihash && multihash.resident / 1e6,
  );
  yield of('resident at most', own.peak / 1e6, 'MB');
  const loaded = await run<{ load: number; resident: number }>(subject('load', snapshot));
  yield of('snapshot load', loaded.load, 's');
  yield of('resident after loading', loaded.resident / 1e6, 'MB');
  if (kind === 'uniform')
    yield* serving(of, await run<Serving>(subject('serve', snapshot, file, SERVING_SECONDS)));
}

interface Serving {
  readonly adds: number;
  readonly queries: number;
  readonly median: number;
  readonly p99: number;
  readonly merges: number;
  readonly peak: number;
}

function* serving(
  of: (figure: string, value: number, unit: string) => Figure,
  served: Serving,
): Generator<Figure> {
  yield of('adds while queries and merges run', served.adds, 'per second');
  yield of('queries meanwhile', served.queries, 'per second');
  yield of('queries meanwhile, median', served.median, 'ms');
  yield of('queries meanwhile, p99', served.p99, 'ms');
  yield of('merges meanwhile', served.merges, 'merges');
  yield of('resident at most while merging', served.peak / 1e6, 'MB');
}

type Peer = Answers & { readonly name: string };

async function faiss(codes: string, queries: string, index: string): Promise<Peer | undefined> {
  const script = fileURLToPath(new URL('hamming-faiss.py', import.meta.url));
  try {
    await promisify(execFile)('/usr/bin/python3', ['-c', 'import faiss']);
  } catch (error) {
    console.error(`hamming: FAISS is not installed: ${String(error).split('\n')[0]}`);
    return undefined;
  }
  const answers = await run<Answers & { version: string }>([
    '/usr/bin/python3',
    script,
    codes,
    queries,
    `${RADIUS}`,
    index,
    `${PEER_QUERIES}`,
    `${PASSES}`,
  ]);
  return { ...answers, name: `FAISS ${answers.version} ${index}` };
}

function subject(...args: (string | number)[]): string[] {
  const script = fileURLToPath(new URL('hamming-subject.ts', import.meta.url));
  return [process.execPath, ...process.execArgv, script, ...args.map(String)];
}

/** Runs a program that prints one line of JSON. Rejects if it fails. */
async function run<Answer>([program = '', ...args]: string[]): Promise<Answer> {
  const { stdout } = await promisify(execFile)(program, args, { maxBuffer: 2 ** 26 });
  return JSON.parse(stdout);
}

function at(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
}
