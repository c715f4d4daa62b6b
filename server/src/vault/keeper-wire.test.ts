import { PassThrough } from 'node:stream';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { gather } from './gather.ts';
import { encodeFrame, FrameReader, KINDS } from './keeper-frames.ts';
import { Wire, type Channel, type WireError } from './keeper-wire.ts';

/** Two ends; the second answers as `answer` does. */
function pair(answer: (question: unknown, channel: Channel) => void): {
  wire: Wire;
  other: Wire;
  input: PassThrough;
} {
  const [there, back] = [new PassThrough(), new PassThrough()];
  return { wire: new Wire(back, there), other: new Wire(there, back, answer), input: back };
}

it('frames come out as they went in, however the stream is cut', () => {
  const frame = fc.record({
    channel: fc.nat(2 ** 32 - 1),
    kind: fc.constantFrom(...KINDS),
    body: fc.uint8Array({ maxLength: 50 }).map((bytes) => Buffer.from(bytes)),
  });
  fc.assert(
    fc.property(fc.array(frame, { maxLength: 8 }), fc.integer({ min: 1, max: 20 }), (frames, cut) => {
      const stream = Buffer.concat(
        frames.flatMap(({ channel, kind, body }) => [...encodeFrame(channel, kind, body)]),
      );
      const reader = new FrameReader();
      const read = [];
      for (let at = 0; at < stream.length; at += cut)
        read.push(...reader.push(stream.subarray(at, at + cut)));
      expect(read).toEqual(frames);
    }),
  );
});

it('a stream of anything else ends in words, and never in more memory than a frame may take', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 9, maxLength: 200 }), (bytes) => {
      const reader = new FrameReader();
      try {
        for (const { body } of reader.push(bytes)) expect(body.length).toBeLessThanOrEqual(200);
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
      }
    }),
  );
});

it('bytes go both ways, far more than there is room for at once', async () => {
  const bytes = Buffer.alloc(5_000_001, 'placeholder ');
  const { wire } = pair((question, channel) => {
    void (async () => {
      for await (const piece of channel.read()) await channel.write(piece);
      channel.end();
      channel.done({ question });
    })();
  });
  const channel = wire.ask({ echo: true });
  const writing = channel.write(bytes).then(() => channel.end());
  expect(Buffer.concat(await gather(channel.read())).equals(bytes)).toBe(true);
  await writing;
  expect(await channel.answer).toEqual({ question: { echo: true } });
  expect(wire.busy).toBe(0);
});

it('whoever sends more than there is room for, asks where nobody may ask, or talks nonsense, is cut off', async () => {
  const credit = Buffer.alloc(4, 255);
  const hostile: (readonly Uint8Array[])[] = [
    Array.from({ length: 6 }, () => encodeFrame(1, 'data', Buffer.alloc(250_000))).flat(),
    encodeFrame(1, 'credit', credit),
    encodeFrame(1, 'credit', Buffer.alloc(1)),
    encodeFrame(7, 'ask', Buffer.from('{}')),
    encodeFrame(1, 'done', Buffer.from('no json')),
    [Buffer.alloc(9, 255)],
  ];
  for (const frames of hostile) {
    const { wire, input } = pair(() => {});
    const failed = new Promise<WireError>((resolve) => {
      wire.onFailure = resolve;
    });
    const channel = wire.ask({});
    for (const piece of frames) input.write(piece);
    expect((await failed).message).toMatch(/does not speak as agreed/);
    await expect(channel.answer).rejects.toThrow();
    expect(() => wire.ask({})).toThrow(/as agreed/);
  }
});

it('whoever waits hears that the other end is gone', async () => {
  const { wire, input } = pair(() => {});
  const channel = wire.ask({});
  const reading = expect(gather(channel.read())).rejects.toThrow(/gone/);
  const writing = expect(channel.write(Buffer.alloc(3_000_000))).rejects.toThrow(/gone/);
  input.destroy();
  await Promise.all([reading, writing]);
});
