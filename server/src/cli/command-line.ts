import { Command, CommanderError } from 'commander';
import { CodedError } from '../foundation/index.ts';
import { version } from '../program/index.ts';
import { caseCommand } from './commands/case.ts';
import { demoCommand } from './commands/demo.ts';
import { doctorCommand } from './commands/doctor.ts';
import { downCommand } from './commands/down.ts';
import { hashCommand } from './commands/hash.ts';
import { ledgerCommand } from './commands/ledger.ts';
import { listsCommand } from './commands/lists.ts';
import { sandboxCommand } from './commands/sandbox.ts';
import { screenCommand } from './commands/screen.ts';
import { loneSignatureCommand } from './commands/lone-signature.ts';
import { signInLinkCommand } from './commands/sign-in-link.ts';
import { upCommand } from './commands/up.ts';
import { vaultCommand } from './commands/vault.ts';

/** Every command, each refusing by a CommanderError and saying nothing itself of what is wrong. */
export function createCommandLine(): Command {
  const program = new Command('breakwater')
    .description('The child-safety desk for group messaging.')
    .version(version)
    .addCommand(upCommand())
    .addCommand(downCommand())
    .addCommand(signInLinkCommand())
    .addCommand(loneSignatureCommand())
    .addCommand(hashCommand())
    .addCommand(screenCommand())
    .addCommand(listsCommand())
    .addCommand(caseCommand())
    .addCommand(ledgerCommand())
    .addCommand(vaultCommand())
    .addCommand(doctorCommand())
    .addCommand(sandboxCommand())
    .addCommand(demoCommand())
    .addHelpText('after', '\nEvery command takes --json, which prints one JSON object a line.');
  for (const command of withItsCommands(program)) {
    command.exitOverride().configureOutput({ outputError: () => {} });
  }
  return program;
}

/** A command and all below it. */
export function withItsCommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap(withItsCommands)];
}

/** Whether the command line was only asked for help or the version, and has given it. */
export function hasShownHelp(error: unknown): boolean {
  return error instanceof CommanderError && (error.exitCode === 0 || error.code === 'commander.help');
}

/** What is wrong with a command line is told like every other error; any other error is returned as it is. */
export function explained(error: unknown): unknown {
  if (!(error instanceof CommanderError)) return error;
  const [fault = '', ...hints] = error.message.replace(/^error: /, '').split('\n');
  const sentences = [
    `${fault.charAt(0).toUpperCase()}${fault.slice(1).replace(/\.$/, '')}.`,
    ...hints,
    'See --help.',
  ];
  return new CodedError('BW-COMMAND-INVALID', { message: sentences.join(' '), cause: error });
}
