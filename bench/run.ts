/** `npm run bench -- NAME [--json]`: measures what bench/NAME.ts yields as `figures`. */
import { readdirSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Figure } from './figure.ts';

/** Of the columns: figure, value, peer, its value, ratio. */
const WIDTHS = [46, 12, 26, 12, 6];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean', default: false } },
});
const [name] = positionals;
if (name === undefined || !benches().includes(name)) {
  console.error(`Name one of: ${benches().join(', ')}. For example: npm run bench -- start --json`);
  process.exit(1);
}
const { figures } = (await import(`./${name}.ts`)) as { figures: () => AsyncIterable<Figure> };
if (!values.json) console.log(rowOf(['figure', 'value', 'peer', 'its value', 'times better']));
for await (const figure of figures())
  console.log(values.json ? JSON.stringify(figure) : rowOf(cellsOf(figure)));

/** The files that measure something; the others help them. */
function benches(): string[] {
  const folder = new URL('.', import.meta.url);
  return readdirSync(folder)
    .filter(
      (file) =>
        file.endsWith('.ts') &&
        readFileSync(new URL(file, folder), 'utf8').includes('export async function* figures('),
    )
    .map((file) => file.slice(0, -'.ts'.length));
}

function cellsOf({ figure, value, unit, peer, peerValue, ratio }: Figure): string[] {
  const measured = `${round(value)} ${unit}`;
  if (peer === null || peerValue === null) return [figure, measured, '', '', ''];
  return [figure, measured, peer, `${round(peerValue)} ${unit}`, ratio === null ? '' : String(round(ratio))];
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
