import { spawn } from 'node:child_process';
import { open } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { Command } from 'commander';
import { bootstrapServiceKey, listServices } from '../../access/index.ts';
import { CodedError, createLog, openSecrets, systemClock } from '../../foundation/index.ts';
import {
  dataFolders,
  findRunning,
  lockDataFolder,
  prepareDataFolder,
  readConfig,
  signInLink,
  startProgram,
  type Config,
  type RunningProgram,
} from '../../program/index.ts';
import { withStore } from '../installation.ts';
import { createOutput, type Output } from '../output.ts';

interface UpOptions {
  readonly host?: string;
  readonly port?: string;
  readonly data?: string;
  readonly empty?: boolean;
  readonly detach?: boolean;
  readonly json?: boolean;
}

interface Ready {
  readonly url: string;
  readonly signInLink: string;
  readonly serviceKey: string;
  readonly pid: number;
  readonly sandboxUrl: string | null;
  readonly alreadyRunning: boolean;
}

export function upCommand(): Command {
  return new Command('up')
    .description(
      'Start Breakwater and print where to go. Runs until it is told to stop: Ctrl-C, SIGTERM or bin/down.',
    )
    .option('--port <number>', 'port to listen on; 0 for any free one (default: 4000)')
    .option('--host <address>', 'address to listen on (default: 127.0.0.1, this machine only)')
    .option('--data <folder>', 'folder of everything that is kept (default: ./data)')
    .option('--empty', 'do not make the demo workspace on the first start')
    .option(
      '--detach',
      'go to the background once ready; the log is in run/breakwater.log of the data folder',
    )
    .option('--json', 'print one JSON line when ready: url, signInLink, serviceKey, pid')
    .action(async (options: UpOptions) => {
      const config = readConfig(process.env, options);
      const output = createOutput(options);
      await prepareDataFolder(config.dataFolder);
      const running = await findRunning(config.dataFolder);
      if (running !== undefined) return announce(output, await joinRunning(config, options, running));
      if (options.detach === true) return detach(config, output);
      await run(config, options, output);
    });
}

async function run(config: Config, options: UpOptions, output: Output): Promise<void> {
  const lock = await lockDataFolder(config.dataFolder);
  const log = createLog({ level: config.logLevel, destination: process.stderr });
  const told = new Promise<string>((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const)
      process.once(signal, () => resolve(signal));
  });
  try {
    const firstStart = options.empty === true ? 'empty' : 'demo';
    const program = await startProgram({ config, log, clock: systemClock, firstStart });
    await lock.announce(program);
    announce(output, {
      url: program.url,
      signInLink: await program.signInLink(),
      serviceKey: await program.serviceKey(),
      pid: process.pid,
      sandboxUrl: program.sandboxUrl,
      alreadyRunning: false,
    });
    await told;
    // Some supervisors signal twice in one breath. Only a person who presses Ctrl-C again means at once.
    for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
    const stoppingSince = performance.now();
    process.on('SIGINT', () => performance.now() - stoppingSince > 1000 && process.exit(1));
    await program.stop();
  } finally {
    await lock.release();
  }
  process.exit(0);
}

/** It runs already: say where, with a fresh link, and leave it alone. */
async function joinRunning(config: Config, options: UpOptions, running: RunningProgram): Promise<Ready> {
  const { url } = running;
  if (url === null)
    throw new CodedError('BW-START-ALREADY-RUNNING', {
      message: 'Breakwater is just starting on this data folder. Try again in a moment.',
    });
  return withStore(options, async ({ db }) => {
    const services = await listServices(db);
    const service = services.find((row) => row.demo) ?? services[0];
    if (service === undefined) throw new Error('there is no service to make a key for');
    const secrets = await openSecrets(dataFolders(config.dataFolder).secrets);
    return {
      url,
      signInLink: await signInLink(db, systemClock, url),
      serviceKey: await bootstrapServiceKey(db, systemClock, secrets, service.id),
      pid: running.pid,
      sandboxUrl: running.sandboxUrl,
      alreadyRunning: true,
    };
  });
}

function announce(output: Output, ready: Ready): void {
  const sandbox =
    ready.sandboxUrl === null
      ? []
      : [`  Reports filed    ${ready.sandboxUrl}  (a sandbox: nothing leaves this machine)`];
  output.result(
    ready,
    [
      ready.alreadyRunning ? 'Breakwater is already running.' : 'Breakwater is ready.',
      '',
      `  Sign in, once    ${ready.signInLink}`,
      `  Service key      ${ready.serviceKey}`,
      `  API              ${ready.url}/docs`,
      ...sandbox,
      '',
      ready.alreadyRunning ? 'Stop it with bin/down.' : 'Stop it with Ctrl-C or bin/down.',
    ].join('\n'),
  );
}

/** The descriptor that the passphrase of the vault comes from keeps its number in the program that goes on. */
function passedOn({ vault: { passphrase } }: Config): ('ignore' | number)[] {
  if (passphrase.from !== 'descriptor') return [];
  const { descriptor } = passphrase;
  return Array.from({ length: descriptor - 2 }, (_, index) =>
    index + 3 === descriptor ? descriptor : 'ignore',
  );
}

/** Starts the same command in the background and waits for what it has to say. */
async function detach(config: Config, output: Output): Promise<void> {
  const log = await open(dataFolders(config.dataFolder).log, 'a', 0o600);
  const [node, main, ...rest] = [process.execPath, process.argv[1] ?? '', ...process.argv.slice(2)];
  const own = [
    ...process.execArgv,
    main,
    ...rest.filter((word) => word !== '--detach' && word !== '--json'),
    '--json',
  ];
  const child = spawn(node, own, { detached: true, stdio: ['ignore', 'pipe', log.fd, ...passedOn(config)] });
  const { stdout } = child;
  if (stdout === null) throw new Error('the background program has no output');
  const ended = new Promise<undefined>((resolve) => child.once('exit', () => resolve(undefined)));
  const line = await Promise.race([firstLine(stdout), ended]);
  await log.close();
  if (line === undefined) {
    const message = `Breakwater did not start. What it said is at the end of ${dataFolders(config.dataFolder).log}`;
    throw new CodedError('BW-START-CONFIG', { message });
  }
  stdout.destroy();
  child.unref();
  announce(output, JSON.parse(line) as Ready);
}

async function firstLine(stream: NodeJS.ReadableStream): Promise<string | undefined> {
  for await (const line of createInterface({ input: stream })) return line;
  return undefined;
}
