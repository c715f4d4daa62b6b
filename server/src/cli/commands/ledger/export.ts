import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Command } from 'commander';
import { CodedError } from '../../../foundation/index.ts';
import { exportLedger } from '../../../ledger/index.ts';
import { withStore } from '../../installation.ts';
import { logKey } from './keys.ts';

export function exportCommand(): Command {
  return new Command('export')
    .description('Write the ledger as JSON Lines, which "ledger verify FILE --key KEY" checks anywhere.')
    .option('--out <file>', 'write to a new file instead of to standard output')
    .option('--key <key>', "the ledger's verifier key, or a file with it (default: that of the installation)")
    .option('--data <folder>', 'data folder of the program (default: ./data)')
    .option('--json', 'the export is JSON Lines with or without this')
    .addHelpText('after', '\nThe export tells what people did. Keep it as you keep the database.')
    .action((options: { out?: string; key?: string; data?: string }) =>
      withStore(options, async ({ db }, config) => {
        const log = await logKey(config, options.key);
        if (log === null)
          throw new CodedError('BW-COMMAND-INVALID', { message: "Name the ledger's key with --key." });
        const lines = Readable.from(exportLedger(db, log));
        if (options.out === undefined) await pipeline(lines, process.stdout, { end: false });
        else await pipeline(lines, createWriteStream(options.out, { flags: 'wx', mode: 0o600 }));
      }),
    );
}
