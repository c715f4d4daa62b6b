import { existsSync } from 'node:fs';
import { Command } from 'commander';
import {
  cosign,
  generateSigningKey,
  openCheckpoint,
  parseAddCheckpoint,
  parseSigningKey,
} from '@breakwater/ledger';
import { CodedError, systemClock } from '../../../foundation/index.ts';
import { inCodedWords } from '../../../ledger/index.ts';
import { createOutput } from '../../output.ts';
import { readText, readTextIfThere, writeWhole } from './files.ts';
import { verifierFrom } from './keys.ts';

interface CosignOptions {
  readonly log: string;
  readonly signingKey: string;
  readonly state: string;
  readonly json?: boolean;
}

/** What a witness runs, on a machine of its own, where there is neither program nor database. */
export function cosignCommand(): Command {
  return new Command('cosign')
    .description(
      'As a witness: check that a ledger has only grown since you last signed, and sign its checkpoint.',
    )
    .argument('<request>', 'what "ledger checkpoint --old SIZE" printed')
    .requiredOption('--log <key>', 'verifier key of the ledger, or a file with it')
    .requiredOption('--signing-key <file>', 'your signing key, as "ledger witness-key" made it')
    .requiredOption('--state <file>', 'remembers the checkpoint that you signed last; made at the first')
    .option('--json', 'print one JSON line: size, cosignature')
    .action(async (file: string, options: CosignOptions) => {
      const log = await verifierFrom(options.log);
      const request = await readText(file);
      const signingKey = await readText(options.signingKey);
      const state = await readTextIfThere(options.state);
      const { head, cosignature } = inCodedWords(() =>
        cosign(parseAddCheckpoint(request), {
          log,
          signer: parseSigningKey(signingKey),
          last: state === null ? null : openCheckpoint(state, log),
          at: systemClock.now(),
        }),
      );
      // Remembered before the signature is given away, so that no crash lets two histories be signed.
      await writeWhole(options.state, head.note);
      if (options.json === true) createOutput(options).result({ size: head.size, cosignature }, '');
      else process.stdout.write(cosignature);
    });
}

export function witnessKeyCommand(): Command {
  return new Command('witness-key')
    .description('As a witness: make a signing key, and print the verifier key that belongs to it.')
    .argument('<name>', 'name of the witness, such as witness.example/w1')
    .requiredOption('--out <file>', 'new file for the signing key')
    .option('--json', 'print one JSON line: verifierKey')
    .action(async (name: string, options: { out: string; json?: boolean }) => {
      if (existsSync(options.out))
        throw new CodedError('BW-COMMAND-INVALID', { message: `There is a file ${options.out} already.` });
      const key = inCodedWords(() => generateSigningKey(name, 'witness'));
      await writeWhole(options.out, `${key}\n`);
      const { verifierKey } = parseSigningKey(key).verifier;
      createOutput(options).result({ verifierKey }, verifierKey);
    });
}
