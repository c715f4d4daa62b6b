import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UNSCANNED_REASONS } from '../../node/index.ts';
import { ffmpegCommand } from './ffmpeg-command.ts';
import { outputOf } from './ffmpeg-child.ts';
import { fingerprintVideo } from './fingerprint-video.ts';
import { hostileVideos } from './hostile-videos.ts';
import { ffmpegNote, hasFfmpeg, SAMPLE_CONTAINERS, SAMPLE_VIDEO, Studio } from './sample-videos.ts';
import { probeVideoDecoder } from './video-confinement.ts';
import { DEFAULT_VIDEO_LIMITS } from './video-limits.ts';

let studio: Studio;
let sample: string;
let visits = 0;
let url: string;
const server = createServer((socket) => {
  visits++;
  socket.end();
});
const walled = hasFfmpeg && (await probeVideoDecoder('bubblewrap')).confinement === 'bubblewrap';
const MEBIBYTE = 1024 * 1024;

describe.skipIf(!hasFfmpeg)(`a hostile video${ffmpegNote}`, () => {
  beforeAll(async () => {
    studio = await Studio.open();
    sample = await studio.make('sample.mp4', SAMPLE_VIDEO);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (typeof address !== 'object' || address === null) throw new Error('no port');
    url = `http://127.0.0.1:${address.port}/sample.mp4`;
  });
  afterAll(async () => {
    server.close();
    await studio.close();
  });

  it('that is a list of other files is not one at all', async () => {
    const lists = [
      `#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\n${sample}\n#EXT-X-ENDLIST\n`,
      `#EXTM3U\n#EXTINF:5,\n${url}\n`,
      `ffconcat version 1.0\nfile ${sample}\n`,
      `file '${url}'\n`,
      `<?xml version="1.0"?><MPD><BaseURL>${url}</BaseURL></MPD>`,
      'v=0\no=- 0 0 IN IP4 127.0.0.1\nc=IN IP4 127.0.0.1\nm=video 5004 RTP/AVP 96\n',
    ];
    for (const list of lists) {
      const file = await studio.write('list.mp4', list);
      expect(await fingerprintVideo(file)).toEqual({ kind: 'unscanned', reason: 'unrecognized-format' });
    }
    expect(visits).toBe(0);
  });

  it('that is a list in disguise is not followed', async () => {
    const list = `#EXTM3U\n#EXTINF:5,\n${url}\n#EXTINF:5,\n${sample}\n`;
    for (const head of [
      '\0\0\0\x18ftypisom\0\0\0\0mp42',
      '\x1a\x45\xdf\xa3\x93\x42\x82\x88matroska',
      'RIFF\0\0\0\0AVI ',
    ])
      expect(
        await fingerprintVideo(await studio.write('disguised', Buffer.from(head + list, 'latin1'))),
      ).toMatchObject({
        kind: 'unscanned',
      });
    expect(visits).toBe(0);
  });

  it('whose frames lie in another file is not followed', async () => {
    const movie = await studio.make('inside.mov', `-i ${sample} -c copy`);
    const outside = withFramesElsewhere(await studio.read('inside.mov'), movie);
    const file = await studio.write('outside.mov', outside);
    expect(await fingerprintVideo(file)).toEqual({ kind: 'unscanned', reason: 'corrupt' });
    expect((await fingerprintVideo(movie)).kind).toBe('video-fingerprinted');
  });

  it('with attachments and addresses in it is hashed like any other', async () => {
    await studio.write('attached.txt', url);
    const attached = await studio.make(
      'attached.mkv',
      `-i ${sample} -c copy -attach %/attached.txt -metadata:s:t mimetype=text/plain -metadata title=${url}`,
    );
    const labelled = await studio.make('labelled.avi', `-i ${sample} -c:v mpeg4 -metadata title=${url}`);
    for (const file of [attached, labelled])
      expect(await fingerprintVideo(file)).toMatchObject({ kind: 'video-fingerprinted', frames: 40 });
    expect(visits).toBe(0);
  });

  it('of whatever kind has a coded outcome, and nothing that it names is opened', {
    timeout: 120_000,
  }, async () => {
    const sound = await studio.make('sound.mp4', SAMPLE_CONTAINERS['streamable.mp4'] ?? '');
    for (const [name, bytes] of hostileVideos(await studio.read('sound.mp4'), url)) {
      const outcome = await fingerprintVideo(await studio.write('hostile.bin', bytes));
      const code = outcome.kind === 'unscanned' ? outcome.reason : 'hashed';
      expect([name, [...UNSCANNED_REASONS, 'hashed']]).toEqual([name, expect.arrayContaining([code])]);
    }
    expect(visits).toBe(0);
    expect((await fingerprintVideo(sound)).kind).toBe('video-fingerprinted');
  });

  it('with a thousand streams is refused', async () => {
    const maps = Array(1000).fill('-map 0').join(' ');
    const many = await studio.make('many.mkv', `-i ${sample} ${maps} -c copy -t 0.2`);
    expect(await fingerprintVideo(many)).toEqual({ kind: 'unscanned', reason: 'unsupported-format' });
  });

  it('without pictures is refused', async () => {
    const sound = await studio.make('sound.mp4', '-f lavfi -i sine=d=1 -c:a aac');
    expect(await fingerprintVideo(sound)).toEqual({ kind: 'unscanned', reason: 'unsupported-format' });
  });

  it('that lies about its duration is hashed as long as it is', async () => {
    await studio.make('streamable.mp4', `-i ${sample} -c copy -movflags +faststart`);
    const lying = patched(await studio.read('streamable.mp4'), 'mdhd', 20, u32(0x7fff_ffff));
    expect(await fingerprintVideo(await studio.write('lying.mp4', lying))).toMatchObject({
      kind: 'video-fingerprinted',
      frames: 40,
    });
  });

  it('that lies about its frame rate hides no frames behind it', async () => {
    const avi = await (await studio.make('rate.avi', `-i ${sample} -c:v mpeg4`), studio.read('rate.avi'));
    for (const rate of [u32le(0), u32le(4_000_000_000)]) {
      const lying = patched(patched(avi, 'strh', 28, u32le(1)), 'strh', 32, rate);
      const outcome = await fingerprintVideo(await studio.write('lying.avi', lying));
      expect(outcome).toMatchObject({ kind: 'video-fingerprinted', frames: 40 });
      if (outcome.kind === 'video-fingerprinted') expect(outcome.vpdq.length).toBeGreaterThan(1);
    }
  });

  it('of an absurd size is refused before any picture is unpacked', async () => {
    const avi = await (await studio.make('raw.avi', '-f lavfi -i color=s=64x64:r=5:d=1 -c:v rawvideo'),
    studio.read('raw.avi'));
    for (const [width, height, reason] of [
      [60_000, 60_000, 'too-many-pixels'],
      [8000, 8000, 'too-many-pixels'],
      [0, 0, 'zero-dimension'],
    ] as const) {
      const absurd = patched(patched(avi, 'strf', 12, u32le(width)), 'strf', 16, u32le(height));
      expect(await fingerprintVideo(await studio.write('absurd.avi', absurd))).toEqual({
        kind: 'unscanned',
        reason,
      });
    }
  });

  it('of no bytes, of any bytes, or cut anywhere has a coded outcome', async () => {
    expect(await fingerprintVideo(await studio.write('empty.mp4', ''))).toEqual({
      kind: 'unscanned',
      reason: 'empty',
    });
    const noise = Buffer.from(Array.from({ length: 50_000 }, (_, i) => (i * i * 31 + (i >> 3)) & 255));
    const whole = await studio.read('sample.mp4');
    const container = await (await studio.make('cut.mkv', `-i ${sample} -c copy`), studio.read('cut.mkv'));
    const files = [
      noise,
      Buffer.concat([whole.subarray(0, 32), noise]),
      Buffer.concat([container.subarray(0, 40), noise]),
      ...[0.01, 0.1, 0.5, 0.99].flatMap((part) => [
        whole.subarray(0, whole.length * part),
        container.subarray(0, container.length * part),
      ]),
    ];
    for (const bytes of files) {
      const outcome = await fingerprintVideo(await studio.write('damaged.bin', bytes));
      if (outcome.kind === 'unscanned') expect(UNSCANNED_REASONS).toContain(outcome.reason);
      else expect(outcome.vpdq.length).toBeGreaterThan(0);
    }
  });

  describe('that takes too much', () => {
    let long: string;
    beforeAll(async () => {
      long = await studio.make('long.mp4', `-stream_loop 300 -i ${sample} -c copy`);
    });

    it('time is stopped, however early', async () => {
      for (const milliseconds of [0, 1, 2, 4, 8, 16])
        expect(await fingerprintVideo(long, { limits: { milliseconds } })).toEqual({
          kind: 'unscanned',
          reason: 'timeout',
        });
    });

    it('processor time is stopped by the kernel, and what there is is marked', async () => {
      const outcome = await fingerprintVideo(long, { mode: 'every-frame', limits: { processorSeconds: 1 } });
      expect(outcome).toMatchObject({ kind: 'video-fingerprinted', truncated: true });
      if (outcome.kind === 'video-fingerprinted') expect(outcome.warnings).toContain('time-limit');
    });

    it('memory is stopped', async () => {
      for (const memoryBytes of [4 * MEBIBYTE, 24 * MEBIBYTE])
        expect(await fingerprintVideo(sample, { limits: { memoryBytes } })).toEqual({
          kind: 'unscanned',
          reason: 'out-of-memory',
        });
    });

    it.each([
      ['frame-limit', { frames: 100 }],
      ['frame-limit', { hashes: 5 }],
      ['duration-limit', { seconds: 10 }],
    ])('is marked with %s', async (warning, limits) => {
      const outcome = await fingerprintVideo(long, { limits });
      expect(outcome).toMatchObject({ kind: 'video-fingerprinted', truncated: true, warnings: [warning] });
      if (outcome.kind === 'video-fingerprinted') expect(outcome.seconds).toBeLessThan(11);
    });

    it('space is refused', async () => {
      expect(await fingerprintVideo(long, { limits: { bytes: 1000 } })).toEqual({
        kind: 'unscanned',
        reason: 'too-large',
      });
      expect(await fingerprintVideo(sample, { limits: { pixels: 1000 } })).toEqual({
        kind: 'unscanned',
        reason: 'too-many-pixels',
      });
    });
  });

  describe.skipIf(!walled)(
    walled ? 'behind the walls' : 'behind the walls (skipped: bubblewrap does not work here)',
    () => {
      it('reaches no network', async () => {
        const { code, complaints } = await attempt(['-i', url, '-f', 'null', '-']);
        expect(code).not.toBe(0);
        expect(complaints).toMatch(/refused|unreachable/);
        expect(visits).toBe(0);
      });

      it('sees no file but its own', async () => {
        for (const path of ['/etc/passwd', '/etc/hostname', sample]) {
          const { code, complaints } = await attempt([
            '-f',
            'rawvideo',
            '-s',
            '1x1',
            '-i',
            `file:${path}`,
            '-f',
            'null',
            '-',
          ]);
          expect(code).not.toBe(0);
          expect(complaints).toContain('No such file');
        }
        expect((await attempt(['-i', 'file:/input', '-f', 'null', '-'])).code).toBe(0);
      });

      it('writes nothing', async () => {
        for (const path of ['/x', '/input', '/tmp/x', '/proc/sys/kernel/domainname']) {
          const { code } = await attempt([
            '-f',
            'lavfi',
            '-i',
            'color=s=16x16:d=0.1',
            '-f',
            'rawvideo',
            `file:${path}`,
          ]);
          expect(code).not.toBe(0);
        }
        expect((await fingerprintVideo(sample)).kind).toBe('video-fingerprinted');
      });
    },
  );
});

describe('where ffmpeg is not installed', () => {
  const path = process.env['PATH'];
  beforeAll(() => {
    process.env['PATH'] = '/nonexistent';
  });
  afterAll(() => {
    process.env['PATH'] = path;
  });

  it('no video is scanned, and none is called clean', async () => {
    const folder = await Studio.open();
    const file = await folder.write('a.mp4', '\0\0\0\x18ftypisom\0\0\0\0mp42');
    for (const confinement of ['automatic', 'bubblewrap', 'process'] as const)
      expect(await fingerprintVideo(file, { confinement })).toEqual({
        kind: 'unscanned',
        reason: 'decoder-unavailable',
      });
    expect((await probeVideoDecoder()).trouble).toContain('not installed');
    await folder.close();
  });
});

/** Has ffmpeg itself, as if it were taken over, do what it should not be able to do. */
async function attempt(args: readonly string[]) {
  const task = {
    tool: 'ffmpeg' as const,
    input: sample,
    arguments: () => ['-v', 'error', '-nostdin', '-y', ...args],
  };
  return await outputOf(ffmpegCommand('bubblewrap', task, DEFAULT_VIDEO_LIMITS)!, {
    milliseconds: 20_000,
    bytes: 1000,
  });
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function u32le(value: number): Buffer {
  return Buffer.from(u32(value).toReversed());
}

/** A copy with some bytes replaced, so far from the start of a mark. */
function patched(bytes: Buffer, mark: string, offset: number, replacement: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  replacement.copy(copy, copy.indexOf(mark) + offset);
  return copy;
}

/** The movie with every track's frames declared to be in the file of that path, at the same places. */
function withFramesElsewhere(movie: Buffer, path: string): Buffer {
  const start = movie.indexOf('moov') - 4;
  return Buffer.concat([
    movie.subarray(0, start),
    ...boxesOf(movie.subarray(start)).map((box) => rewritten(box, path)),
  ]);
}

const PARENTS = ['moov', 'trak', 'mdia', 'minf', 'dinf'];

function boxesOf(bytes: Buffer): Buffer[] {
  const boxes: Buffer[] = [];
  for (let at = 0; at + 8 <= bytes.length; at += bytes.readUInt32BE(at))
    boxes.push(bytes.subarray(at, at + bytes.readUInt32BE(at)));
  return boxes;
}

function rewritten(box: Buffer, path: string): Buffer {
  const type = box.toString('latin1', 4, 8);
  if (type === 'dref') return boxOf('dref', Buffer.concat([u32(0), u32(1), boxOf('alis', aliasTo(path))]));
  if (!PARENTS.includes(type)) return box;
  return boxOf(type, Buffer.concat(boxesOf(box.subarray(8)).map((child) => rewritten(child, path))));
}

function boxOf(type: string, content: Buffer): Buffer {
  return Buffer.concat([u32(8 + content.length), Buffer.from(type, 'latin1'), content]);
}

/** An alias record of the Macintosh, with the absolute path as its item of type 2. */
function aliasTo(path: string): Buffer {
  const item = Buffer.alloc(4 + path.length + (path.length % 2));
  item.writeUInt16BE(2, 0);
  item.writeUInt16BE(path.length, 2);
  item.write(path, 4);
  const record = Buffer.alloc(4 + 150);
  record.writeInt16BE(1, 4 + 130);
  record.writeInt16BE(1, 4 + 132);
  return Buffer.concat([record, item, Buffer.from([0xff, 0xff, 0, 0])]);
}
