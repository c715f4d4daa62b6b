import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

/** Whether videos can be made, and decoded, on this machine. */
export const hasFfmpeg = (process.env['PATH'] ?? '')
  .split(delimiter)
  .some((folder) => existsSync(join(folder, 'ffmpeg')));

/** For the names of tests that are skipped without it. */
export const ffmpegNote = hasFfmpeg ? '' : ' (skipped: ffmpeg is not installed)';

/** A folder for videos that are made up for tests, from ffmpeg's own test pictures. */
export class Studio {
  readonly folder: string;

  static async open(): Promise<Studio> {
    return new Studio(await mkdtemp(join(tmpdir(), 'breakwater-video-')));
  }

  private constructor(folder: string) {
    this.folder = folder;
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  /** Runs ffmpeg with these options and the path of `name` after them; resolves to that path. */
  async make(name: string, options: string): Promise<string> {
    const path = this.path(name);
    const words = options.split(' ').map((word) => word.replaceAll('%', this.folder));
    await promisify(execFile)('ffmpeg', ['-v', 'error', '-nostdin', '-y', ...words, path]);
    return path;
  }

  async write(name: string, content: Uint8Array | string): Promise<string> {
    await writeFile(this.path(name), content);
    return this.path(name);
  }

  async read(name: string): Promise<Buffer> {
    return await readFile(this.path(name));
  }

  async close(): Promise<void> {
    await rm(this.folder, { recursive: true });
  }
}

/** Four seconds, ten frames each, a key frame each second. */
export const SAMPLE_VIDEO =
  '-f lavfi -i testsrc2=s=320x240:r=10:d=4 -c:v libx264 -preset ultrafast -g 10 -pix_fmt yuv420p';

const PLAIN = '-f lavfi -i testsrc2=s=64x48:r=10:d=2 -pix_fmt yuv420p';

/** A sound video of two seconds in each container that is read, by file name: how ffmpeg makes it. */
export const SAMPLE_CONTAINERS: Readonly<Record<string, string>> = {
  'h264.mp4': `${PLAIN} -c:v libx264 -preset ultrafast -g 5`,
  'streamable.mp4': `${PLAIN} -c:v libx264 -preset ultrafast -g 5 -movflags +faststart`,
  'fragmented.mp4': `${PLAIN} -c:v libx264 -preset ultrafast -g 5 -movflags +frag_keyframe+empty_moov`,
  'mpeg4.mov': `${PLAIN} -c:v mpeg4 -g 5`,
  'phone.3gp': `${PLAIN} -s 176x144 -c:v h263`,
  'h264.mkv': `${PLAIN} -c:v libx264 -preset ultrafast -g 5`,
  'vp8.webm': `${PLAIN} -c:v libvpx -deadline realtime -cpu-used 8 -g 5`,
  'mpeg4.avi': `${PLAIN} -c:v mpeg4 -g 5`,
  'mpeg2.mpg': `${PLAIN} -r 25 -c:v mpeg2video -f mpeg`,
  'mpeg2.ts': `${PLAIN} -r 25 -c:v mpeg2video -f mpegts`,
  'mpeg1.m1v': `${PLAIN} -r 25 -c:v mpeg1video -f mpeg1video`,
};
