import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { FrameLogReader, type LoggedFrame } from './frame-log.ts';

it('reads frames however the stream is cut', () => {
  const logged: fc.Arbitrary<LoggedFrame> = fc.record({
    frame: fc.nat(),
    microseconds: fc.option(fc.integer(), { nil: undefined }),
  });
  fc.assert(
    fc.property(fc.array(logged), fc.array(fc.integer({ min: 1, max: 30 })), (frames, cuts) => {
      const text = frames
        .map(
          ({ frame, microseconds }) =>
            `frame:${String(frame).padEnd(4)} pts:${String(microseconds ?? 'NOPTS').padEnd(7)} pts_time:1.5\nframe=1\n`,
        )
        .join('');
      const reader = new FrameLogReader();
      const read: LoggedFrame[] = [];
      let at = 0;
      for (const cut of [...cuts, text.length]) {
        read.push(...reader.push(text.slice(at, at + cut)));
        at += cut;
      }
      expect(read).toEqual(frames);
    }),
  );
});

it.each(['frame:x pts:1 pts_time:1\n', 'title=frame:1\n', '\n', 'x'.repeat(1000)])('refuses %j', (text) => {
  expect(() => [...new FrameLogReader().push(text)]).toThrow(SyntaxError);
});
