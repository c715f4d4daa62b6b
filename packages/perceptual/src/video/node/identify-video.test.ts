import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { identifyVideo, VIDEO_FORMATS } from './identify-video.ts';

function packets(length: number, start: number): string {
  return ('\0'.repeat(start) + 'G').padEnd(length, '\0').repeat(6);
}

it.each([
  ['mp4', '\0\0\0\x18ftypisom\0\0\0\0mp42'],
  ['mov', '\0\0\0\x14ftypqt  \0\0\0\0qt  '],
  ['mov', '\0\0\0\x08wide\0\0\0\0mdat'],
  ['3gp', '\0\0\0\x18ftyp3gp4\0\0\0\0isom'],
  ['matroska', '\x1a\x45\xdf\xa3\x93\x42\x82\x88matroska'],
  ['webm', '\x1a\x45\xdf\xa3\x93\x42\x82\x84webm'],
  ['avi', 'RIFF\0\0\0\0AVI LIST'],
  ['mpeg-ps', '\0\0\x01\xba\x44'],
  ['mpeg-es', '\0\0\x01\xb3\x14'],
  ['mpeg-ts', packets(188, 0)],
  ['mpeg-ts', packets(192, 4)],
  ['mpeg-ts', packets(204, 0)],
])('recognizes %s by %j', (format, start) => {
  expect(identifyVideo(Buffer.from(start, 'latin1'))).toBe(format);
});

it.each([
  '',
  'G',
  '#EXTM3U\n#EXTINF:5,\nhttp://example.org/a.ts\n',
  'ffconcat version 1.0\nfile a.mp4\n',
  "file 'a.mp4'\n",
  '<?xml version="1.0"?><MPD/>',
  'v=0\no=- 0 0 IN IP4 127.0.0.1\n',
  '[playlist]\nFile1=http://example.org/a.mp4\n',
  'RTSPtext\nrtsp://example.org/a',
  '\0\0\0\x18ftypheic\0\0\0\0mif1heic',
  '\0\0\0\x18ftypavis\0\0\0\0msf1',
  'RIFF\0\0\0\0WAVE',
  'RIFF\0\0\0\0WEBP',
  '\x1a\x45\xdf\xa3\x93\x42\x82\x84what',
  'FLV\x01\x05',
  'OggS\0\x02',
  'GIF89a',
])('does not take %j for a video', (start) => {
  expect(identifyVideo(Buffer.from(start, 'latin1'))).toBeUndefined();
});

it('gives a known format or nothing for any bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 1200 }), (bytes) => {
      expect([undefined, ...VIDEO_FORMATS]).toContain(identifyVideo(bytes));
    }),
  );
});
