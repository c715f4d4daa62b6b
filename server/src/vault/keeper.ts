import { CodedError, type Logger } from '../foundation/index.ts';
import type { ByteSource } from './age-file.ts';
import { KeeperChild } from './keeper-child.ts';
import { readRefusal, isWords, fieldsOf, type Question, type UnlockWay } from './keeper-questions.ts';
import { RefusedError, WireError } from './keeper-wire.ts';

/**
 * How the vault stands here. `on-demand`: it is unlocked when something is to be opened. `unlocked`: by the holder of
 * these recipients. `locked`: nothing can be opened, for the reason in the sentence; taking in goes on.
 */
export type KeeperStatus =
  | { readonly state: 'on-demand' }
  | { readonly state: 'unlocked'; readonly recipients: readonly string[] }
  | { readonly state: 'locked'; readonly because: string };

/** A question about a sealed object, under way: bytes to read to their end, and an answer after that. */
export interface Asked {
  readonly bytes: AsyncGenerator<Uint8Array, void, void>;
  readonly answer: Promise<unknown>;
}

/** The process that holds the identity, as the rest of the program sees it. It is started when it is needed. */
export interface Keeper {
  status(): KeeperStatus;
  /** Unlocks now, unless it is; for what asks a person, or must be known to work. Tells how it went. */
  unlock(): Promise<KeeperStatus>;
  /** To whom the identity answers. @throws {CodedError} BW-VAULT-LOCKED */
  recipients(): Promise<readonly string[]>;
  /**
   * Asks about the sealed object `sealed`. What went wrong is thrown by the bytes and by the answer alike:
   * @throws {CodedError} BW-VAULT-LOCKED, BW-EXHIBIT-CORRUPT, BW-VAULT-WRONG-IDENTITY, BW-BUSY, BW-VAULT-KEEPER-FAILED
   */
  ask(question: Exclude<Question, { task: 'unlock' }>, sealed: ByteSource): Promise<Asked>;
  close(): Promise<void>;
}

export interface KeeperOptions {
  /** null: there is no identity here. */
  readonly way: UnlockWay | null;
  readonly contentSecret: Uint8Array;
  readonly log?: Logger;
  /** How long a keeper without work is kept, where it can be unlocked again unaided; a minute unless told. */
  readonly idleMilliseconds?: number;
  /** Told each time that unlocking failed, and waited for. */
  readonly onUnlockFailed?: (because: string) => Promise<void>;
}

const IDLE_MS = 60_000;
/** Between attempts to unlock, lest every request starts a process that fails. */
const PAUSE_AFTER_FAILURE_MS = 5_000;
const NO_IDENTITY = 'There is no identity on this machine: it seals, and cannot open.';
const NOT_KEPT =
  'The process that held the identity has ended, and nobody keeps its passphrase. Start Breakwater again to give it.';

/** Starts nothing yet. */
export function createKeeper(options: KeeperOptions): Keeper {
  return new KeeperOfProcess(options);
}

class KeeperOfProcess implements Keeper {
  readonly #options: KeeperOptions;
  #unlocking: Promise<KeeperChild> | undefined;
  #child: KeeperChild | undefined;
  #recipients: readonly string[] = [];
  #trouble: { because: string; at: number } | undefined;
  #spent = false;
  #closed = false;
  #idleTimer: NodeJS.Timeout | undefined;

  constructor(options: KeeperOptions) {
    this.#options = options;
  }

  status(): KeeperStatus {
    if (this.#options.way === null) return { state: 'locked', because: NO_IDENTITY };
    if (this.#child !== undefined) return { state: 'unlocked', recipients: this.#recipients };
    if (this.#spent) return { state: 'locked', because: this.#trouble?.because ?? NOT_KEPT };
    return this.#trouble === undefined
      ? { state: 'on-demand' }
      : { state: 'locked', because: this.#trouble.because };
  }

  async unlock(): Promise<KeeperStatus> {
    try {
      await this.#ready();
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
    }
    return this.status();
  }

  async recipients(): Promise<readonly string[]> {
    await this.#ready();
    return this.#recipients;
  }

  async ask(question: Exclude<Question, { task: 'unlock' }>, sealed: ByteSource): Promise<Asked> {
    const child = await this.#ready();
    clearTimeout(this.#idleTimer);
    const channel = child.ask(question);
    // What goes wrong in sending is what went wrong with the channel, or is told to it.
    const sending = send(sealed, channel).catch((error: unknown) => channel.break(coded(error)));
    const settle = () => this.#rest(child);
    const answer = channel.answer.catch((error: unknown) => {
      throw coded(error);
    });
    answer.then(settle, settle);
    const bytes = async function* () {
      try {
        yield* channel.read();
        await answer;
        await sending;
      } catch (error) {
        throw coded(error);
      } finally {
        channel.cancel();
      }
    };
    return { bytes: bytes(), answer };
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#idleTimer);
    const child = (await this.#unlocking?.catch(() => undefined)) ?? this.#child;
    await child?.end();
  }

  async #ready(): Promise<KeeperChild> {
    if (this.#child?.usable === true) return this.#child;
    if (this.#child !== undefined) this.#gone(this.#child);
    const { way } = this.#options;
    const failedAt = this.#trouble?.at;
    const resting = failedAt !== undefined && performance.now() - failedAt < PAUSE_AFTER_FAILURE_MS;
    if (way === null || this.#closed || this.#spent || resting) throw this.#locked();
    this.#unlocking ??= this.#start(way).finally(() => {
      this.#unlocking = undefined;
    });
    return this.#unlocking;
  }

  async #start(way: UnlockWay): Promise<KeeperChild> {
    this.#spent = isOnce(way);
    const descriptor = descriptorOf(way);
    const contentSecret = Buffer.from(this.#options.contentSecret).toString('hex');
    let child: KeeperChild | undefined;
    try {
      child = new KeeperChild(descriptor);
      // In the keeper, what is passed on has the number after the three that every process has.
      const told = descriptor === null ? way : withDescriptor(way, 3);
      const { answer } = child.ask({ task: 'unlock', way: told, contentSecret });
      const { recipients } = fieldsOf(await answer);
      if (!isWords(recipients)) throw new WireError('the keeper does not say to whom its identity answers');
      [this.#child, this.#recipients, this.#trouble] = [child, recipients, undefined];
    } catch (error) {
      await child?.end();
      const because = sentenceOf(error, child?.complaints ?? '');
      this.#trouble = { because, at: performance.now() };
      this.#options.log?.error(`the vault is locked: ${because}`);
      await this.#options.onUnlockFailed?.(because);
      throw this.#locked();
    }
    const unlocked = child;
    void unlocked.ended.then(() => this.#gone(unlocked));
    this.#rest(unlocked);
    return unlocked;
  }

  #gone(child: KeeperChild): void {
    if (this.#child !== child) return;
    this.#child = undefined;
    if (!this.#closed) this.#options.log?.error('the process that holds the identity of the vault has ended');
  }

  /** Without work it is ended, if nobody is needed to start it again: the identity is then in no memory at all. */
  #rest(child: KeeperChild): void {
    const { way, idleMilliseconds = IDLE_MS } = this.#options;
    clearTimeout(this.#idleTimer);
    if (child.busy || this.#child !== child || way === null || !isUnaided(way)) return;
    this.#idleTimer = setTimeout(() => {
      if (child.busy) return;
      this.#child = undefined;
      void child.end();
    }, idleMilliseconds);
    this.#idleTimer.unref();
  }

  #locked(): CodedError {
    const status = this.status();
    const because = status.state === 'locked' ? status.because : 'It is being closed.';
    return new CodedError('BW-VAULT-LOCKED', { message: `The vault is locked. ${because}` });
  }
}

async function send(
  sealed: ByteSource,
  channel: { write(bytes: Uint8Array): Promise<void>; end(): void },
): Promise<void> {
  for await (const piece of sealed) await channel.write(piece);
  channel.end();
}

/** A passphrase that was given by hand, or came in through a pipe, is gone with the keeper that has read it. */
function isOnce(way: UnlockWay): boolean {
  return way.kind === 'file' && ['descriptor', 'terminal'].includes(way.passphrase.from);
}

/** Whether unlocking is quick and asks nobody. A command may ask a device, and slowly. */
function isUnaided(way: UnlockWay): boolean {
  return way.kind === 'file' && way.passphrase.from === 'none';
}

function descriptorOf(way: UnlockWay): number | null {
  return way.kind === 'file' && way.passphrase.from === 'descriptor' ? way.passphrase.descriptor : null;
}

function withDescriptor(way: UnlockWay, descriptor: number): UnlockWay {
  return way.kind === 'file' ? { ...way, passphrase: { from: 'descriptor', descriptor } } : way;
}

function sentenceOf(error: unknown, complaints: string): string {
  if (error instanceof RefusedError) {
    const { message } = readRefusal(error.answer);
    if (message !== '') return message;
  }
  return `The process that is to hold the identity does not start. ${complaints}`.trim();
}

function coded(error: unknown): Error {
  if (error instanceof CodedError) return error;
  if (error instanceof RefusedError) {
    const { reason, message } = readRefusal(error.answer);
    const cause = new Error(message);
    switch (reason) {
      case 'altered':
        return new CodedError('BW-EXHIBIT-CORRUPT', { cause });
      case 'no-identity':
        return new CodedError('BW-VAULT-WRONG-IDENTITY', { cause });
      case 'busy':
        return new CodedError('BW-BUSY', { cause });
      case 'locked':
        return new CodedError('BW-VAULT-LOCKED', { cause });
      case 'internal':
        return new CodedError('BW-INTERNAL', { cause });
    }
  }
  if (error instanceof WireError) return new CodedError('BW-VAULT-KEEPER-FAILED', { cause: error });
  return error instanceof Error
    ? error
    : new Error('something was thrown that is no error', { cause: error });
}
