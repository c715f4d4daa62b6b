/** `npm run bench -- NAME [--json]`: measures what bench/NAME.ts measures. */
import { existsSync, readdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Bench, Figure } from './figure.ts';

/** Of the columns: figure, value, peer, its value, ratio. */
const WIDTHS = [46, 12, 26, 12, 6];
/** What lies beside the benches and is none. */
const NOT_BENCHES = ['figure', 'process-memory', 'program', 'run', 'stock-postgres'];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean', default: false } },
});
const [name] = positionals;
if (name === undefined || !/^[a-z0-9-]+$/.test(name) || !existsSync(fileOf(name))) {
  console.error(`Name one of: ${benches().join(', ')}. For example: npm run bench -- start --json`);
  process.exit(1);
}
const { bench } = (await import(fileOf(name).href)) as { bench: Bench };
if (!values.json) console.log(rowOf(['figure', 'value', 'peer', 'its value', 'ratio']));
await bench((figure) => console.log(values.json ? lineOf(name, figure) : rowOf(cellsOf(figure))));

function fileOf(benchName: string): URL {
  return new URL(`./${benchName}.ts`, import.meta.url);
}

function benches(): string[] {
  return readdirSync(new URL('.', import.meta.url))
    .filter((file) => file.endsWith('.ts'))
    .map((file) => file.slice(0, -'.ts'.length))
    .filter((file) => !NOT_BENCHES.includes(file) && !file.endsWith('.test'));
}

function lineOf(benchName: string, { figure, value, unit, peer }: Figure): string {
  return JSON.stringify({
    bench: benchName,
    figure,
    value,
    unit,
    peer: peer?.name ?? null,
    peerValue: peer?.value ?? null,
    ratio: peer === undefined ? null : round(value / peer.value),
  });
}

function cellsOf({ figure, value, unit, peer }: Figure): string[] {
  const measured = `${round(value)} ${unit}`;
  if (peer === undefined) return [figure, measured, '', '', ''];
  return [figure, measured, peer.name, `${round(peer.value)} ${unit}`, `${round(value / peer.value)}`];
}

function rowOf(cells: readonly string[]): string {
  return cells
    .map((cell, column) => cell.padEnd(WIDTHS[column] ?? 0))
    .join('  ')
    .trimEnd();
}

/** Three digits are more than any of these measurements can tell. */
function round(value: number): number {
  return Number(value.toPrecision(3));
}
