import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Question } from './keeper-questions.ts';
import { Wire, WireError, type Channel } from './keeper-wire.ts';

const EXTENSION = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
const CONDITIONS = EXTENSION === '.ts' ? ['--conditions=breakwater-source'] : [];
const COMPLAINTS_LENGTH = 1000;

/** One running keeper. */
export class KeeperChild {
  readonly #process: ChildProcess;
  readonly #wire: Wire;
  #complaints = '';
  /** Resolves when the process is gone. */
  readonly ended: Promise<void>;

  /** Starts it. `descriptor`, if it is to have one more of ours, becomes its fourth. */
  constructor(descriptor: number | null) {
    // No core dump is ever written of what holds the identity.
    const { file, words } = commandOf('keeper-process');
    this.#process = spawn('/bin/sh', ['-c', 'ulimit -c 0 && exec "$@"', 'sh', file, ...words], {
      stdio: ['pipe', 'pipe', 'pipe', ...(descriptor === null ? [] : [descriptor])],
      cwd: '/',
      env: withoutSettings(process.env),
    });
    const { stdin, stdout, stderr } = this.#process as ChildProcess & {
      stdin: Writable;
      stdout: Readable;
      stderr: Readable;
    };
    stderr.setEncoding('utf8');
    stderr.on('data', (text: string) => {
      this.#complaints = (this.#complaints + text).slice(-COMPLAINTS_LENGTH);
    });
    this.#wire = new Wire(stdout, stdin);
    this.#wire.onFailure = () => void this.#process.kill('SIGKILL');
    const { promise, resolve } = Promise.withResolvers<void>();
    this.ended = promise;
    this.#process.on('close', () => resolve());
    this.#process.on('error', (cause) => {
      this.#wire.fail('the keeper could not be started', { cause });
      if (this.#process.pid === undefined) resolve();
    });
    this.#hold();
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** What it has said on its standard error, for the operator. */
  get complaints(): string {
    return this.#complaints.trim();
  }

  /** Whether it can still be asked; it may be gone before the system has said so. */
  get usable(): boolean {
    return this.#wire.usable;
  }

  get busy(): boolean {
    return this.#wire.busy > 0;
  }

  /** @throws {WireError} when it is gone */
  ask(question: Question): Channel {
    const channel = this.#wire.ask(question);
    this.#hold();
    const letGo = () => this.#letGo();
    channel.answer.then(letGo, letGo);
    return channel;
  }

  /** Ends it at once: it has nothing to tidy up. */
  async end(): Promise<void> {
    this.#hold();
    this.#wire.fail('the keeper was ended');
    this.#process.kill('SIGKILL');
    await this.ended;
  }

  /** Only while it has something in hand is it a reason for the program to stay. */
  #hold(): void {
    for (const handle of this.#handles()) handle.ref();
  }

  #letGo(): void {
    if (!this.busy) for (const handle of this.#handles()) handle.unref();
  }

  #handles(): (Socket | ChildProcess)[] {
    const { stdin, stdout, stderr } = this.#process;
    return [this.#process, ...[stdin, stdout, stderr].filter((stream) => stream instanceof Socket)];
  }
}

/**
 * Makes the identity `name` in the folder of secrets unless it is there, in a process of its own, and returns to whom it
 * answers. @throws {WireError} with what that process said
 */
export async function makeIdentity(folder: string, name: string): Promise<readonly string[]> {
  const { file, words } = commandOf('keeper-make-identity');
  try {
    const { stdout } = await promisify(execFile)(file, [...words, folder, name]);
    return stdout.trim().split('\n');
  } catch (cause) {
    throw new WireError('the identity of the vault could not be made', { cause });
  }
}

/** It needs neither the database nor the store, and nor does the command that prints the identity. */
function withoutSettings(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const settings = /^(?:BREAKWATER_|DATABASE_URL$)/;
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !settings.test(name)));
}

function commandOf(script: string): { file: string; words: string[] } {
  const path = fileURLToPath(new URL(`./${script}${EXTENSION}`, import.meta.url));
  return { file: process.execPath, words: [...CONDITIONS, '--disable-warning=ExperimentalWarning', path] };
}
