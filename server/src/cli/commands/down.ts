import { setTimeout as pause } from 'node:timers/promises';
import { Command } from 'commander';
import { CodedError } from '../../foundation/index.ts';
import { findRunning, readConfig } from '../../program/index.ts';
import { createOutput } from '../output.ts';

const PATIENCE_MS = 60_000;

export function downCommand(): Command {
  return new Command('down')
    .description('Stop Breakwater cleanly.')
    .option('--data <folder>', 'data folder of the program to stop (default: ./data)')
    .option('--json', 'print one JSON line when it has stopped')
    .action(async (options: { data?: string; json?: boolean }) => {
      const config = readConfig(process.env, options);
      const running = await findRunning(config.dataFolder);
      if (running === undefined) {
        createOutput(options).result(
          { stopped: false },
          `Breakwater is not running on ${config.dataFolder}.`,
        );
        return;
      }
      process.kill(running.pid, 'SIGTERM');
      const deadline = performance.now() + PATIENCE_MS;
      while ((await findRunning(config.dataFolder)) !== undefined) {
        if (performance.now() > deadline) {
          const message = `Breakwater (process ${running.pid}) has not stopped within a minute. Look at its log, or end it by: kill -9 ${running.pid}`;
          throw new CodedError('BW-START-ALREADY-RUNNING', { message });
        }
        await pause(50);
      }
      createOutput(options).result({ stopped: true, pid: running.pid }, 'Breakwater has stopped.');
    });
}
