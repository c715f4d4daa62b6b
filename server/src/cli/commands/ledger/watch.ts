import { setTimeout as pause } from 'node:timers/promises';
import { Command } from 'commander';
import { openCheckpoint, requireGrown, type OpenedCheckpoint, type Verifier } from '@breakwater/ledger';
import { CodedError } from '../../../foundation/index.ts';
import { inCodedWords } from '../../../ledger/index.ts';
import { readConfig } from '../../../program/index.ts';
import { createOutput } from '../../output.ts';
import { readTextIfThere, writeWhole } from './files.ts';
import { logKey, verifierFrom } from './keys.ts';
import { sourceOf, type CheckpointSource } from './sources.ts';

interface WatchOptions {
  readonly state: string;
  readonly key?: string;
  readonly every?: string;
  readonly cookieFile?: string;
  readonly data?: string;
  readonly json?: boolean;
}

export function watchCommand(): Command {
  return new Command('watch')
    .description(
      'Remember the newest checkpoint, and raise the alarm when the ledger was rolled back or rewritten.',
    )
    .argument(
      '[source]',
      'address of a Breakwater, or a file that is exchanged (default: the database of the installation)',
    )
    .requiredOption(
      '--state <file>',
      'remembers the checkpoint that was seen last; keep it away from the program',
    )
    .option('--key <key>', "the ledger's verifier key, or a file with it (default: that of the installation)")
    .option('--every <seconds>', 'go on looking, this often; without it, look once')
    .option(
      '--cookie-file <file>',
      'file with the session cookie of somebody who may read the ledger, for an address',
    )
    .option('--data <folder>', 'data folder of the program (default: ./data)')
    .option('--json', 'print one JSON line per look: origin, size, before')
    .addHelpText(
      'after',
      '\nExit status: 0 the ledger has only grown, 4 it was rolled back or rewritten or signed by another key, 1 it could not be seen.',
    )
    .action(async (place: string | undefined, options: WatchOptions) => {
      const config = readConfig(process.env, options);
      const log =
        options.key === undefined ? await logKey(config, undefined) : await verifierFrom(options.key);
      if (log === null)
        throw new CodedError('BW-COMMAND-INVALID', { message: "Name the ledger's key with --key." });
      const source = await sourceOf(place, options);
      const every = intervalOf(options.every);
      const output = createOutput(options);
      for (;;) {
        const { before, now } = await lookOnce(source, log, options.state).catch(raiseAlarm);
        output.result(
          { origin: now.origin, size: now.size, before },
          `${now.origin}: ${now.size} events, ${before === null ? 'seen for the first time' : `${now.size - before} more than before, and all of those before are as they were`}.`,
        );
        if (every === null) return;
        await pause(every);
      }
    });
}

/** Sees the newest checkpoint and holds it against the one that was seen last. @throws {CodedError} the alarm */
async function lookOnce(
  source: CheckpointSource,
  log: Verifier,
  state: string,
): Promise<{ before: number | null; now: OpenedCheckpoint }> {
  const kept = await readTextIfThere(state);
  const before = kept === null ? null : inCodedWords(() => openCheckpoint(kept, log));
  const seen = await source(before?.size ?? 0);
  const now = inCodedWords(() => openCheckpoint(seen.checkpoint, log));
  if (before !== null) {
    const proof = now.size > before.size ? await seen.proof(now.size) : [];
    inCodedWords(() => requireGrown(before, now, proof));
  }
  await writeWhole(state, now.note);
  return { before: before?.size ?? null, now };
}

const ALARMS = new Set([
  'BW-LEDGER-ROLLED-BACK',
  'BW-LEDGER-FORKED',
  'BW-LEDGER-OTHER-KEY',
  'BW-LEDGER-SIGNATURE-INVALID',
]);

function raiseAlarm(error: unknown): never {
  if (error instanceof CodedError && ALARMS.has(error.code)) throw new WatchAlarm(error);
  throw error;
}

/** An alarm, which ends the command with a status of its own. */
export class WatchAlarm extends CodedError {
  readonly exitCode = 4;

  constructor({ code, message, cause }: CodedError) {
    super(code, { message, cause });
  }
}

function intervalOf(seconds: string | undefined): number | null {
  if (seconds === undefined) return null;
  const value = Number(seconds);
  if (!Number.isFinite(value) || value < 1)
    throw new CodedError('BW-COMMAND-INVALID', {
      message: '--every is a number of seconds, 1 at the least.',
    });
  return value * 1000;
}
