import { vpdqToJson, vpdqToText, type VpdqFrame } from '@breakwater/perceptual/video';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readListFile, unpackFrames, type ListFileFormat } from './index.ts';

const frames = fc
  .array(
    fc.record({
      hash: fc
        .uint8Array({ minLength: 32, maxLength: 32 })
        .map((bytes) => Buffer.from(bytes).toString('hex')),
      quality: fc.integer({ min: 0, max: 100 }),
      seconds: fc.integer({ min: 0, max: 20_000_000 }).map((milliseconds) => milliseconds / 1000),
    }),
    { minLength: 1, maxLength: 30 },
  )
  .map((list): VpdqFrame[] => list.map((frame, index) => ({ frame: index * 7, ...frame })));

const read = (text: string, format: ListFileFormat) => readListFile([Buffer.from(text)] as never, format);
const HASH = 'ab'.repeat(32);

describe('a video on a list', () => {
  it('is read as it was written, in every form, and is the same entry in each', async () => {
    await fc.assert(
      fc.asyncProperty(frames, async (video) => {
        const json = vpdqToJson(video);
        const forms = [
          await read(`${JSON.stringify({ fingerprint: 'vpdq', value: json })}\n`, 'json-lines'),
          await read(`${JSON.stringify({ fingerprint: 'vpdq', value: JSON.parse(json) })}\n`, 'json-lines'),
          await read(json, 'json-lines'),
          await read(`fingerprint,value\nvpdq,"${json.replaceAll('"', '""')}"\n`, 'csv'),
          await read(vpdqToText(video), 'vpdq-text'),
        ];
        const expected = video.map(({ hash, quality, seconds }) => ({ hash, quality, seconds }));
        for (const entries of forms) {
          expect(entries).toHaveLength(1);
          expect(entries[0]?.value).toEqual(forms[0]?.[0]?.value);
          expect(unpackFrames(entries[0]?.content ?? Buffer.alloc(0))).toEqual(expected);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('of several hours fits into a line', async () => {
    const video = Array.from({ length: 15_000 }, (_, at) => ({ hash: HASH, quality: 90, seconds: at }));
    const [entry] = await read(
      `${JSON.stringify({ fingerprint: 'vpdq', value: vpdqToJson(video) })}\n`,
      'json-lines',
    );
    expect(unpackFrames(entry?.content ?? Buffer.alloc(0))).toHaveLength(15_000);
  });

  it.each<[string, string, ListFileFormat]>([
    ['no frames', '{"fingerprint":"vpdq","value":"[]"}\n', 'json-lines'],
    ['a frame that is none', '["nonsense"]\n', 'json-lines'],
    ['a number for a frame', '[1]\n', 'json-lines'],
    ['a quality above 100', `["${HASH},101,0.0"]\n`, 'json-lines'],
    ['a threshold', `{"fingerprint":"vpdq","value":["${HASH},90,0.0"],"threshold":3}\n`, 'json-lines'],
    ['an array where hex belongs', `{"fingerprint":"pdq","value":["${HASH}"]}\n`, 'json-lines'],
    ['a text that is no vPDQ', 'frame,quality\n', 'vpdq-text'],
    ['a text with a line cut short', `0,90,${HASH},0.000\n25,90,${HASH},1.0`, 'vpdq-text'],
  ])('is refused with %s', async (_what, text, format) => {
    await expect(read(text, format)).rejects.toMatchObject({
      code: expect.stringMatching(/^BW-LIST-(?:INVALID|CUT)$/),
    });
  });

  it('is no entry without a byte', async () => {
    await expect(read('', 'vpdq-text')).rejects.toMatchObject({ code: 'BW-LIST-EMPTY' });
  });
});
