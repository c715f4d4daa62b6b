import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** For tests: whether the system's ffmpeg can encode HEVC. */
export async function canEncodeHevc(): Promise<boolean> {
  try {
    const { stdout } = await promisify(execFile)('ffmpeg', ['-hide_banner', '-encoders']);
    return stdout.includes('libx265');
  } catch (error) {
    if (error instanceof Error && 'code' in error) return false;
    throw error;
  }
}

/** For tests: a picture of an even number of RGB pixels a side as HEIC, encoded by ffmpeg and put into boxes by hand. */
export async function heic(rgb: Uint8Array, width: number, height: number): Promise<Buffer> {
  const nals = nalUnits(await encodeHevc(rgb, width, height));
  const typed = (...types: number[]) => nals.filter((nal) => types.includes((nal[0]! >> 1) & 63));
  const data = Buffer.concat(nals.filter((nal) => ((nal[0]! >> 1) & 63) < 32).map(withLength));
  const head = [
    box('ftyp', Buffer.from('heic\0\0\0\0mif1heic', 'latin1')),
    (offset: number) => metaBox(offset, data.length, width, height, [typed(32), typed(33), typed(34)]),
  ] as const;
  const offset = head[0].length + head[1](0).length + 8;
  return Buffer.concat([head[0], head[1](offset), box('mdat', data)]);
}

async function encodeHevc(rgb: Uint8Array, width: number, height: number): Promise<Buffer> {
  const running = promisify(execFile)(
    'ffmpeg',
    `-v error -f rawvideo -pix_fmt rgb24 -s ${width}x${height} -i - ${HEVC_OPTIONS}`.split(' '),
    { encoding: 'buffer', maxBuffer: 64 * 1024 * 1024 },
  );
  running.child.stdin?.end(rgb);
  return (await running).stdout;
}

const HEVC_OPTIONS = '-frames:v 1 -pix_fmt yuv420p -c:v libx265 -x265-params qp=8:log-level=none -f hevc -';

/** The units between start codes of Annex B. */
function nalUnits(stream: Buffer): Buffer[] {
  const starts: number[] = [];
  for (let at = stream.indexOf(START_CODE); at >= 0; at = stream.indexOf(START_CODE, at + 3))
    starts.push(at + 3);
  return starts.map((start, i) => {
    let end = starts[i + 1] === undefined ? stream.length : starts[i + 1]! - 3;
    while (stream[end - 1] === 0) end--;
    return stream.subarray(start, end);
  });
}

const START_CODE = Buffer.from([0, 0, 1]);

/** ISO/IEC 23008-12: one item, its decoder configuration and its size. */
function metaBox(
  offset: number,
  length: number,
  width: number,
  height: number,
  sets: readonly Buffer[][],
): Buffer {
  const hvcC = Buffer.concat([
    Buffer.from([
      1, 1, 0x60, 0, 0, 0, 0x90, 0, 0, 0, 0, 0, 93, 0xf0, 0, 0xfc, 0xfd, 0xf8, 0xf8, 0, 0, 0x0f, 3,
    ]),
    ...sets.map((units, i) =>
      Buffer.concat([
        Buffer.from([0x80 | (32 + i)]),
        u16(units.length),
        ...units.map((nal) => Buffer.concat([u16(nal.length), nal])),
      ]),
    ),
  ]);
  return fullBox('meta', 0, [
    fullBox('hdlr', 0, [u32(0), Buffer.from('pict', 'latin1'), Buffer.alloc(13)]),
    fullBox('pitm', 0, [u16(1)]),
    fullBox('iloc', 0, [Buffer.from([0x44, 0]), u16(1), u16(1), u16(0), u16(1), u32(offset), u32(length)]),
    fullBox('iinf', 0, [u16(1), fullBox('infe', 2 << 24, [u16(1), u16(0), Buffer.from('hvc1\0', 'latin1')])]),
    box(
      'iprp',
      box('ipco', box('hvcC', hvcC), fullBox('ispe', 0, [u32(width), u32(height)])),
      fullBox('ipma', 0, [u32(1), u16(1), Buffer.from([2, 0x81, 0x02])]),
    ),
  ]);
}

function withLength(nal: Buffer): Buffer {
  return Buffer.concat([u32(nal.length), nal]);
}

/** A box with its length and name before it. */
export function box(type: string, ...content: readonly Buffer[]): Buffer {
  const body = Buffer.concat(content);
  return Buffer.concat([u32(body.length + 8), Buffer.from(type, 'latin1'), body]);
}

function fullBox(type: string, versionAndFlags: number, content: readonly Buffer[]): Buffer {
  return box(type, u32(versionAndFlags), ...content);
}

function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
