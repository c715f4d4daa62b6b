import { Argument, Command } from 'commander';
import { setLoneSignature } from '../../access/index.ts';
import { systemClock } from '../../foundation/index.ts';
import { withStore } from '../installation.ts';
import { createOutput } from '../output.ts';

export function loneSignatureCommand(): Command {
  return new Command('lone-signature')
    .description('Let one person do alone what needs two while nobody else could sign, or forbid it.')
    .addArgument(new Argument('<choice>', 'what is to hold').choices(['allow', 'forbid']))
    .option('--data <folder>', 'data folder of the program (default: ./data)')
    .option('--json', 'print one JSON line: loneSignature')
    .addHelpText(
      'after',
      '\nFor a desk of which all but one who can sign have left. The ledger has it as done from the command line.',
    )
    .action(async (choice: string, options: { data?: string; json?: boolean }) => {
      const allowed = choice === 'allow';
      await withStore(options, ({ db }) =>
        db
          .transaction()
          .execute((trx) =>
            setLoneSignature(
              trx,
              systemClock,
              { kind: 'system', part: 'cli' },
              { allowed, because: 'asked' },
            ),
          ),
      );
      createOutput(options).result(
        { loneSignature: allowed },
        allowed
          ? 'While nobody else could sign, one person acts alone. Each time is recorded.'
          : 'What needs two people takes two.',
      );
    });
}
