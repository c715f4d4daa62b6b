import { createReadStream } from 'node:fs';
import { Command } from 'commander';
import {
  openCheckpoint,
  verifyExport,
  type BrokenLog,
  type LogProblem,
  type OpenedCheckpoint,
  type Verification,
  type Verifier,
} from '@breakwater/ledger';
import { CodedError } from '../../../foundation/index.ts';
import { codedLedgerError, inCodedWords, verifyLedger } from '../../../ledger/index.ts';
import { withStore } from '../../installation.ts';
import { createOutput } from '../../output.ts';
import { readText } from './files.ts';
import { logKey, verifierFrom } from './keys.ts';

const PROBLEMS: Readonly<Record<LogProblem, string>> = {
  'index-missing': 'an event is missing from its place',
  'event-missing': 'the event was removed',
  'event-altered': 'what is stored of the event is not what was recorded',
  'event-unlogged': 'the event is in no place of the ledger',
  'erasure-unrecorded': 'the content was erased, and no event records that',
  'leaf-altered': 'the ledger was rewritten here',
  'tile-altered': 'the tree was rewritten here',
  'tile-missing': 'a part of the tree was removed',
  'checkpoint-unreadable': 'a checkpoint after this was damaged',
  'checkpoint-by-another-key': 'a checkpoint after this was signed by another key',
  'history-rewritten': 'what follows is not what was signed',
  'end-missing': 'the newest events were cut off here',
  'rolled-back': 'the kept checkpoint has more events: the ledger was rolled back',
};

interface VerifyOptions {
  readonly data?: string;
  readonly key?: string;
  readonly checkpoint?: string;
  readonly json?: boolean;
}

export function verifyCommand(): Command {
  return new Command('verify')
    .description('Recompute the ledger from its events and name the first thing that does not fit.')
    .argument('[export]', 'an export to verify, without a program or database; needs --key')
    .option('--key <key>', "the ledger's verifier key, or a file with it (default: that of the installation)")
    .option('--checkpoint <file>', 'a checkpoint that was kept: the ledger must still begin with it')
    .option('--data <folder>', 'data folder of the program (default: ./data)')
    .option('--json', 'print one JSON line: intact, and events and head, or index, eventId and problem')
    .addHelpText('after', '\nExit status: 0 intact, 4 not intact, 1 it could not be verified.')
    .action(async (file: string | undefined, options: VerifyOptions) => {
      const verification = file === undefined ? await verifyStored(options) : await verifyFile(file, options);
      tell(verification, options);
    });
}

function verifyStored(options: VerifyOptions): Promise<Verification> {
  return withStore(options, async ({ db }, config) => {
    const log = await logKey(config, options.key);
    return verifyLedger(db, { log, kept: await keptHead(options, log) });
  });
}

async function verifyFile(file: string, options: VerifyOptions): Promise<Verification> {
  if (options.key === undefined)
    throw new CodedError('BW-COMMAND-INVALID', {
      message: 'Name the key that is trusted with --key, from elsewhere than the export.',
    });
  const log = await verifierFrom(options.key);
  const kept = await keptHead(options, log);
  try {
    return await verifyExport(createReadStream(file, { highWaterMark: 1024 * 1024 }), { log, kept });
  } catch (error) {
    if (error instanceof Error && 'syscall' in error)
      throw new CodedError('BW-FILE-UNREADABLE', {
        message: `The file ${file} cannot be read.`,
        cause: error,
      });
    throw codedLedgerError(error);
  }
}

async function keptHead(
  { checkpoint }: VerifyOptions,
  log: Verifier | null,
): Promise<OpenedCheckpoint | null> {
  if (checkpoint === undefined) return null;
  if (log === null)
    throw new CodedError('BW-COMMAND-INVALID', {
      message: 'A kept checkpoint needs the key: name it with --key.',
    });
  const note = await readText(checkpoint);
  return inCodedWords(() => openCheckpoint(note, log));
}

function tell(verification: Verification, options: VerifyOptions): void {
  const output = createOutput(options);
  if (!verification.intact) {
    output.result(verification, brokenSentence(verification));
    process.exitCode = 4;
    return;
  }
  const { head, events, erased, checkpoints, signed } = verification;
  const hex = Buffer.from(head).toString('hex');
  const erasures = erased === 0 ? '' : ` What ${erased} of them said was erased, and that is recorded.`;
  const signatures =
    checkpoints === 0
      ? ' No signed checkpoint was checked.'
      : ` ${checkpoints} signed checkpoints fit, the last over ${signed} events.`;
  output.result(
    { ...verification, head: hex },
    `The ledger is intact: ${events} events, head ${hex}.${erasures}${signatures}`,
  );
}

function brokenSentence({ index, eventId, problem }: BrokenLog): string {
  const event = eventId === null ? '' : `, event ${eventId}`;
  return `The ledger is NOT intact. First thing that does not fit: place ${index}${event}: ${PROBLEMS[problem]}.`;
}
