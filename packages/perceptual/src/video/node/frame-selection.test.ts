import { expect, it } from 'vitest';
import { type FrameSelection, FrameSelector, selectExpression, selectionFor } from './frame-selection.ts';

function keptOf(selection: FrameSelection, times: readonly (number | undefined)[]): number[] {
  const selector = new FrameSelector(selection);
  return [...times.keys()].filter((frame) => selector.keeps(frame, times[frame]));
}

const tenths = (count: number) => Array.from({ length: count }, (_, i) => i * 100_000);

it('keeps one frame a second of a steady video, as published', () => {
  expect(keptOf(selectionFor('sampled', 10, 1), tenths(25))).toEqual([0, 10, 20]);
  expect(selectionFor('sampled', 30_000 / 1001, 1).interval).toBe(29);
});

it('keeps a further frame where the published rule would leave a hole', () => {
  const times = [0, 100_000, 3_000_000, 3_100_000];
  expect(keptOf(selectionFor('sampled', 10, 1), times)).toEqual([0, 2]);
});

it('does not believe a frame rate that would hide all frames but the first', () => {
  for (const rate of [0, 90_000, 1e9]) expect(selectionFor('sampled', rate, 1).interval).toBe(25);
});

it('keeps all frames if asked', () => {
  expect(keptOf(selectionFor('every-frame', 10, 1), [0, undefined, 5])).toEqual([0, 1, 2]);
  expect(keptOf(selectionFor('sampled', 10, 0), [0, undefined, 5])).toEqual([0, 1, 2]);
});

it('thins out key frames by their time', () => {
  expect(keptOf(selectionFor('key-frames', 10, 1), [0, 100_000, 600_000, 900_000, 1_300_000])).toEqual([
    0, 2, 4,
  ]);
});

it('tells ffmpeg the same', () => {
  expect(selectExpression({ interval: 30, gap: 1_500_000 })).toBe(
    'not(mod(n,30))+gt(pts-prev_selected_pts,1500000)',
  );
});
