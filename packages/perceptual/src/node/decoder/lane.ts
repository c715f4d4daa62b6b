import { type Confinement, type ConfinementChoice, decoderCommand } from './confinement.ts';
import { ChildFailure, DecoderChild } from './decoder-child.ts';
import type { Frame } from './frames.ts';
import type { DecoderLimits } from './limits.ts';
import type { Fingerprinted, Rendered, Unscanned, UnscannedReason } from './outcome.ts';
import type { Request } from './protocol.ts';

/** What the lanes of a decoder have found out together about walls on this machine. */
export interface Walls {
  readonly choice: ConfinementChoice;
  confinement: Confinement | undefined;
  trouble: string | undefined;
}

export type AnswerParser<Result> = (frame: Frame, request: Request) => Result | Unscanned;

const START_MILLISECONDS = 15_000;

/** One child after another, for one job after another: started when needed, killed by any overrun, ended when idle. */
export class Lane {
  readonly #walls: Walls;
  readonly #limits: DecoderLimits;
  readonly #idleMilliseconds: number;
  #closed = false;
  #child: DecoderChild | undefined;
  #starting: Promise<DecoderChild | undefined> | undefined;
  #idleTimer: NodeJS.Timeout | undefined;
  /** Whether it has a job in hand; kept by whoever hands out the jobs. */
  busy = false;

  constructor(walls: Walls, limits: DecoderLimits, idleMilliseconds: number) {
    this.#walls = walls;
    this.#limits = limits;
    this.#idleMilliseconds = idleMilliseconds;
  }

  get childPid(): number | undefined {
    return this.#child?.usable ? this.#child.pid : undefined;
  }

  async carryOut<Result extends Fingerprinted | Rendered>(
    request: Request,
    bytes: Uint8Array,
    parse: AnswerParser<Result>,
  ): Promise<Result | Unscanned> {
    const child = await this.readyChild();
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
  async readyChild(): Promise<DecoderChild | undefined> {
    clearTimeout(this.#idleTimer);
    if (this.#child?.usable) return this.#child;
    this.#starting ??= this.#start().finally(() => {
      this.#starting = undefined;
    });
    return await this.#starting;
  }

  endChildWhenIdle(): void {
    clearTimeout(this.#idleTimer);
    if (this.busy) return;
    this.#idleTimer = setTimeout(() => void this.#child?.kill(), this.#idleMilliseconds);
    this.#idleTimer.unref();
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#idleTimer);
    const child = (await this.#starting) ?? this.#child;
    await child?.kill();
  }

  /**
   * Tries the walls out by starting a child behind them, once: a machine that had bubblewrap work does not fall
   * back later, when it may be out of sorts because of what somebody has sent.
   */
  async #start(): Promise<DecoderChild | undefined> {
    for (const confinement of candidatesFor(this.#walls)) {
      try {
        this.#child = await startChild(confinement, this.#limits.memoryBytes);
        this.#walls.confinement = confinement;
        return this.#child;
      } catch (error) {
        this.#walls.trouble = `${confinement}: ${error instanceof Error ? error.message : String(error)}`;
      }
    }
    return undefined;
  }
}

export function unscanned(reason: UnscannedReason): Unscanned {
  return { kind: 'unscanned', reason };
}

function candidatesFor({ confinement, choice }: Walls): readonly Confinement[] {
  if (confinement !== undefined) return [confinement];
  return choice === 'automatic' ? ['bubblewrap', 'process'] : [choice];
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
