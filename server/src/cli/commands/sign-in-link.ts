import { Command } from 'commander';
import { systemClock } from '../../foundation/index.ts';
import { signInLink } from '../../program/index.ts';
import { runningUrl, withStore } from '../installation.ts';
import { createOutput } from '../output.ts';

export function signInLinkCommand(): Command {
  return new Command('sign-in-link')
    .description('Print a new link that signs the first person in: once, within the hour.')
    .option('--data <folder>', 'data folder of the program (default: ./data)')
    .option('--json', 'print one JSON line: signInLink, token')
    .action(async (options: { data?: string; json?: boolean }) => {
      const link = await withStore(options, async ({ db }, config) =>
        signInLink(db, systemClock, await runningUrl(config)),
      );
      const token = link.slice(link.indexOf('#token=') + '#token='.length);
      createOutput(options).result({ signInLink: link, token }, link);
    });
}
