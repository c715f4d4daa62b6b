import { identifyFormat } from '../identify-format.ts';
import type { Confinement, ConfinementChoice } from './confinement.ts';
import { type AnswerParser, Lane, unscanned, type Walls } from './lane.ts';
import { DEFAULT_DECODER_LIMITS, type DecoderLimits } from './limits.ts';
import type { Fingerprinted, Rendered, RenderRequest, Unscanned } from './outcome.ts';
import { parseFingerprintAnswer, parseRenderAnswer, type Request } from './protocol.ts';

/**
 * Decodes hostile pictures where they can do no harm: in child processes, one picture at a time each, behind the
 * best walls that the machine offers, within limits of size, time and memory. A child is started by the
 * first job, killed by any overrun, and ended when it has been idle for a while.
 */
export interface ConfinedDecoder {
  /**
   * PDQ of the picture in both families, as stored and in all its other looks. A picture that cannot be hashed resolves to `Unscanned`, it does not reject.
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
   * Ends the children and answers the jobs in hand and those to come with `decoder-unavailable`. Resolves when the
   * children are gone. May be called again.
   */
  close(): Promise<void>;
}

export interface DecoderStatus {
  /** Undecided until a child has been started for the first time; it does not change after that. */
  readonly confinement: Confinement | 'undecided';
  /** What speaks against bubblewrap, or against starting a child at all; for the operator, not for a user. */
  readonly trouble: string | undefined;
  /** Process id of the first running child, if there is one. */
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
  /** How many children may decode side by side, each within the limits of memory; 1 unless told. */
  readonly children?: number;
}

/** Too many jobs wait already. Nothing is wrong with the picture: try again later. */
export class DecoderBusyError extends Error {
  constructor(waiting: number) {
    super(`${waiting} pictures are waiting for the decoder already`);
    this.name = 'DecoderBusyError';
  }
}

/** Makes a decoder. Starts nothing yet. Throws a RangeError if `children` is not a positive integer. */
export function createConfinedDecoder(options: DecoderOptions = {}): ConfinedDecoder {
  return new QueueingDecoder(options);
}

const DEFAULT_IDLE_MILLISECONDS = 30_000;

interface Job {
  readonly carryOut: (lane: Lane) => Promise<void>;
  readonly abandon: () => void;
}

class QueueingDecoder implements ConfinedDecoder {
  readonly #limits: DecoderLimits;
  readonly #walls: Walls;
  readonly #lanes: readonly Lane[];
  readonly #waiting: Job[] = [];
  #closed = false;
  #lastId = 0;

  constructor({ limits, idleMilliseconds, confinement, children = 1 }: DecoderOptions) {
    if (!Number.isInteger(children) || children < 1) {
      throw new RangeError(`children must be a positive integer, not ${children}`);
    }
    this.#limits = { ...DEFAULT_DECODER_LIMITS, ...limits };
    this.#walls = { choice: confinement ?? 'automatic', confinement: undefined, trouble: undefined };
    this.#lanes = Array.from(
      { length: children },
      () => new Lane(this.#walls, this.#limits, idleMilliseconds ?? DEFAULT_IDLE_MILLISECONDS),
    );
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
      const lane = this.#lanes[0]!;
      await lane.readyChild();
      lane.endChildWhenIdle();
    }
    return this.status();
  }

  status(): DecoderStatus {
    return {
      confinement: this.#walls.confinement ?? 'undecided',
      trouble: this.#walls.trouble,
      childPid: this.#lanes.find(({ childPid }) => childPid !== undefined)?.childPid,
      busy: this.#lanes.some(({ busy }) => busy),
      waiting: this.#waiting.length,
    };
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const job of this.#waiting.splice(0)) job.abandon();
    await Promise.all(this.#lanes.map((lane) => lane.close()));
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
    if (this.#closed) return unscanned('decoder-unavailable');
    if (this.#waiting.length >= this.#limits.waiting) throw new DecoderBusyError(this.#waiting.length);

    const { pixels: pixelLimit, frames: frameLimit } = this.#limits;
    const request = { ...task, id: ++this.#lastId, format, pixelLimit, frameLimit };
    const { promise, resolve } = Promise.withResolvers<Result | Unscanned>();
    this.#waiting.push({
      carryOut: async (lane) => resolve(await lane.carryOut(request, bytes, parse)),
      abandon: () => resolve(unscanned('decoder-unavailable')),
    });
    const free = this.#lanes.find(({ busy }) => !busy);
    if (free) void this.#workThroughQueue(free);
    return await promise;
  }

  async #workThroughQueue(lane: Lane): Promise<void> {
    lane.busy = true;
    for (let job = this.#waiting.shift(); job; job = this.#waiting.shift()) await job.carryOut(lane);
    lane.busy = false;
    lane.endChildWhenIdle();
  }
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
