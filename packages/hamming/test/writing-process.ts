import { openIndex } from '../src/index.ts';

/** Saves the index of one file to another, over and over, until it is killed. */
const [from, to] = process.argv.slice(2) as [string, string];
const index = await openIndex(from);
process.stdout.write('begun\n');
for (;;) await index.save(to);
