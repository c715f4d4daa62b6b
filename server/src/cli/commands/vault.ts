import { Command, InvalidArgumentError } from 'commander';
import { createLog, openSecrets, systemClock } from '../../foundation/index.ts';
import { dataFolders, openConfiguredVault, readConfig, type Config } from '../../program/index.ts';
import {
  makeIdentityFile,
  openFindings,
  scrubVault,
  type ScrubOptions,
  type Vault,
} from '../../vault/index.ts';
import { withStore } from '../installation.ts';
import { createOutput } from '../output.ts';

const MINUTE_MS = 60_000;

interface Options {
  readonly data?: string;
  readonly json?: boolean;
}

interface VerifyOptions extends Options {
  readonly sample?: boolean;
  readonly orphansAfter: number;
}

export function vaultCommand(): Command {
  return new Command('vault')
    .description('The sealed exhibits.')
    .addCommand(verifyCommand())
    .addCommand(recipientCommand())
    .addCommand(identityCommand());
}

function verifyCommand(): Command {
  return new Command('verify')
    .description('Verify every sealed exhibit, and look for what lies in the store and should not.')
    .option(
      '--sample',
      'only as many as the nightly scrub takes, those first that were not verified for longest',
    )
    .option(
      '--orphans-after <minutes>',
      'how old a sealed object that belongs to nothing must be to be told of',
      minutes,
      60,
    )
    .option('--data <folder>', 'data folder of the program (default: ./data)')
    .option('--json', 'one JSON line per finding: kind, storedAs, objectId; the last line has the counts')
    .addHelpText(
      'after',
      '\nWhere the vault is locked, exhibits are compared with what was stored, and not opened.\nExit status: 0 all in order, 4 something is not, 1 it could not be verified.',
    )
    .action(async (options: VerifyOptions) => {
      const output = createOutput(options);
      const { report, findings, locked } = await withStore(options, async ({ db }, config) => {
        const vault = await vaultOf(config);
        try {
          const scrubbed = await scrubVault({ db, clock: systemClock, vault }, optionsOf(config, options));
          return { report: scrubbed, findings: await openFindings(db), locked: isLocked(vault) };
        } finally {
          await vault.close();
        }
      });
      for (const { kind, stored_as: storedAs, object_id: objectId, found_at: foundAt } of findings)
        output.result(
          { kind, storedAs, objectId, foundAt },
          `${kind}: ${storedAs}${objectId === null ? '' : `, exhibit object ${objectId}`}`,
        );
      const { verified, opened, unknown, found, swept } = report;
      const counts = `${verified} verified, ${opened} of them opened, ${unknown} that cannot be told; ${swept} swept away`;
      const verdict = found === 0 ? 'The vault is in order' : `${found} thing(s) are NOT in order`;
      const why = locked ? ' The vault is locked here, so nothing was opened.' : '';
      output.result({ verified, opened, unknown, found, swept, locked }, `${verdict}: ${counts}.${why}`);
      if (found > 0) process.exitCode = 4;
    });
}

function recipientCommand(): Command {
  return new Command('recipient')
    .description('Print whom exhibits are sealed to; no secret. For BREAKWATER_VAULT_RECIPIENTS elsewhere.')
    .option('--data <folder>', 'data folder of the program (default: ./data)')
    .option('--json', 'print one JSON line: recipients')
    .action(async (options: Options) => {
      const vault = await vaultOf(readConfig(process.env, options));
      const { recipients } = vault;
      await vault.close();
      createOutput(options).result({ recipients }, recipients.join('\n'));
    });
}

function identityCommand(): Command {
  const make = new Command('new')
    .description('Make an identity of a vault in a file of its own, and print whom it answers to.')
    .argument('<file>', 'where to write it; there must be nothing yet')
    .option('--passphrase', 'protect it by a passphrase, asked for on the terminal')
    .option('--json', 'print one JSON line: file, recipient')
    .action(async (file: string, options: { passphrase?: boolean; json?: boolean }) => {
      const protection = options.passphrase === true ? 'passphrase' : 'none';
      const recipient = await makeIdentityFile(file, protection);
      createOutput(options).result({ file, recipient }, recipient);
    });
  return new Command('identity').description('What opens sealed exhibits.').addCommand(make);
}

async function vaultOf(config: Config): Promise<Vault> {
  const secrets = await openSecrets(dataFolders(config.dataFolder).secrets);
  const log = createLog({ level: 'warn', destination: process.stderr });
  return openConfiguredVault({ config, secrets, clock: systemClock, log });
}

function isLocked(vault: Vault): boolean {
  return vault.keeper.status().state === 'locked';
}

function optionsOf({ vault }: Config, { sample, orphansAfter }: VerifyOptions): ScrubOptions {
  return {
    extent: sample === true ? { kind: 'sample', withinDays: vault.scrubWithinDays } : { kind: 'all' },
    orphanedAfterMs: orphansAfter * MINUTE_MS,
  };
}

function minutes(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0)
    throw new InvalidArgumentError('It is a whole number of minutes.');
  return value;
}
