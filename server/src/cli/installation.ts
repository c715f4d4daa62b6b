import { CodedError, createLog, type Logger } from '../foundation/index.ts';
import {
  findRunning,
  joinStore,
  readConfig,
  type Config,
  type ConfigFlags,
  type Store,
} from '../program/index.ts';

/** A log for commands: only what is wrong, on standard error. */
export function commandLog(): Logger {
  return createLog({ level: 'warn', destination: process.stderr });
}

/**
 * Lends the database of the installation to a command.
 * @throws {CodedError} BW-NOT-RUNNING when it is the one that comes with Breakwater, and is not running
 */
export async function withStore<Result>(
  flags: ConfigFlags,
  work: (store: Store, config: Config) => Promise<Result>,
): Promise<Result> {
  const config = readConfig(process.env, flags);
  const store = await joinStore(config, commandLog());
  if (store === undefined) {
    const message = `Breakwater is not running on ${config.dataFolder}. Start it with: bin/up`;
    throw new CodedError('BW-NOT-RUNNING', { message });
  }
  try {
    return await work(store, config);
  } finally {
    await store.close();
  }
}

/** Address of the program that runs on the data folder. @throws {CodedError} BW-NOT-RUNNING */
export async function runningUrl(config: Config): Promise<string> {
  const running = await findRunning(config.dataFolder);
  if (running === undefined || running.url === null) {
    const message = `Breakwater is not running on ${config.dataFolder}. Start it with: bin/up`;
    throw new CodedError('BW-NOT-RUNNING', { message });
  }
  return config.publicUrl ?? running.url;
}
