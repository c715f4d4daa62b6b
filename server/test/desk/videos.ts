import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { testPicture } from './pictures.ts';

/** Whether videos can be made, and decoded, on this machine. */
export const hasFfmpeg = (process.env['PATH'] ?? '')
  .split(delimiter)
  .some((folder) => existsSync(join(folder, 'ffmpeg')));

/** For the names of tests that are skipped without it. */
export const ffmpegNote = hasFfmpeg ? '' : ' (skipped: ffmpeg is not installed)';

/** A harmless generated video, silent: the test pictures of these seeds, each for two seconds. MP4 unless told. */
export async function testVideo(
  seeds: readonly number[],
  options: { readonly ending?: 'mp4' | 'mkv' | 'webm' | 'avi'; readonly size?: string } = {},
): Promise<Buffer> {
  const { ending = 'mp4', size = '320x240' } = options;
  const folder = await mkdtemp(join(tmpdir(), 'breakwater-test-video-'));
  try {
    for (const [index, seed] of seeds.entries())
      await writeFile(join(folder, `${index}.jpg`), await testPicture(seed));
    const path = join(folder, `video.${ending}`);
    const inputs = ['-framerate', '0.5', '-i', join(folder, '%d.jpg')];
    const outputs = ['-r', '10', '-s', size, '-pix_fmt', 'yuv420p', '-g', '10', path];
    await promisify(execFile)('ffmpeg', ['-v', 'error', '-nostdin', '-y', ...inputs, ...outputs]);
    return await readFile(path);
  } finally {
    await rm(folder, { recursive: true });
  }
}
