import { open, realpath } from 'node:fs/promises';
import type { ConfinementChoice, UnscannedReason } from '../../node/index.ts';
import { identifyVideo, VIDEO_HEAD_BYTES } from './identify-video.ts';
import { probeVideo, type VideoFacts, type VideoSource } from './probe-video.ts';
import { probeVideoDecoder } from './video-confinement.ts';
import type { VideoLimits } from './video-limits.ts';

/** A file whose container and streams have been looked at, ready to be decoded. */
export interface OpenedVideo {
  readonly source: VideoSource;
  readonly facts: VideoFacts;
}

/**
 * Looks at a file, first at its bytes and then, behind the walls, at its streams; or tells why it
 * cannot be scanned. Rejects with the system's error if the file cannot be read.
 */
export async function openVideo(
  file: string,
  choice: ConfinementChoice,
  limits: VideoLimits,
): Promise<OpenedVideo | UnscannedReason> {
  const source = await findVideo(file, choice, limits);
  if (typeof source === 'string') return source;
  const facts = await probeVideo(source, limits);
  return typeof facts === 'string' ? facts : { source, facts };
}

/** The first half of `openVideo`: looks only at the bytes. */
export async function findVideo(
  file: string,
  choice: ConfinementChoice,
  limits: VideoLimits,
): Promise<VideoSource | UnscannedReason> {
  const path = await realpath(file);
  const { size, head } = await startOf(path);
  if (size === 0) return 'empty';
  if (size > limits.bytes) return 'too-large';
  const format = identifyVideo(head);
  if (!format) return 'unrecognized-format';
  const { confinement, takesFilterScript } = await probeVideoDecoder(choice);
  return confinement ? { path, format, confinement, takesFilterScript } : 'decoder-unavailable';
}

async function startOf(path: string): Promise<{ size: number; head: Uint8Array }> {
  const handle = await open(path);
  try {
    const { size } = await handle.stat();
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(VIDEO_HEAD_BYTES), 0, VIDEO_HEAD_BYTES, 0);
    return { size, head: buffer.subarray(0, bytesRead) };
  } finally {
    await handle.close();
  }
}
