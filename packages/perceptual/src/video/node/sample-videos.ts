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
