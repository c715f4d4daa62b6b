import { openIndex } from '../index.ts';

/** Saves the index of one file to another, over and over, until it is killed. */
const [from = '', to = ''] = process.argv.slice(2);
const index = await openIndex(from);
process.stdout.write('begun\n');
for (;;) await index.save(to);
