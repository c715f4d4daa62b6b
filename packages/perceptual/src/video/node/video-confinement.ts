import type { Confinement, ConfinementChoice } from '../../node/index.ts';
import { outputOf } from './ffmpeg-child.ts';
import { ffmpegCommand } from './ffmpeg-command.ts';
import { DEFAULT_VIDEO_LIMITS } from './video-limits.ts';

export interface VideoDecoderStatus {
  /** What keeps ffmpeg in, or undefined if no video can be decoded. */
  readonly confinement: Confinement | undefined;
  /** What speaks against bubblewrap, or against running ffmpeg at all; for the operator, not for a user. */
  readonly trouble: string | undefined;
  /** Whether this ffmpeg is known to have the option `-filter_script`, which version 7 has put aside. */
  readonly takesFilterScript: boolean;
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
    const probe = await tried(confinement, 'ffprobe');
    const { trouble, version } = probe.trouble === undefined ? await tried(confinement, 'ffmpeg') : probe;
    if (trouble === undefined)
      return { confinement, trouble: troubles.at(0), takesFilterScript: HAVE_FILTER_SCRIPT.test(version) };
    troubles.push(`${confinement}: ${trouble}`);
  }
  return { confinement: undefined, trouble: troubles.join('; '), takesFilterScript: false };
}

const HAVE_FILTER_SCRIPT = /^ffmpeg version n?[456]\./;

/** What a tool says of its version, or what keeps it from doing so. */
async function tried(
  confinement: Confinement,
  tool: 'ffmpeg' | 'ffprobe',
): Promise<{ readonly trouble: string | undefined; readonly version: string }> {
  const task = { tool, input: undefined, arguments: () => ['-v', 'error', '-version'] };
  const command = ffmpegCommand(confinement, task, DEFAULT_VIDEO_LIMITS);
  if (!command) return { trouble: `${tool} or bwrap is not installed`, version: '' };
  const { code, complaints, overran, output: version } = await outputOf(command, TRIAL);
  if (overran) return { trouble: `${tool} took too long to start`, version };
  return {
    trouble: code === 0 ? undefined : complaints.trim() || `${tool} ended with code ${code}`,
    version,
  };
}
