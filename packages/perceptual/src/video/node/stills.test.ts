import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createConfinedDecoder } from '../../node/index.ts';
import { contactSheet } from './contact-sheet.ts';
import { ffmpegNote, hasFfmpeg, SAMPLE_CONTAINERS, Studio } from './sample-videos.ts';
import { stillsOfVideo } from './stills-of-video.ts';

const RED_GREEN_BLUE = [
  '-f lavfi -i color=red:s=80x40:r=5:d=1 -f lavfi -i color=lime:s=80x40:r=5:d=1 -f lavfi -i color=blue:s=80x40:r=5:d=1',
  '-filter_complex [0][1][2]concat=n=3 -c:v libx264 -pix_fmt yuv420p -g 5',
].join(' ');

describe.skipIf(!hasFfmpeg)(`stills of a video${ffmpegNote}`, () => {
  let studio: Studio;
  const decoder = createConfinedDecoder();
  beforeAll(async () => {
    studio = await Studio.open();
  });
  afterAll(async () => {
    await decoder.close();
    await studio.close();
  });

  it('are the frames at the times asked for, made to fit', async () => {
    const file = await studio.make('colors.mp4', RED_GREEN_BLUE);
    const outcome = await stillsOfVideo(file, { seconds: [0, 1.4, 2.4, 99], side: 40 });
    if (outcome.kind !== 'stills') throw new Error(outcome.reason);
    expect(outcome).toMatchObject({ width: 40, height: 20 });
    expect(outcome.stills.map(({ seconds }) => seconds)).toEqual([0, 1.4, 2.4]);
    expect(outcome.stills.map(({ rgb }) => strongest(rgb))).toEqual(['red', 'green', 'blue']);
  });

  it('are there in every container', async () => {
    for (const [name, options] of Object.entries(SAMPLE_CONTAINERS)) {
      const outcome = await stillsOfVideo(await studio.make(name, options), { seconds: [0, 1], side: 32 });
      expect([name, outcome.kind]).toEqual([name, 'stills']);
    }
  });

  it('of what is no video, or cannot be decoded in time, are none', async () => {
    const file = await studio.make('colors.mp4', RED_GREEN_BLUE);
    const request = { seconds: [0], side: 40 };
    expect(await stillsOfVideo(await studio.write('text', '#EXTM3U\ncolors.mp4\n'), request)).toEqual({
      kind: 'unscanned',
      reason: 'unrecognized-format',
    });
    expect(await stillsOfVideo(file, request, { limits: { milliseconds: 0 } })).toEqual({
      kind: 'unscanned',
      reason: 'timeout',
    });
  });

  it('make a sheet that the decoder of pictures can read, row by row', async () => {
    const file = await studio.make('colors.mp4', RED_GREEN_BLUE);
    const outcome = await stillsOfVideo(file, { seconds: [0, 1.4, 2.4], side: 40 });
    if (outcome.kind !== 'stills') throw new Error(outcome.reason);
    const rendered = await decoder.render(contactSheet(outcome), { maxSide: 200, tone: 'color', blur: 0 });
    expect(rendered).toMatchObject({ kind: 'rendered', width: 84, height: 44 });
  });
});

function strongest(rgb: Uint8Array): string | undefined {
  const middle = Math.floor(rgb.length / 6) * 3 + 60;
  const pixel = [...rgb.subarray(middle, middle + 3)];
  return ['red', 'green', 'blue'][pixel.indexOf(Math.max(...pixel))];
}
