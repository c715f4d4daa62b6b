import { identifyFormat, type RasterFormat } from '../identify-format.ts';
import { type Confinement, type ConfinementChoice, decoderCommand } from './confinement.ts';
import { ChildFailure, DecoderChild } from './decoder-child.ts';
import type { Frame } from './frames.ts';
import { DEFAULT_DECODER_LIMITS, type DecoderLimits } from './limits.ts';
import type { Fingerprinted, Rendered, RenderRequest, Unscanned, UnscannedReason } from './outcome.ts';
import { parseFingerprintAnswer, parseRenderAnswer, type Request } from './protocol.ts';

/**
 * Decodes hostile pictures where they can do no harm: in a child process, one picture at a time, behind the
 * best walls that the machine offers, within limits of size, time and memory. The child is started by the
 * first job, killed by any overrun, and ended when it has been idle for a while.
 */
export interface ConfinedDecoder {
  /**
   * PDQ of the picture as stored. A picture that cannot be hashed resolves to `Unscanned`, it does not reject.
   * Rejects with a DecoderBusyError when too many jobs wait.
   */
  fingerprint(bytes: Uint8Array): Promise<Fingerprinted | Unscanned>;

  /**
   * A fresh, upright copy for a person to look at, without metadata, in WebP; transparency over white, the first
   * frame of an animation. Resolves and rejects as `fingerprint` does; rejects with a RangeError if `maxSide` is
   * not an integer from 1 to 16383, or `blur` is neither 0 nor from 0.3 to 1000.
   */
  render(bytes: Uint8Array, request: RenderRequest): Promise<Rendered | Unscanned>;

  /** Starts a child if there is none, and tells how things stand. For whoever must know before the first job. */
  probe(): Promise<DecoderStatus>;

  status(): DecoderStatus;

  /**
   * Ends the child and answers the jobs in hand and those to come with `decoder-unavailable`. Resolves when the
   * child is gone. May be called again.
   */
  close(): Promise<void>;
}

export interface DecoderStatus {
  /** Undecided until a child has been started for the first time; it does not change after that. */
  readonly confinement: Confinement | 'undecided';
  /** What speaks against bubblewrap, or against starting a child at all; for the operator, not for a user. */
  readonly trouble: string | undefined;
  /** Process id of the running child, if there is one. */
  readonly childPid: number | undefined;
  readonly busy: boolean;
  readonly waiting: number;
}

export interface DecoderOptions {
  /** Those left out are as in DEFAULT_DECODER_LIMITS. */
  readonly limits?: Partial<DecoderLimits>;
  /** How long a child without work is kept; 30 seconds unless told. */
  readonly idleMilliseconds?: number;
  /** `automatic` unless told. `bubblewrap` refuses to work without it: every picture is `decoder-unavailable`. */
  readonly confinement?: ConfinementChoice;
}

/** Too many jobs wait already. Nothing is wrong with the picture: try again later. */
export class DecoderBusyError extends Error {
  constructor(waiting: number) {
    super(`${waiting} pictures are waiting for the decoder already`);
    this.name = 'DecoderBusyError';
  }
}

/** Makes a decoder. Starts nothing yet. */
export function createConfinedDecoder(options: DecoderOptions = {}): ConfinedDecoder {
  return new QueueingDecoder(options);
}

const DEFAULT_IDLE_MILLISECONDS = 30_000;
const START_MILLISECONDS = 15_000;
const DECODABLE: ReadonlySet<RasterFormat> = new Set(['jpeg', 'png', 'gif', 'webp', 'avif', 'tiff']);

interface Job {
  readonly carryOut: () => Promise<void>;
  readonly abandon: () => void;
}

type AnswerParser<Result> = (frame: Frame, request: Request) => Result | Unscanned;

class QueueingDecoder implements ConfinedDecoder {
  readonly #limits: DecoderLimits;
  readonly #idleMilliseconds: number;
  readonly #choice: ConfinementChoice;
  readonly #waiting: Job[] = [];
  #working = false;
  #closed = false;
  #lastId = 0;
  #child: DecoderChild | undefined;
  #starting: Promise<DecoderChild | undefined> | undefined;
  #confinement: Confinement | undefined;
  #trouble: string | undefined;
  #idleTimer: NodeJS.Timeout | undefined;

  constructor({ limits, idleMilliseconds, confinement }: DecoderOptions) {
    this.#limits = { ...DEFAULT_DECODER_LIMITS, ...limits };
    this.#idleMilliseconds = idleMilliseconds ?? DEFAULT_IDLE_MILLISECONDS;
    this.#choice = confinement ?? 'automatic';
  }

  async fingerprint(bytes: Uint8Array): Promise<Fingerprinted | Unscanned> {
    return await this.#submit(bytes, { task: 'fingerprint' }, parseFingerprintAnswer);
  }

  async render(bytes: Uint8Array, render: RenderRequest): Promise<Rendered | Unscanned> {
    checkRenderRequest(render);
    return await this.#submit(bytes, { task: 'render', render }, parseRenderAnswer);
  }

  async probe(): Promise<DecoderStatus> {
    if (!this.#closed) {
      await this.#readyChild();
      this.#endChildWhenIdle();
    }
    return this.status();
  }

  status(): DecoderStatus {
    return {
      confinement: this.#confinement ?? 'undecided',
      trouble: this.#trouble,
      childPid: this.#child?.usable ? this.#child.pid : undefined,
      busy: this.#working,
      waiting: this.#waiting.length,
    };
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#idleTimer);
    for (const job of this.#waiting.splice(0)) job.abandon();
    const child = (await this.#starting) ?? this.#child;
    await child?.kill();
  }

  async #submit<Result extends Fingerprinted | Rendered>(
    bytes: Uint8Array,
    task: Pick<Request, 'task' | 'render'>,
    parse: AnswerParser<Result>,
  ): Promise<Result | Unscanned> {
    if (bytes.length === 0) return unscanned('empty');
    if (bytes.length > this.#limits.bytes) return unscanned('too-large');
    const format = identifyFormat(bytes);
    if (!format) return unscanned('unrecognized-format');
    if (!DECODABLE.has(format)) return unscanned('unsupported-format');
    if (this.#closed) return unscanned('decoder-unavailable');
    if (this.#waiting.length >= this.#limits.waiting) throw new DecoderBusyError(this.#waiting.length);

    const request = { ...task, id: ++this.#lastId, format, pixelLimit: this.#limits.pixels };
    const { promise, resolve } = Promise.withResolvers<Result | Unscanned>();
    this.#waiting.push({
      carryOut: async () => resolve(await this.#carryOut(request, bytes, parse)),
      abandon: () => resolve(unscanned('decoder-unavailable')),
    });
    if (!this.#working) void this.#workThroughQueue();
    return await promise;
  }

  async #workThroughQueue(): Promise<void> {
    this.#working = true;
    clearTimeout(this.#idleTimer);
    for (let job = this.#waiting.shift(); job; job = this.#waiting.shift()) await job.carryOut();
    this.#working = false;
    this.#endChildWhenIdle();
  }

  async #carryOut<Result extends Fingerprinted | Rendered>(
    request: Request,
    bytes: Uint8Array,
    parse: AnswerParser<Result>,
  ): Promise<Result | Unscanned> {
    const child = await this.#readyChild();
    if (!child || this.#closed) return unscanned('decoder-unavailable');
    let overrun = false;
    const timer = setTimeout(() => {
      overrun = true;
      void child.kill();
    }, this.#limits.milliseconds);
    try {
      const outcome = parse(await child.exchange(request, bytes), request);
      // It may hold on to what it could not finish with.
      if (outcome.kind === 'unscanned' && outcome.reason === 'out-of-memory') void child.kill();
      return outcome;
    } catch (error) {
      void child.kill();
      if (this.#closed) return unscanned('decoder-unavailable');
      if (overrun) return unscanned('timeout');
      return unscanned(wasOutOfMemory(error) ? 'out-of-memory' : 'decoder-crashed');
    } finally {
      clearTimeout(timer);
    }
  }

  /** The running child, or a new one; undefined if none can be started. */
  async #readyChild(): Promise<DecoderChild | undefined> {
    if (this.#child?.usable) return this.#child;
    this.#starting ??= this.#start().finally(() => {
      this.#starting = undefined;
    });
    return await this.#starting;
  }

  /**
   * Tries the walls out by starting a child behind them, once: a machine that had bubblewrap work does not fall
   * back later, when it may be out of sorts because of what somebody has sent.
   */
  async #start(): Promise<DecoderChild | undefined> {
    const candidates: Confinement[] =
      this.#confinement !== undefined
        ? [this.#confinement]
        : this.#choice === 'automatic'
          ? ['bubblewrap', 'process']
          : [this.#choice];
    for (const confinement of candidates) {
      try {
        this.#child = await startChild(confinement, this.#limits.memoryBytes);
        this.#confinement = confinement;
        return this.#child;
      } catch (error) {
        this.#trouble = `${confinement}: ${error instanceof Error ? error.message : String(error)}`;
      }
    }
    return undefined;
  }

  #endChildWhenIdle(): void {
    clearTimeout(this.#idleTimer);
    if (this.#working) return;
    this.#idleTimer = setTimeout(() => void this.#child?.kill(), this.#idleMilliseconds);
    this.#idleTimer.unref();
  }
}

function unscanned(reason: UnscannedReason): Unscanned {
  return { kind: 'unscanned', reason };
}

async function startChild(confinement: Confinement, memoryBytes: number): Promise<DecoderChild> {
  const command = decoderCommand(confinement, memoryBytes);
  if (!command) throw new ChildFailure('not installed');
  return await DecoderChild.start(command, START_MILLISECONDS);
}

/** An allocation that the kernel refused ends a process in one of these words of V8, GLib or the C++ library. */
function wasOutOfMemory(error: unknown): boolean {
  return error instanceof ChildFailure && /out of memory|failed to allocate|bad_alloc/i.test(error.message);
}

/** The largest side of a WebP picture. */
const LARGEST_SIDE = 16_383;

function checkRenderRequest({ maxSide, blur }: RenderRequest): void {
  if (!Number.isInteger(maxSide) || maxSide < 1 || maxSide > LARGEST_SIDE) {
    throw new RangeError(`maxSide must be an integer from 1 to ${LARGEST_SIDE}, not ${maxSide}`);
  }
  if (blur !== 0 && !(blur >= 0.3 && blur <= 1000)) {
    throw new RangeError(`blur must be 0, or from 0.3 to 1000, not ${blur}`);
  }
}
