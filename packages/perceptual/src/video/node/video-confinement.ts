import type { Confinement, ConfinementChoice } from '../../node/index.ts';
import { outputOf } from './ffmpeg-child.ts';
import { ffmpegCommand } from './ffmpeg-command.ts';
import { DEFAULT_VIDEO_LIMITS } from './video-limits.ts';

export interface VideoDecoderStatus {
  /** What keeps ffmpeg in, or undefined if no video can be decoded. */
  readonly confinement: Confinement | undefined;
  /** What speaks against bubblewrap, or against running ffmpeg at all; for the operator, not for a user. */
  readonly trouble: string | undefined;
}

/**
 * Finds out by trying what keeps ffmpeg in on this machine. Found out once: a machine that had bubblewrap work
 * does not fall back later, when it may be out of sorts because of what somebody has sent.
 */
export async function probeVideoDecoder(
  choice: ConfinementChoice = 'automatic',
): Promise<VideoDecoderStatus> {
  const key = `${choice} ${process.env['PATH']}`;
  const known = statuses.get(key);
  if (known) return await known;
  const found = tryOut(choice);
  statuses.set(key, found);
  const status = await found;
  // What does not work yet may be installed later.
  if (status.confinement === undefined) statuses.delete(key);
  return status;
}

const statuses = new Map<string, Promise<VideoDecoderStatus>>();

const TRIAL = { milliseconds: 15_000, bytes: 1_000_000 };

async function tryOut(choice: ConfinementChoice): Promise<VideoDecoderStatus> {
  const candidates: readonly Confinement[] = choice === 'automatic' ? ['bubblewrap', 'process'] : [choice];
  const troubles: string[] = [];
  for (const confinement of candidates) {
    const trouble = (await troubleWith(confinement, 'ffprobe')) ?? (await troubleWith(confinement, 'ffmpeg'));
    if (trouble === undefined) return { confinement, trouble: troubles.at(0) };
    troubles.push(`${confinement}: ${trouble}`);
  }
  return { confinement: undefined, trouble: troubles.join('; ') };
}

async function troubleWith(
  confinement: Confinement,
  tool: 'ffmpeg' | 'ffprobe',
): Promise<string | undefined> {
  const task = { tool, input: undefined, arguments: () => ['-v', 'error', '-version'] };
  const command = ffmpegCommand(confinement, task, DEFAULT_VIDEO_LIMITS);
  if (!command) return `${tool} or bwrap is not installed`;
  const { code, complaints, overran } = await outputOf(command, TRIAL);
  if (overran) return `${tool} took too long to start`;
  return code === 0 ? undefined : complaints.trim() || `${tool} ended with code ${code}`;
}
