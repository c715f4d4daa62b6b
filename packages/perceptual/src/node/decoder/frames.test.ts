import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { encodeFrame, type Frame, FrameReader } from './frames.ts';

const ROOMY = { headerBytes: 10_000, bodyBytes: 10_000 };

it('puts frames together however the stream is cut', () => {
  const frame = fc.record({
    header: fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.integer(), fc.boolean())),
    body: fc.uint8Array({ maxLength: 60 }),
  });
  fc.assert(
    fc.property(fc.array(frame), fc.array(fc.integer({ min: 1, max: 40 })), (frames, cuts) => {
      const stream = Buffer.concat(frames.flatMap(({ header, body }) => encodeFrame(header, body)));
      const reader = new FrameReader(ROOMY);
      const received: Frame[] = [];
      let at = 0;
      for (const cut of [...cuts, stream.length]) {
        received.push(...reader.push(stream.subarray(at, at + cut)));
        at += cut;
      }
      expect(received).toHaveLength(frames.length);
      received.forEach(({ header, body }, i) => {
        expect(header).toEqual(JSON.parse(JSON.stringify(frames[i]!.header)));
        expect(Uint8Array.from(body)).toEqual(frames[i]!.body);
      });
    }),
  );
});

it('refuses a frame that announces too much, before it comes', () => {
  const reader = new FrameReader({ headerBytes: 100, bodyBytes: 100 });
  const [lengths] = encodeFrame({}, new Uint8Array(101));
  expect(() => reader.push(lengths!)).toThrow(RangeError);
});

it('refuses a header that is not JSON', () => {
  const reader = new FrameReader(ROOMY);
  expect(() => reader.push(Buffer.from([1, 0, 0, 0, 0, 0, 0, 0, 0x7b]))).toThrow(SyntaxError);
});

it('ends in frames or in an error for any bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      try {
        for (const { body } of new FrameReader(ROOMY).push(bytes))
          expect(body.length).toBeLessThanOrEqual(bytes.length);
      } catch (error) {
        expect(error).toSatisfy((thrown) => thrown instanceof RangeError || thrown instanceof SyntaxError);
      }
    }),
  );
});
