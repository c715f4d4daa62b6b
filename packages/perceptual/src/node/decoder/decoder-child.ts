import { type ChildProcess, type ChildProcessByStdio, spawn } from 'node:child_process';
import { Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import type { DecoderCommand } from './confinement.ts';
import { encodeFrame, type Frame, FrameReader } from './frames.ts';
import { isReady } from './protocol.ts';

/** The child came to an end, or was brought to one, before it had answered. */
export class ChildFailure extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ChildFailure';
  }
}

/** One running decoder: takes one frame at a time and answers it with one. */
export class DecoderChild {
  readonly #process: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #reader = new FrameReader({ headerBytes: 256 * 1024, bodyBytes: 64 * 1024 * 1024 });
  #complaints = '';
  #expected: PromiseWithResolvers<Frame> | undefined;
  #failure: ChildFailure | undefined;
  readonly #closed = Promise.withResolvers<void>();

  /**
   * Starts a decoder and waits until it can take pictures.
   * Rejects with a ChildFailure, which carries the child's own words, if it does not get so far in time.
   */
  static async start(command: DecoderCommand, milliseconds: number): Promise<DecoderChild> {
    const child = new DecoderChild(command);
    const first = child.#expect();
    const timer = setTimeout(() => child.#fail('the decoder took too long to start'), milliseconds);
    try {
      if (!isReady(await first)) child.#fail('the decoder did not say that it is ready');
    } finally {
      clearTimeout(timer);
    }
    if (child.#failure) throw child.#failure;
    return child;
  }

  private constructor(command: DecoderCommand) {
    this.#process = spawn(command.file, command.arguments, {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: command.environment,
      cwd: '/',
      // A process group of its own, so that all of it can be ended.
      detached: true,
    });
    const { stdin, stdout, stderr } = this.#process;

    stdout.on('data', (chunk: Uint8Array) => this.#receive(chunk));
    stderr.setEncoding('utf8');
    stderr.on('data', (text: string) => {
      this.#complaints = (this.#complaints + text).slice(-COMPLAINTS_LENGTH);
    });
    // A broken pipe is only ever the shadow of the end of the process, which is reported below.
    stdin.on('error', () => undefined);
    this.#process.on('error', (cause) => {
      this.#fail('the decoder could not be started', { cause });
      if (this.#process.pid === undefined) this.#closed.resolve();
    });
    this.#process.on('close', (code, signal) => {
      this.#fail(`the decoder ended (${signal ?? `code ${code}`}): ${this.#complaints.trim()}`);
      this.#closed.resolve();
    });
  }

  /** Of the process that was started: within bubblewrap, the one that holds the walls up. */
  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** Whether it can still be given work. */
  get usable(): boolean {
    return this.#failure === undefined;
  }

  /** Sends a frame and resolves to the answer; rejects with a ChildFailure if none will come. */
  async exchange(header: object, body: Uint8Array): Promise<Frame> {
    const answer = this.#expect();
    for (const piece of encodeFrame(header, body)) this.#process.stdin.write(piece);
    return await answer;
  }

  /** Ends the process at once; a job in hand is rejected. Resolves when it is gone. */
  async kill(): Promise<void> {
    this.#fail('the decoder was killed');
    this.#keepProgramAlive();
    await this.#closed.promise;
  }

  async #expect(): Promise<Frame> {
    if (this.#failure) throw this.#failure;
    this.#expected = Promise.withResolvers<Frame>();
    this.#keepProgramAlive();
    try {
      return await this.#expected.promise;
    } finally {
      this.#expected = undefined;
      if (this.usable) this.#letProgramEnd();
    }
  }

  #receive(chunk: Uint8Array): void {
    try {
      for (const frame of this.#reader.push(chunk)) {
        if (!this.#expected) throw new RangeError('nothing had been asked');
        this.#expected.resolve(frame);
      }
    } catch (cause) {
      this.#fail('the decoder gave an answer that cannot be read', { cause });
    }
  }

  /** While it has a job in hand, or is being killed. */
  #keepProgramAlive(): void {
    for (const handle of this.#handles()) handle.ref();
  }

  /** An idle decoder is no reason for a program to stay. */
  #letProgramEnd(): void {
    for (const handle of this.#handles()) handle.unref();
  }

  #handles(): (Socket | ChildProcess)[] {
    const { stdin, stdout, stderr } = this.#process;
    return [this.#process, ...[stdin, stdout, stderr].filter((stream) => stream instanceof Socket)];
  }

  /** The first failure stands; it settles the job in hand and makes sure that the process is gone. */
  #fail(message: string, options?: ErrorOptions): void {
    this.#failure ??= new ChildFailure(message, options);
    this.#expected?.reject(this.#failure);
    const { pid, exitCode, signalCode } = this.#process;
    if (pid === undefined || exitCode !== null || signalCode !== null) return;
    // Bubblewrap takes all inside it along, but not while it still sets up: then only the group has them all.
    process.kill(-pid, 'SIGKILL');
  }
}

const COMPLAINTS_LENGTH = 4096;
