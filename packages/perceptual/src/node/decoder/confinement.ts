import { existsSync, lstatSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * What stands between the decoder and the machine.
 * `bubblewrap`: namespaces of its own, in which there is no network, no capability, no other process and
 * nothing of the file system but the decoder itself and the system's libraries, read-only.
 * `process`: a child process with an empty environment that can write no file; nothing else keeps it in.
 */
export type Confinement = 'bubblewrap' | 'process';

/** `automatic` takes bubblewrap where it works and a plain process where it does not. */
export type ConfinementChoice = 'automatic' | Confinement;

/** How to start a decoder. */
export interface DecoderCommand {
  readonly file: string;
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/** The command that starts a decoder, or undefined if bubblewrap is asked for and not installed. */
export function decoderCommand(confinement: Confinement, memoryBytes: number): DecoderCommand | undefined {
  const worker = workerCommand(memoryBytes);
  if (confinement === 'process') return limited(worker, memoryBytes, ENVIRONMENT);
  const bubblewrap = findExecutable('bwrap');
  return bubblewrap === undefined
    ? undefined
    : limited([bubblewrap, ...walls(), '--', ...worker], memoryBytes, {});
}

const EXTENSION = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
const WORKER = fileURLToPath(new URL(`./worker${EXTENSION}`, import.meta.url));
/** The folder of all our code, `src` or `dist`, and the file beside it that declares it to be modules. */
const CODE = fileURLToPath(new URL('../..', import.meta.url));
const MANIFEST = fileURLToPath(new URL('../../../package.json', import.meta.url));

/** The packages that decode. */
const DECODERS = ['sharp', 'libheif-js'];

const ENVIRONMENT = {
  // Each thread would otherwise keep an arena of its own and the memory freed in it.
  MALLOC_ARENA_MAX: '2',
  UV_THREADPOOL_SIZE: '2',
  // Never unpack a picture to a file; there is nowhere to write one.
  VIPS_DISC_THRESHOLD: '1000g',
};

function workerCommand(memoryBytes: number): string[] {
  return [
    realpathSync(process.execPath),
    '--expose-gc',
    '--max-old-space-size=256',
    '--disable-warning=ExperimentalWarning',
    WORKER,
    String(memoryBytes),
  ];
}

/**
 * Limits that the kernel keeps for us, whatever becomes of the decoder: no file written, hence no picture either, no
 * core dump, and an end to allocation. The last is the backstop to the decoder's own watch on its resident
 * memory; it lies higher, because V8 maps half a gigabyte for code that it may never write.
 */
function limited(
  command: readonly string[],
  memoryBytes: number,
  environment: Readonly<Record<string, string>>,
): DecoderCommand {
  const dataKibibytes = Math.ceil(memoryBytes / 1024) + V8_RESERVATION_KIBIBYTES;
  const script = `ulimit -f 0 && ulimit -c 0 && ulimit -d ${dataKibibytes} && exec "$@"`;
  return { file: '/bin/sh', arguments: ['-c', script, 'sh', ...command], environment };
}

const V8_RESERVATION_KIBIBYTES = 768 * 1024;

/** Arguments of bubblewrap, the later mounts over the earlier. */
function walls(): string[] {
  const parts = [
    realpathSync(process.execPath),
    CODE,
    MANIFEST,
    ...DECODERS.flatMap((name) => [...foldersOfPackage(name)]),
  ];
  return [
    ['--unshare-all', '--die-with-parent', '--new-session'],
    ['--cap-drop', 'ALL'],
    ['--clearenv'],
    ...Object.entries(ENVIRONMENT).map(([name, value]) => ['--setenv', name, value]),
    ['--proc', '/proc'],
    ['--dev', '/dev'],
    ...SYSTEM_LIBRARIES.filter((path) => existsSync(path)).map(systemFolder),
    ['--tmpfs', '/tmp'],
    ...parts.map((path) => ['--ro-bind', path, path]),
    // To bubblewrap started by root, the kernel's own settings would otherwise be open for writing.
    ['--remount-ro', '/proc'],
    ['--remount-ro', '/'],
    ['--chdir', '/'],
  ].flat();
}

const SYSTEM_LIBRARIES = ['/usr/lib', '/usr/lib64', '/lib', '/lib64', '/etc/ld.so.cache', '/nix/store'];

/** On most systems /lib is but another name of /usr/lib. */
function systemFolder(path: string): string[] {
  return lstatSync(path).isSymbolicLink()
    ? ['--symlink', readlinkSync(path), path]
    : ['--ro-bind', path, path];
}

/** The folders of an installed package and of all the packages it needs, as far as they are installed. */
function foldersOfPackage(name: string, from: string = WORKER, found = new Set<string>()): Set<string> {
  const folder = createRequire(from)
    .resolve.paths(name)
    ?.map((modules) => join(modules, name))
    .find((candidate) => existsSync(join(candidate, 'package.json')));
  if (!folder || found.has(folder)) return found;
  found.add(folder);
  const manifestPath = join(folder, 'package.json');
  const manifest: PackageManifest = JSON.parse(readFileSync(manifestPath, 'utf8'));
  for (const needed of Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies })) {
    foldersOfPackage(needed, manifestPath, found);
  }
  return found;
}

interface PackageManifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

function findExecutable(name: string): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder.startsWith('/'));
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}
