#!/usr/bin/env node
import { Command } from 'commander';
import { version } from '../program/index.ts';
import { demoCommand } from './commands/demo.ts';
import { doctorCommand } from './commands/doctor.ts';
import { downCommand } from './commands/down.ts';
import { hashCommand } from './commands/hash.ts';
import { ledgerCommand } from './commands/ledger.ts';
import { listsCommand } from './commands/lists.ts';
import { sandboxCommand } from './commands/sandbox.ts';
import { screenCommand } from './commands/screen.ts';
import { signInLinkCommand } from './commands/sign-in-link.ts';
import { upCommand } from './commands/up.ts';
import { printError } from './output.ts';

const program = new Command('breakwater')
  .description('The child-safety desk for group messaging.')
  .version(version)
  .showHelpAfterError('(add --help for how to use it)')
  .addCommand(upCommand())
  .addCommand(downCommand())
  .addCommand(signInLinkCommand())
  .addCommand(hashCommand())
  .addCommand(screenCommand())
  .addCommand(listsCommand())
  .addCommand(ledgerCommand())
  .addCommand(doctorCommand())
  .addCommand(sandboxCommand())
  .addCommand(demoCommand())
  .addHelpText('after', '\nEvery command takes --json, which prints one JSON object a line.');

try {
  await program.parseAsync();
} catch (error) {
  printError(error, process.argv.includes('--json'));
  process.exitCode = 1;
}
