#!/usr/bin/env node
import { CommanderError } from 'commander';
import { createCommandLine, explained, hasShownHelp } from './command-line.ts';
import { WatchAlarm } from './commands/ledger/watch.ts';
import { printError } from './output.ts';

try {
  await createCommandLine().parseAsync();
} catch (error) {
  process.exitCode = error instanceof CommanderError || error instanceof WatchAlarm ? error.exitCode : 1;
  if (!hasShownHelp(error)) printError(explained(error), process.argv.includes('--json'));
}
