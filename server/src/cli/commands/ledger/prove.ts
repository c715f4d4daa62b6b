import { Command } from 'commander';
import { parseProvenEvent, verifyProvenEvent } from '@breakwater/ledger';
import { CodedError } from '../../../foundation/index.ts';
import { inCodedWords, proveEvents } from '../../../ledger/index.ts';
import { withStore } from '../../installation.ts';
import { createOutput } from '../../output.ts';
import { readText } from './files.ts';
import { verifierFrom } from './keys.ts';

interface ProveOptions {
  readonly data?: string;
  readonly check?: string;
  readonly key?: string;
  readonly witness?: readonly string[];
  readonly json?: boolean;
}

export function proveCommand(): Command {
  return new Command('prove')
    .description(
      'Print an event with all that shows it to be in the ledger; or check such a proof, anywhere.',
    )
    .argument('[event]', 'id of the event')
    .option('--check <file>', 'check a proof instead, without a program or database; needs --key')
    .option('--key <key>', "with --check: the ledger's verifier key, or a file with it")
    .option('--witness <key...>', 'with --check: verifier key of a witness that must have signed')
    .option('--data <folder>', 'data folder of the program (default: ./data)')
    .option('--json', 'print one JSON line')
    .action(async (event: string | undefined, options: ProveOptions) => {
      if (options.check !== undefined) return check(options.check, options);
      if (event === undefined || !/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(event))
        throw new CodedError('BW-COMMAND-INVALID', {
          message: 'Name the id of an event, or a proof with --check.',
        });
      const [proven] = await withStore(options, ({ db }) => proveEvents(db, [event.toLowerCase()]));
      console.log(JSON.stringify(proven, null, options.json === true ? 0 : 2));
    });
}

async function check(file: string, options: ProveOptions): Promise<void> {
  if (options.key === undefined)
    throw new CodedError('BW-COMMAND-INVALID', { message: 'Name the key that is trusted with --key.' });
  const log = await verifierFrom(options.key);
  const witnesses = await Promise.all((options.witness ?? []).map(verifierFrom));
  const text = await readText(file);
  const { index, event, checkpoint } = inCodedWords(() =>
    verifyProvenEvent(parseProvenEvent(jsonOf(text)), log, witnesses),
  );
  const unsigned = witnesses.filter(
    ({ name }) => !checkpoint.cosignatures.some(({ witness }) => witness === name),
  );
  if (unsigned.length > 0)
    throw new CodedError('BW-LEDGER-OTHER-KEY', {
      message: `The checkpoint of this proof is not signed by the witness ${unsigned.map(({ name }) => name).join(', ')}.`,
    });
  createOutput(options).result(
    { proven: true, index, event, origin: checkpoint.origin, size: checkpoint.size },
    `Proven: place ${index} of the ${checkpoint.size} events of ${checkpoint.origin} holds ${event === null ? 'an event whose content was erased' : JSON.stringify(event)}.`,
  );
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new CodedError('BW-LEDGER-UNREADABLE', { cause });
  }
}
