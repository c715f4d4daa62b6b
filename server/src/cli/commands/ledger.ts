import { Command } from 'commander';
import { verifyLedger } from '../../ledger/index.ts';
import { withStore } from '../installation.ts';
import { createOutput } from '../output.ts';

const PROBLEMS = {
  'event-altered': 'what is stored of it is not what was recorded',
  'event-missing': 'it was removed',
  'link-altered': 'the chain was rewritten here',
  'position-missing': 'the chain has a gap before it, or does not hold it',
} as const;

export function ledgerCommand(): Command {
  const verify = new Command('verify')
    .description('Recompute the hash chain of the ledger and name the first event that does not fit.')
    .option('--data <folder>', 'data folder of the program (default: ./data)')
    .option('--json', 'print one JSON line: intact, and events and head, or position, eventId and problem')
    .addHelpText('after', '\nExit status: 0 intact, 4 not intact, 1 it could not be verified.')
    .action(async (options: { data?: string; json?: boolean }) => {
      const verification = await withStore(options, ({ db }) => verifyLedger(db));
      const output = createOutput(options);
      if (verification.intact) {
        const head = Buffer.from(verification.head).toString('hex');
        output.result(
          { intact: true, events: verification.events, head },
          `The ledger is intact: ${verification.events} events, head ${head}.`,
        );
        return;
      }
      const { position, eventId, problem } = verification;
      output.result(
        verification,
        `The ledger is NOT intact. First event that does not fit: ${eventId} at position ${position}: ${PROBLEMS[problem]}.`,
      );
      process.exitCode = 4;
    });
  return new Command('ledger').description('The record of every event.').addCommand(verify);
}
