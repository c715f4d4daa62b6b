import type { Readable, Writable } from 'node:stream';
import { encodeFrame, FrameReader, MOST_BODY_BYTES, type Frame, type FrameKind } from './keeper-frames.ts';

/** How much may be on its way in one direction of a channel: whoever reads slowly slows down whoever writes. */
const WINDOW_BYTES = 1024 * 1024;
/** Room is given back in portions of this. */
const CREDIT_BYTES = WINDOW_BYTES / 4;

/** The other end is gone, or does not speak as agreed. */
export class WireError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'WireError';
  }
}

/** The other end says that it could not do what was asked. */
export class RefusedError extends Error {
  readonly answer: unknown;

  constructor(answer: unknown) {
    super('what was asked of the other end failed');
    this.name = 'RefusedError';
    this.answer = answer;
  }
}

/** Many channels over one pair of pipes. One end asks, the other answers; bytes go both ways on each channel. */
export class Wire {
  readonly #output: Writable;
  readonly #channels = new Map<number, Channel>();
  readonly #onAsk: ((question: unknown, channel: Channel) => void) | null;
  #last = 0;
  #failure: WireError | undefined;
  /** Called once, when the wire is of no more use. */
  onFailure: (failure: WireError) => void = () => {};

  constructor(
    input: Readable,
    output: Writable,
    onAsk: ((question: unknown, channel: Channel) => void) | null = null,
  ) {
    this.#output = output;
    this.#onAsk = onAsk;
    const reader = new FrameReader();
    input.on('data', (piece: Buffer) => {
      try {
        for (const frame of reader.push(piece)) this.#receive(frame);
      } catch (cause) {
        this.fail('the other end does not speak as agreed', { cause });
      }
    });
    input.on('error', (cause) => this.fail('the other end cannot be heard', { cause }));
    input.on('close', () => this.fail('the other end is gone'));
    // A broken pipe is the shadow of the end of the process, which is noticed above.
    output.on('error', () => undefined);
  }

  get usable(): boolean {
    return this.#failure === undefined;
  }

  /** How many channels are in use. */
  get busy(): number {
    return this.#channels.size;
  }

  ask(question: object): Channel {
    if (this.#failure !== undefined) throw this.#failure;
    this.#last += 1;
    const channel = this.#open(this.#last);
    this.send(this.#last, 'ask', Buffer.from(JSON.stringify(question)));
    return channel;
  }

  send(channel: number, kind: FrameKind, body: Uint8Array): void {
    if (this.#failure !== undefined) return;
    for (const piece of encodeFrame(channel, kind, body)) this.#output.write(piece);
  }

  fail(message: string, options?: ErrorOptions): void {
    if (this.#failure !== undefined) return;
    this.#failure = new WireError(message, options);
    for (const channel of this.#channels.values()) channel.break(this.#failure);
    this.onFailure(this.#failure);
  }

  #open(number: number): Channel {
    const channel = new Channel(
      (kind, body) => this.send(number, kind, body),
      () => this.#channels.delete(number),
    );
    this.#channels.set(number, channel);
    return channel;
  }

  #receive({ channel: number, kind, body }: Frame): void {
    if (kind === 'ask') {
      if (this.#onAsk === null || this.#channels.has(number))
        throw new RangeError('nobody may ask on this channel');
      this.#onAsk(JSON.parse(body.toString()), this.#open(number));
      return;
    }
    // What comes late for a channel that was given up is no fault.
    this.#channels.get(number)?.receive(kind, body);
  }
}

/** One question, its answer, and a stream of bytes in either direction. */
export class Channel {
  readonly #send: (kind: FrameKind, body: Uint8Array) => void;
  readonly #close: () => void;
  readonly #answer = Promise.withResolvers<unknown>();
  readonly #received: Buffer[] = [];
  #ended = false;
  #failure: Error | undefined;
  #unread = 0;
  #owed = 0;
  #room = WINDOW_BYTES;
  #wake: (() => void)[] = [];

  constructor(send: (kind: FrameKind, body: Uint8Array) => void, close: () => void) {
    this.#send = send;
    this.#close = close;
    // Whoever reads the stream hears of a failure there.
    this.#answer.promise.catch(() => undefined);
  }

  /** What the other end says in the end. Rejects with a RefusedError or a WireError. */
  get answer(): Promise<unknown> {
    return this.#answer.promise;
  }

  /** Resolves when there is room for more. Rejects when the channel is broken. */
  async write(bytes: Uint8Array): Promise<void> {
    for (let rest = bytes; rest.length > 0; ) {
      while (this.#room === 0 && this.#failure === undefined) await this.#woken();
      if (this.#failure !== undefined) throw this.#failure;
      const piece = rest.subarray(0, Math.min(this.#room, MOST_BODY_BYTES));
      this.#room -= piece.length;
      this.#send('data', piece);
      rest = rest.subarray(piece.length);
    }
  }

  /** Says that no more bytes come from this end. */
  end(): void {
    this.#send('end', EMPTY);
  }

  /** The bytes from the other end, until it says that no more come. Throws when the channel is broken. */
  async *read(): AsyncGenerator<Buffer, void, void> {
    for (;;) {
      const piece = this.#received.shift();
      if (piece !== undefined) {
        this.#unread -= piece.length;
        this.#owed += piece.length;
        if (this.#owed >= CREDIT_BYTES) this.#giveBack();
        yield piece;
        continue;
      }
      if (this.#failure !== undefined) throw this.#failure;
      if (this.#ended) return;
      await this.#woken();
    }
  }

  /** Answers, and closes the channel. */
  done(answer: object): void {
    this.#send('done', Buffer.from(JSON.stringify(answer)));
    this.#close();
  }

  /** Answers that it failed, and closes the channel. */
  refuse(answer: object): void {
    this.#send('failed', Buffer.from(JSON.stringify(answer)));
    this.#close();
  }

  /** Gives up what was asked. */
  cancel(): void {
    this.#send('cancel', EMPTY);
    this.break(new WireError('it was given up'));
  }

  break(failure: Error): void {
    if (this.#failure !== undefined) return;
    this.#failure = failure;
    this.#answer.reject(failure);
    this.#close();
    this.#wakeAll();
  }

  receive(kind: Exclude<FrameKind, 'ask'>, body: Buffer): void {
    switch (kind) {
      case 'data':
        this.#unread += body.length;
        if (this.#ended || this.#unread > WINDOW_BYTES)
          throw new RangeError('more came than there was room for');
        this.#received.push(body);
        break;
      case 'end':
        this.#ended = true;
        break;
      case 'credit':
        this.#room += body.readUInt32LE(0);
        if (this.#room > WINDOW_BYTES) throw new RangeError('more room was given back than was taken');
        break;
      case 'done':
        this.#answer.resolve(JSON.parse(body.toString()));
        this.#ended = true;
        this.#close();
        break;
      case 'failed':
        this.break(new RefusedError(JSON.parse(body.toString())));
        break;
      case 'cancel':
        this.break(new WireError('it was given up'));
        break;
    }
    this.#wakeAll();
  }

  #giveBack(): void {
    const credit = Buffer.alloc(4);
    credit.writeUInt32LE(this.#owed);
    this.#owed = 0;
    this.#send('credit', credit);
  }

  #woken(): Promise<void> {
    return new Promise((resolve) => this.#wake.push(resolve));
  }

  #wakeAll(): void {
    for (const wake of this.#wake.splice(0)) wake();
  }
}

const EMPTY = new Uint8Array();
