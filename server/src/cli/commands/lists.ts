import { createReadStream } from 'node:fs';
import { basename, extname } from 'node:path';
import { Command, Option } from 'commander';
import { CodedError, systemClock } from '../../foundation/index.ts';
import { importIntoList, listHashLists, readListFile, type ListFileFormat } from '../../hashlists/index.ts';
import { withStore } from '../installation.ts';
import { createOutput } from '../output.ts';

export function listsCommand(): Command {
  return new Command('lists')
    .description('Hash lists of the running program.')
    .addCommand(importCommand())
    .addCommand(showCommand());
}

interface ImportOptions {
  readonly list?: string;
  readonly name?: string;
  readonly format?: ListFileFormat;
  readonly data?: string;
  readonly json?: boolean;
}

function importCommand(): Command {
  return new Command('import')
    .description('Import a list from a CSV or JSON Lines file, or a vPDQ text file: all of it, or nothing.')
    .argument('<file>', 'the file')
    .option('--list <slug>', 'short name of the list (default: the name of the file)')
    .option('--name <name>', 'name for people (default: the short name)')
    .addOption(
      new Option('--format <format>', 'format of the file (default: by its ending)').choices([
        'csv',
        'json-lines',
        'vpdq-text',
      ]),
    )
    .option('--data <folder>', 'data folder of the program (default: ./data)')
    .option('--json', 'print one JSON line: list, read, added, alreadyPresent')
    .addHelpText(
      'after',
      `
CSV has a header that names at least fingerprint and value:
  fingerprint,value,id,label,threshold
JSON Lines has one object a line with the same fields. fingerprint is pdq, md5, sha1, sha256 or vpdq; value
is in hex, and of vpdq the JSON array of its frames, as text or (JSON Lines) as it is; such an array alone on a line is an
entry, too. threshold (pdq only) is the largest distance in bits that counts as a match, 31 unless told.
A vPDQ text file (.vpdq) is one video: a line per frame, frame,quality,hex,seconds.`,
    )
    .action(async (file: string, options: ImportOptions) => {
      const slug = options.list ?? slugOf(file);
      const entries = await readEntries(file, options.format ?? formatOf(file));
      const imported = await withStore(options, async ({ db }) => {
        const list = { slug, ...(options.name === undefined ? {} : { name: options.name }) };
        const by = { actor: { kind: 'system', part: 'cli' } as const, person: null, reason: 'cli' };
        const outcome = await importIntoList({ db, clock: systemClock }, by, list, entries);
        if ('waiting' in outcome) throw new Error('nobody asked for a signature, yet one is awaited');
        return outcome.done;
      });
      const { read, added, alreadyPresent } = imported;
      createOutput(options).result(
        { list: slug, read, added, alreadyPresent },
        `List ${slug}: ${read} read, ${added} added, ${alreadyPresent} there already.`,
      );
    });
}

function showCommand(): Command {
  return new Command('show')
    .description('Show the lists there are.')
    .option('--data <folder>', 'data folder of the program (default: ./data)')
    .option('--json', 'one JSON line per list')
    .action(async (options: { data?: string; json?: boolean }) => {
      const output = createOutput(options);
      for (const list of await withStore(options, ({ db }) => listHashLists(db))) {
        const { slug, name, entries } = list;
        output.result({ list: slug, name, entries }, `${slug}  ${entries} entries  ${name}`);
      }
    });
}

async function readEntries(file: string, format: ListFileFormat) {
  try {
    return await readListFile(createReadStream(file), format);
  } catch (error) {
    if (error instanceof Error && 'syscall' in error) {
      throw new CodedError('BW-FILE-UNREADABLE', { message: `${file} cannot be read.`, cause: error });
    }
    throw error;
  }
}

function formatOf(file: string): ListFileFormat {
  if (extname(file).toLowerCase() === '.vpdq') return 'vpdq-text';
  return ['.jsonl', '.ndjson', '.json'].includes(extname(file).toLowerCase()) ? 'json-lines' : 'csv';
}

function slugOf(file: string): string {
  const name = basename(file, extname(file))
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 64);
  if (name === '')
    throw new CodedError('BW-LIST-INVALID', { message: 'Give the list a short name with --list.' });
  return name;
}
