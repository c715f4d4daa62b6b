import { access, constants, mkdir, realpath, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { locateBinaries, majorVersion } from './binaries.ts';
import {
  checkVersions,
  clusterFolder,
  clusterMajor,
  createCluster,
  databaseName,
  removeUnfinished,
  roleName,
} from './cluster.ts';
import { errorFromFileSystem, PostgresStartError, systemCode } from './errors.ts';
import { launch } from './launch.ts';
import { findRunning, type PidFile, stopPostmaster } from './postmaster.ts';
import { chooseRunAs, giveTo, type RunAs, runAsUntilEnd } from './run-as.ts';
import { logFolder } from './server-log.ts';
import { type PostgresSettings, serverSettings, socketPort } from './settings.ts';
import { chooseSocketFolder, leaveSocketFolder, prepareSocketFolder } from './socket-folder.ts';

/** How the `pg` client reaches the database: a Unix socket in the folder `host`, without a password. */
export interface PostgresConnection {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
}

/** A PostgreSQL server of our own. */
export interface EmbeddedPostgres {
  readonly connection: PostgresConnection;
  /** The major version, such as 18. */
  readonly version: number;
  /** False when the server was already running, left behind by a program that was killed. */
  readonly startedHere: boolean;
  readonly pid: number;
  /** Ends the server in fast mode, by force if need be; resolves when it has ended. May be called again. */
  stop(): Promise<void>;
}

/** Where the database lives and how it is started. */
export interface StartOptions {
  /** The database's own folder; created when missing, closed to others. Holds `cluster`, `socket` and `log`. */
  readonly folder: string;
  /** Told, in one line each, what takes time or is out of the ordinary. */
  readonly log: (line: string) => void;
  /** Settings that differ from the usual ones, by name. */
  readonly settings?: PostgresSettings;
  /** The bin folder of an installed PostgreSQL, instead of the one that comes with Breakwater. */
  readonly binFolder?: string | undefined;
}

/** How long another server, or what is left of it, may hold the cluster before we give up. */
const heldLimit = 60_000;

/**
 * Starts PostgreSQL on `folder`, creating the database at the first start, or adopts the server that already runs on
 * it. Also brings back a server that has died: call it again and the connection is the same.
 * The caller sees to it that no two programs start on one folder at the same instant.
 * Throws a PostgresStartError.
 */
export async function startEmbeddedPostgres(options: StartOptions): Promise<EmbeddedPostgres> {
  const folder = await prepareFolder(options.folder);
  const deadline = performance.now() + heldLimit;
  let isWaiting = false;
  while (performance.now() < deadline) {
    const running = await findRunning(clusterFolder(folder), options.log);
    if (running.state === 'ready') return adopt(folder, running.pidFile, options.log);
    const started = running.state === 'nothing' ? await start(folder, options) : undefined;
    if (started !== undefined) return started;
    if (!isWaiting) options.log(`waiting for the PostgreSQL that still holds ${folder}`);
    isWaiting = true;
    await wait(50);
  }
  throw new PostgresStartError(
    'failed',
    `Another PostgreSQL holds ${clusterFolder(folder)} and does not answer; end the process named in its postmaster.pid and start again.`,
  );
}

/** The server that runs on `folder` and takes connections, or undefined. Starts and changes nothing. */
export async function findEmbeddedPostgres(
  options: Pick<StartOptions, 'folder' | 'log'>,
): Promise<EmbeddedPostgres | undefined> {
  let folder: string;
  try {
    folder = await realpath(options.folder);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw errorFromFileSystem(error, options.folder);
  }
  const running = await findRunning(clusterFolder(folder), options.log);
  return running.state === 'ready' ? adopt(folder, running.pidFile, options.log) : undefined;
}

/** Starts the server; undefined when another one got hold of the cluster first. */
async function start(
  folder: string,
  { binFolder, log, settings }: StartOptions,
): Promise<EmbeddedPostgres | undefined> {
  const binaries = await locateBinaries(binFolder);
  const runAs = await chooseRunAs(binaries.postgres, folder);
  const major = majorVersion(await versionText(runAs, binaries.postgres));
  const socketFolder = chooseSocketFolder(folder);
  await makeFolders(runAs, folder, socketFolder);
  await removeUnfinished(folder);
  const found = await clusterMajor(folder);
  if (found === undefined) {
    log(`creating a PostgreSQL ${major} database in ${folder}`);
    await createCluster(binaries, major, runAs, folder);
  } else {
    checkVersions(folder, found, major);
    await giveTo(runAs, clusterFolder(folder));
  }
  const launched = await launch(binaries.postgres, runAs, folder, {
    ...serverSettings(major, socketFolder, logFolder(folder)),
    ...settings,
  });
  if (launched.outcome === 'held') return undefined;
  const pid = launched.child.pid!;
  return handle({ pid, port: socketPort, socketFolder }, major, 'started here', log);
}

async function adopt(
  folder: string,
  pidFile: PidFile,
  log: (line: string) => void,
): Promise<EmbeddedPostgres> {
  const { uid } = await stat(clusterFolder(folder));
  await prepareSocketFolder(pidFile.socketFolder, [uid]);
  const major = await clusterMajor(folder);
  log(`PostgreSQL (process ${pidFile.pid}) already runs on ${folder}`);
  return handle(pidFile, major ?? 0, 'adopted', log);
}

function handle(
  server: Pick<PidFile, 'pid' | 'port' | 'socketFolder'>,
  version: number,
  origin: 'started here' | 'adopted',
  log: (line: string) => void,
): EmbeddedPostgres {
  let stopping: Promise<void> | undefined;
  return {
    connection: { host: server.socketFolder, port: server.port, user: roleName, database: databaseName },
    version,
    startedHere: origin === 'started here',
    pid: server.pid,
    stop: () => {
      stopping ??= stopPostmaster(server.pid, log).then(() => leaveSocketFolder(server.socketFolder));
      return stopping;
    },
  };
}

/** Makes the folder and returns its real path. Throws `unwritable-folder` or `disk-full`. */
async function prepareFolder(path: string): Promise<string> {
  const folder = resolve(path);
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await access(folder, constants.R_OK | constants.W_OK | constants.X_OK);
    return await realpath(folder);
  } catch (error) {
    throw errorFromFileSystem(error, folder);
  }
}

async function makeFolders(runAs: RunAs, folder: string, socketFolder: string): Promise<void> {
  const us = process.geteuid?.() ?? 0;
  await prepareSocketFolder(socketFolder, runAs.kind === 'user' ? [us, runAs.uid] : [us]);
  try {
    await mkdir(logFolder(folder), { recursive: true, mode: 0o700 });
    for (const path of [folder, socketFolder, logFolder(folder)]) await giveTo(runAs, path);
  } catch (error) {
    throw error instanceof PostgresStartError ? error : errorFromFileSystem(error, folder);
  }
}

async function versionText(runAs: RunAs, postgres: string): Promise<string> {
  try {
    return await runAsUntilEnd(runAs, postgres, ['--version']);
  } catch (error) {
    return error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error);
  }
}
