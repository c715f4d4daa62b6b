import { type ChildProcess, spawn } from 'node:child_process';
import { Readable, Writable } from 'node:stream';
import type { FfmpegCommand } from './ffmpeg-command.ts';

/** How a child came to its end. */
export interface FfmpegEnd {
  /** 0 if it is content; 128 and the signal's number if one ended it inside bubblewrap; null if one ended it outside. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The first of what it had to say; may contain text from the file. Empty if all went well. */
  readonly complaints: string;
}

/** A running ffmpeg or ffprobe. It is given its arguments and what it reads from one pipe; it answers by two. */
export class FfmpegChild {
  readonly #process: ChildProcess;
  /** Its standard output. */
  readonly output: Readable;
  /** What it writes to file descriptor 3. */
  readonly log: Readable;
  /** What it reads from file descriptor 4. */
  readonly #script: Writable;
  #complaints = '';
  /** Resolves when the process is gone and its pipes are closed. Never rejects. */
  readonly ended: Promise<FfmpegEnd>;

  constructor(command: FfmpegCommand) {
    this.#process = spawn(command.file, command.arguments, {
      stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe'],
      env: command.environment,
      cwd: '/',
      // A process group of its own, so that all of it can be ended.
      detached: true,
    });
    const [, output, complaints, log, script] = this.#process.stdio;
    this.output = readable(output);
    this.log = readable(log);
    if (!(script instanceof Writable)) throw new TypeError('A pipe to the child is missing');
    this.#script = script;
    // A broken pipe is only ever the shadow of the end of the process, which is reported below.
    script.on('error', () => undefined);
    readable(complaints).setEncoding('utf8');
    readable(complaints).on('data', (text: string) => {
      if (this.#complaints.length < COMPLAINTS_LENGTH) this.#complaints += text.slice(0, COMPLAINTS_LENGTH);
    });
    const { promise, resolve } = Promise.withResolvers<FfmpegEnd>();
    this.ended = promise;
    this.#process.on('error', (error) =>
      resolve({ code: null, signal: null, complaints: `could not be started: ${error.message}` }),
    );
    this.#process.on('close', (code, signal) => resolve({ code, signal, complaints: this.#complaints }));
  }

  /** All that it will read from file descriptor 4; until then, whoever reads there waits. */
  giveScript(text: string): void {
    this.#script.end(text);
  }

  /** Ends it at once, and with it, within bubblewrap, all inside. May be called again. */
  kill(): void {
    const { pid, exitCode, signalCode } = this.#process;
    // Bubblewrap that is killed while it sets up would leave behind a child that waits for it for ever: later
    // on, what is inside dies with it, but until then only the group has them both.
    if (pid !== undefined && exitCode === null && signalCode === null) process.kill(-pid, 'SIGKILL');
    // Nobody may be reading any more; what is still in the pipes must not hold up the end.
    this.output.destroy();
    this.log.destroy();
    this.#script.destroy();
  }
}

const COMPLAINTS_LENGTH = 8192;

function readable(stream: unknown): Readable {
  if (!(stream instanceof Readable)) throw new TypeError('A pipe to the child is missing');
  return stream;
}

/** Runs a command to its end, or to the end of its time, and returns what it printed. */
export async function outputOf(
  command: FfmpegCommand,
  { milliseconds, bytes }: { readonly milliseconds: number; readonly bytes: number },
): Promise<FfmpegEnd & { readonly output: string; readonly overran: boolean }> {
  const child = new FfmpegChild(command);
  const chunks: Uint8Array[] = [];
  let length = 0;
  let overran = false;
  const timer = setTimeout(() => {
    overran = true;
    child.kill();
  }, milliseconds);
  child.log.resume();
  child.giveScript('');
  child.output.on('data', (chunk: Uint8Array) => {
    length += chunk.length;
    if (length <= bytes) chunks.push(chunk);
    else child.kill();
  });
  const end = await child.ended;
  clearTimeout(timer);
  return { ...end, overran, output: Buffer.concat(chunks).toString('utf8') };
}
