/** How many events a second are recorded, sequenced and signed, and how long a ledger of a million takes to verify. */
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Figure } from './figure.ts';

const SUBJECT = fileURLToPath(new URL('../server/test/bench/ledger-measurements.ts', import.meta.url));

/** What one run in a process of its own tells. */
export interface Measured {
  readonly value: number;
  readonly unit: string;
  /** Seconds of processor time of the process that measures, without the database's. */
  readonly cpuSeconds: number;
  readonly databaseCpuSeconds: number;
  readonly peakMebibytes: number;
}

/**
 * Each measurement runs in a process of its own, whose peak memory is then its own too. Recording is measured beside plain
 * INSERTs of the same rows, each in a transaction as well; verifying beside SHA-256 over the bytes of the export.
 */
export async function* figures(): AsyncGenerator<Figure> {
  const folder = await mkdtemp(join(tmpdir(), 'breakwater-bench-'));
  try {
    const plain = run('plain', folder);
    const recorded = run('record', folder);
    yield figure('recorded, sequenced and signed', recorded, 'plain INSERTs', plain, 'more is better');
    yield* costs('recorded, sequenced and signed', recorded);
    run('fill', folder);
    const hashed = run('hash', folder);
    const stored = run('verify-database', folder);
    yield figure(
      'a million events verified, database',
      stored,
      'SHA-256 of its export',
      hashed,
      'less is better',
    );
    yield* costs('a million events verified, database', stored);
    const exported = run('verify-export', folder);
    yield figure(
      'a million events verified, export',
      exported,
      'SHA-256 of the export',
      hashed,
      'less is better',
    );
    yield* costs('a million events verified, export', exported);
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

function run(what: string, folder: string): Measured {
  const words = ['--conditions=breakwater-source', SUBJECT, what, folder];
  const { stdout, stderr, status } = spawnSync(process.execPath, words, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`ledger ${what}: ${stderr}`);
  return JSON.parse(stdout) as Measured;
}

function figure(
  name: string,
  ours: Measured,
  peer: string,
  theirs: Measured,
  better: 'more is better' | 'less is better',
): Figure {
  const ratio = better === 'more is better' ? ours.value / theirs.value : theirs.value / ours.value;
  return {
    bench: 'ledger',
    figure: name,
    value: ours.value,
    unit: ours.unit,
    peer,
    peerValue: theirs.value,
    ratio,
  };
}

function* costs(
  name: string,
  { cpuSeconds, databaseCpuSeconds, peakMebibytes }: Measured,
): Generator<Figure> {
  const alone = { bench: 'ledger', peer: null, peerValue: null, ratio: null };
  yield { ...alone, figure: `${name}: processor time`, value: cpuSeconds, unit: 's' };
  yield { ...alone, figure: `${name}: of the database`, value: databaseCpuSeconds, unit: 's' };
  yield { ...alone, figure: `${name}: peak memory`, value: peakMebibytes, unit: 'MiB' };
}
