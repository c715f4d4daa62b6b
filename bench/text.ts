import { createMatcher, type Term } from '@breakwater/terms';
import { median, type Figure } from './figure.ts';
import { madeUpNames, madeUpTerms, randomSource } from './text-names.ts';

const TERMS = 100_000;
const NAMES = 200_000;
/** The union takes milliseconds a name, so it reads fewer of the same names. */
const NAMES_OF_PEER = 300;
const PEER = 'one regular expression of all';

/**
 * Names matched against 100,000 made-up terms on one core, beside one regular expression that joins all terms by `|`, on the same
 * names in the same run. The peer undoes no trick but case: it has less to do, and finds less.
 */
export async function* figures(): AsyncGenerator<Figure> {
  const random = randomSource(1);
  const terms = madeUpTerms(TERMS, random);
  const names = madeUpNames(NAMES, terms, random);
  const before = residentBytes();
  const building = process.cpuUsage();
  const { matcher, unusable } = createMatcher(terms);
  const built = process.cpuUsage(building);
  if (unusable.length > 0) throw new Error(`${unusable.length} of the terms made up cannot be found`);
  const resident = residentBytes() - before;

  for (const name of names) matcher.match(name);
  const passes = Array.from({ length: 5 }, () =>
    namesAMinute(names, (name) => matcher.match(name).hits.length),
  );
  const union = unionOf(terms);
  const fewer = names.slice(0, NAMES_OF_PEER);
  for (const name of fewer.slice(0, 20)) name.match(union);
  const plain = namesAMinute(fewer, (name) => name.match(union)?.length ?? 0);

  const rate = median(passes);
  yield {
    bench: 'text',
    figure: 'names a minute and core, 100,000 terms',
    value: rate,
    unit: 'names',
    peer: PEER,
    peerValue: plain,
    ratio: rate / plain,
  };
  yield alone(
    'names with a hit',
    names.filter((name) => matcher.match(name).hits.length > 0).length,
    `of ${NAMES}`,
  );
  yield alone('building it, processor time', (built.user + built.system) / 1000, 'ms');
  yield alone('tables', tableBytes(matcher.tables) / 1e6, 'MB');
  yield alone('resident after building', resident / 1e6, 'MB');
  yield alone(
    'a text of 100,000 marks',
    milliseconds(() => matcher.match(`a${'\u0301\u0316'.repeat(50_000)}`)),
    'ms',
  );
  yield alone(
    'a text of 100,000 letters with signs',
    milliseconds(() => matcher.match('g.l0rp4x '.repeat(11_112))),
    'ms',
  );
}

function alone(figure: string, value: number, unit: string): Figure {
  return { bench: 'text', figure, value, unit, peer: null, peerValue: null, ratio: null };
}

/** By processor time of this process, so that other work on the machine does not count. */
function namesAMinute(names: readonly string[], match: (name: string) => number): number {
  const since = process.cpuUsage();
  let hits = 0;
  for (const name of names) hits += match(name);
  if (hits < 0) throw new Error('never: keeps the calls from being left out');
  const { user, system } = process.cpuUsage(since);
  return (names.length / (user + system)) * 60_000_000;
}

function milliseconds(work: () => unknown): number {
  const since = performance.now();
  work();
  return performance.now() - since;
}

function unionOf(terms: readonly Term[]): RegExp {
  // Made of letters, spaces and emoji: nothing to escape.
  return new RegExp(terms.map(({ text }) => text).join('|'), 'giu');
}

/** After a collection of garbage, where one can be asked for (`node --expose-gc`). */
function residentBytes(): number {
  globalThis.gc?.();
  return process.memoryUsage().rss;
}

function tableBytes(tables: object): number {
  return Object.values(tables).reduce<number>((sum, value) => {
    if (ArrayBuffer.isView(value)) return sum + value.byteLength;
    return typeof value === 'object' && value !== null ? sum + tableBytes(value) : sum;
  }, 0);
}
