/**
 * Files that are made to break, to mislead or to exhaust a decoder of videos, by what they are; each is small. Those that
 * are sound but for one lie are made of `sample`, an MP4 or MOV. `address` is what playlists name: nobody may ever open it.
 */
export function hostileVideos(
  sample: Buffer,
  address = 'http://127.0.0.1:9/never.mp4',
): ReadonlyMap<string, Buffer> {
  const lists = listsOf(address);
  return new Map([
    ...lists.map(([name, text]) => [name, Buffer.from(text, 'latin1')] as const),
    ...DISGUISES.flatMap(([disguise, head]) =>
      lists.map(
        ([name, text]) =>
          [`${name} behind the head of ${disguise}`, Buffer.from(head + text, 'latin1')] as const,
      ),
    ),
    ['a box that is longer than any file', largeBox()],
    ['a box of no length', Buffer.concat([FTYP, u32(0), Buffer.from('moov')])],
    ['boxes within boxes, a thousand deep', Buffer.concat([FTYP, nestedBoxes(1000)])],
    ['an index of four thousand million frames', patchedCount(sample, 'stsz', 8, 0xffff_ffff)],
    ['an index of chunks without end', patchedCount(sample, 'stco', 4, 0x7fff_ffff)],
    ['times that run for ever', patchedCount(sample, 'stts', 4, 0xffff_ffff)],
    ['a duration of an age', patchedCount(sample, 'mdhd', 16, 0xffff_ffff)],
    ['no ticks a second', patchedCount(sample, 'mdhd', 12, 0)],
    [
      'twenty thousand tracks',
      Buffer.concat([FTYP, box('moov', Buffer.alloc(8 * 20_000, box('trak', Buffer.alloc(0))))]),
    ],
    [
      'Matroska of a million elements',
      Buffer.concat([EBML, Buffer.alloc(200_000, Buffer.from([0xec, 0x80]))]),
    ],
    [
      'Matroska whose elements have no end',
      Buffer.concat([
        EBML,
        Buffer.from('18538067 01ffffffffffffff 1654ae6b 01ffffffffffffff'.replaceAll(' ', ''), 'hex'),
      ]),
    ],
    ['AVI of lists within lists', Buffer.concat([riff('AVI '), nestedLists(1000)])],
    [
      'AVI of an index that is larger than the file',
      Buffer.concat([riff('AVI '), Buffer.from('idx1'), u32le(0xffff_fff0)]),
    ],
    ['a transport stream of nothing but sync bytes', Buffer.alloc(188 * 400, 0x47)],
    [
      'a program stream of start codes',
      Buffer.concat([Buffer.from([0, 0, 1, 0xba]), Buffer.alloc(100_000, Buffer.from([0, 0, 1, 0xe0]))]),
    ],
    [
      'an elementary stream of sequence heads',
      Buffer.alloc(100_000, Buffer.from([0, 0, 1, 0xb3, 0xff, 0xff, 0xff, 0xff])),
    ],
  ]);
}

const PATH = '/etc/hostname';

/** Descriptions of what to play, in the languages that ffmpeg understands. */
function listsOf(address: string): readonly (readonly [name: string, text: string])[] {
  return [
    ['HLS of another file', `#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\n${PATH}\n#EXT-X-ENDLIST\n`],
    ['HLS of an address', `#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\n${address}\n`],
    [
      'HLS with a key elsewhere',
      `#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI="${address}"\n#EXTINF:5,\n${PATH}\n`,
    ],
    ['HLS that opens with the subfile protocol', `#EXTM3U\n#EXTINF:5,\nsubfile,,start,0,end,64,,:${PATH}\n`],
    ['HLS that opens with the concat protocol', `#EXTM3U\n#EXTINF:5,\nconcat:${PATH}|${address}\n`],
    ['a concat script', `ffconcat version 1.0\nfile ${PATH}\nfile '${address}'\n`],
    ['DASH', `<?xml version="1.0"?><MPD type="static"><BaseURL>${address}</BaseURL><Period/></MPD>`],
    ['a session description', 'v=0\no=- 0 0 IN IP4 127.0.0.1\nc=IN IP4 127.0.0.1\nm=video 5004 RTP/AVP 96\n'],
    ['ASX', `<ASX version="3.0"><Entry><Ref href="${address}"/></Entry></ASX>`],
    ['SMIL', `<smil><body><video src="${address}"/></body></smil>`],
    ['an image sequence by its pattern', '/etc/%d.jpg\n'],
  ];
}

const FTYP = Buffer.from('\0\0\0\x18ftypisom\0\0\x02\0isommp42', 'latin1');
const EBML = Buffer.from('1a45dfa3934282886d6174726f736b6142878104428581 02'.replaceAll(' ', ''), 'hex');

const DISGUISES: readonly (readonly [name: string, head: string])[] = [
  ['MP4', FTYP.toString('latin1')],
  ['Matroska', EBML.toString('latin1')],
  ['AVI', 'RIFF\xff\xff\xff\x7fAVI '],
  ['a program stream', '\0\0\x01\xba'],
];

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function u32le(value: number): Buffer {
  return Buffer.from(u32(value).toReversed());
}

function box(type: string, content: Buffer): Buffer {
  return Buffer.concat([u32(8 + content.length), Buffer.from(type, 'latin1'), content]);
}

function largeBox(): Buffer {
  return Buffer.concat([FTYP, u32(1), Buffer.from('moov'), Buffer.from('7fffffffffffffff', 'hex')]);
}

function nestedBoxes(depth: number): Buffer {
  let inner: Buffer = Buffer.alloc(0);
  for (let i = 0; i < depth; i++) inner = box(i % 2 === 0 ? 'trak' : 'moov', inner);
  return inner;
}

function riff(form: string): Buffer {
  return Buffer.concat([Buffer.from('RIFF'), u32le(0x7fff_ffff), Buffer.from(form)]);
}

function nestedLists(depth: number): Buffer {
  return Buffer.concat(
    Array.from({ length: depth }, () =>
      Buffer.concat([Buffer.from('LIST'), u32le(0x7fff_0000), Buffer.from('hdrl')]),
    ),
  );
}

/** A copy with a number replaced that lies so far behind the name of a box; as it is if there is no such box. */
function patchedCount(sample: Buffer, type: string, offset: number, value: number): Buffer {
  const copy = Buffer.from(sample);
  const at = copy.indexOf(type);
  if (at >= 0 && at + 4 + offset + 4 <= copy.length) copy.writeUInt32BE(value, at + 4 + offset);
  return copy;
}
