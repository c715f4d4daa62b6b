import { existsSync, lstatSync, readlinkSync, realpathSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Confinement } from '../../node/index.ts';
import type { VideoLimits } from './video-limits.ts';

export type FfmpegTool = 'ffmpeg' | 'ffprobe';

/** How to start ffmpeg or ffprobe. */
export interface FfmpegCommand {
  readonly file: string;
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/** What is to be run: `arguments` is told by what URL the one file can be read. */
export interface FfmpegTask {
  readonly tool: FfmpegTool;
  /** An absolute path without symbolic links; undefined if no file is read. */
  readonly input: string | undefined;
  readonly arguments: (inputUrl: string) => readonly string[];
}

/**
 * The command that runs a task behind the walls, or undefined if the tool, or bubblewrap where it is asked
 * for, is not installed. Inside bubblewrap there is no network, no capability, no other process, and nothing of
 * the file system but the tool, the system's libraries and the one file, all read-only.
 */
export function ffmpegCommand(
  confinement: Confinement,
  task: FfmpegTask,
  limits: Pick<VideoLimits, 'memoryBytes' | 'processorSeconds'>,
): FfmpegCommand | undefined {
  const tool = findExecutable(task.tool);
  if (tool === undefined) return undefined;
  if (confinement === 'process')
    return limited([tool, ...task.arguments(`file:${task.input}`)], limits, ENVIRONMENT);
  const bubblewrap = findExecutable('bwrap');
  if (bubblewrap === undefined) return undefined;
  const confined = [...walls(tool, task.input), '--', tool, ...task.arguments(`file:${INPUT_INSIDE}`)];
  return limited([bubblewrap, ...confined], limits, {});
}

const INPUT_INSIDE = '/input';

// Each thread would otherwise keep an arena of its own and the memory freed in it.
const ENVIRONMENT = { MALLOC_ARENA_MAX: '2' };

/**
 * Limits that the kernel keeps for us, whatever becomes of the decoder: no file written, no core dump, an end
 * to allocation and to computing.
 */
function limited(
  command: readonly string[],
  { memoryBytes, processorSeconds }: Pick<VideoLimits, 'memoryBytes' | 'processorSeconds'>,
  environment: Readonly<Record<string, string>>,
): FfmpegCommand {
  const kibibytes = Math.ceil(memoryBytes / 1024);
  const seconds = Math.ceil(processorSeconds);
  // The softer limit is a signal on which ffmpeg ends of itself, and tells that it did; the harder one kills.
  const script =
    `ulimit -f 0 && ulimit -c 0 && ulimit -d ${kibibytes} && ` +
    `ulimit -S -t ${seconds} && ulimit -H -t ${seconds + 2} && exec "$@"`;
  return { file: '/bin/sh', arguments: ['-c', script, 'sh', ...command], environment };
}

/** Arguments of bubblewrap, the later mounts over the earlier. */
function walls(tool: string, input: string | undefined): string[] {
  return [
    ['--unshare-all', '--die-with-parent', '--new-session'],
    ['--cap-drop', 'ALL'],
    ['--clearenv'],
    ...Object.entries(ENVIRONMENT).map(([name, value]) => ['--setenv', name, value]),
    ['--proc', '/proc'],
    ['--dev', '/dev'],
    ...SYSTEM_LIBRARIES.filter((path) => existsSync(path)).map(systemFolder),
    ['--ro-bind', tool, tool],
    ...(input === undefined ? [] : [['--ro-bind', input, INPUT_INSIDE]]),
    // To bubblewrap started by root, the kernel's own settings would otherwise be open for writing.
    ['--remount-ro', '/proc'],
    ['--remount-ro', '/'],
    ['--chdir', '/'],
  ].flat();
}

/** On Debian, libraries that ffmpeg needs are chosen by links in /etc/alternatives. */
const SYSTEM_LIBRARIES = [
  '/usr/lib',
  '/usr/lib64',
  '/usr/local/lib',
  '/lib',
  '/lib64',
  '/etc/ld.so.cache',
  '/etc/alternatives',
  '/nix/store',
];

/** On most systems /lib is but another name of /usr/lib. */
function systemFolder(path: string): string[] {
  return lstatSync(path).isSymbolicLink()
    ? ['--symlink', readlinkSync(path), path]
    : ['--ro-bind', path, path];
}

function findExecutable(name: string): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder.startsWith('/'));
  const found = folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
  return found === undefined ? undefined : realpathSync(found);
}
