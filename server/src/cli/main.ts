#!/usr/bin/env node
import { CommanderError } from 'commander';
import { createCommandLine, explained, hasShownHelp } from './command-line.ts';
import { printError } from './output.ts';

try {
  await createCommandLine().parseAsync();
} catch (error) {
  process.exitCode = error instanceof CommanderError ? error.exitCode : 1;
  if (!hasShownHelp(error)) printError(explained(error), process.argv.includes('--json'));
}
