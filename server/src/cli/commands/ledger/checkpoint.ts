import { Command } from 'commander';
import { parseCheckpoint, parseNote, spellAddCheckpoint } from '@breakwater/ledger';
import { CodedError, systemClock } from '../../../foundation/index.ts';
import { consistency, keepCosignatures, latestCheckpoint } from '../../../ledger/index.ts';
import { withStore } from '../../installation.ts';
import { createOutput } from '../../output.ts';
import { readText } from './files.ts';
import { logKey, verifierFrom } from './keys.ts';

interface CheckpointOptions {
  readonly data?: string;
  readonly old?: string;
  readonly add?: string;
  readonly witness?: readonly string[];
  readonly json?: boolean;
}

export function checkpointCommand(): Command {
  return new Command('checkpoint')
    .description('Print the newest signed checkpoint, to be kept elsewhere or given to a witness.')
    .option(
      '--old <size>',
      'print what a witness is asked that last signed SIZE events (0 for none): proof and checkpoint',
    )
    .option('--add <file>', "take in a witness's answer; needs --witness")
    .option('--witness <key...>', 'verifier key of a witness, or a file with it')
    .option('--data <folder>', 'data folder of the program (default: ./data)')
    .option('--json', 'print one JSON line: origin, size, verifierKey, checkpoint')
    .action((options: CheckpointOptions) =>
      withStore(options, async ({ db }, config) => {
        const output = createOutput(options);
        const newest = await latestCheckpoint(db);
        if (newest === null) throw new CodedError('BW-LEDGER-NOT-SIGNED-YET');
        const log = await logKey(config, undefined);
        let checkpoint = newest;
        let { origin, size } = parseCheckpoint(parseNote(newest).text);
        if (options.add !== undefined) {
          const witnesses = await Promise.all((options.witness ?? []).map(verifierFrom));
          if (log === null || witnesses.length === 0)
            throw new CodedError('BW-COMMAND-INVALID', {
              message: 'Name the key of the witness with --witness.',
            });
          const { size: answered, lines } = answerIn(await readText(options.add), size);
          ({
            note: checkpoint,
            origin,
            size,
          } = await keepCosignatures(db, systemClock, {
            size: answered,
            lines,
            log,
            witnesses,
          }));
        }
        const text =
          options.old === undefined ? checkpoint : await request(db, options.old, size, checkpoint);
        if (output.json)
          output.result({ origin, size, verifierKey: log?.verifierKey ?? null, checkpoint: text }, '');
        else process.stdout.write(text);
      }),
    );
}

async function request(
  db: Parameters<typeof consistency>[0],
  old: string,
  size: number,
  checkpoint: string,
): Promise<string> {
  const oldSize = Number(old);
  if (!Number.isSafeInteger(oldSize) || oldSize < 0)
    throw new CodedError('BW-COMMAND-INVALID', {
      message: '--old is the number of events that the witness last signed.',
    });
  return spellAddCheckpoint({ oldSize, consistencyProof: await consistency(db, oldSize, size), checkpoint });
}

/** A witness's answer: bare signature lines for the newest checkpoint, or a whole checkpoint, which may be older. */
function answerIn(text: string, newest: number): { size: number; lines: string } {
  const split = text.lastIndexOf('\n\n');
  if (split === -1) return { size: newest, lines: text };
  return { size: parseCheckpoint(text.slice(0, split + 1)).size, lines: text.slice(split + 2) };
}
