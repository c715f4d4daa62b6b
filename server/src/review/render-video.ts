import type { ConfinedDecoder, Rendered, RenderRequest, Unscanned } from '@breakwater/perceptual/node';
import { contactSheet, stillsOfVideo } from '@breakwater/perceptual/video/node';
import { MIN_PDQ_QUALITY, type Look, type Media } from '../screening/index.ts';

export interface Picture {
  readonly bytes: Uint8Array;
  readonly mediaType: string;
}

export type Size = 'preview' | 'full';

/** A preview is small, gray and blurred: enough to tell a landscape from a person, and no more. */
export const SIZES: Readonly<Record<Size, RenderRequest>> = {
  preview: { maxSide: 160, tone: 'gray', blur: 5 },
  full: { maxSide: 2400, tone: 'color', blur: 0 },
};

/** How many stills are on the one picture that is shown, and how long a side of each is. */
const STILLS = { preview: { count: 1, side: 480 }, full: { count: 9, side: 640 } } as const;
const STILLS_MS = 30_000;

/**
 * What people see of a video: stills of it on one picture, a fresh encoding without metadata, made in confinement.
 * `looks`: the frames whose hashes are known, to choose from.
 */
export async function renderVideo(
  decoder: ConfinedDecoder,
  video: Media,
  looks: readonly Look[],
  size: Size,
): Promise<Rendered | Unscanned> {
  const sheet = video instanceof Uint8Array ? null : await sheetOf(video.path, looks, size);
  return sheet === null
    ? { kind: 'unscanned', reason: 'unrecognized-format' }
    : decoder.render(sheet, SIZES[size]);
}

async function sheetOf(path: string, looks: readonly Look[], size: Size): Promise<Uint8Array | null> {
  const { count, side } = STILLS[size];
  const request = { seconds: spread(timesOf(looks), count), side };
  const outcome = await stillsOfVideo(path, request, { limits: { milliseconds: STILLS_MS } });
  return outcome.kind === 'stills' ? contactSheet(outcome) : null;
}

/** When there is something to see: the frames of sufficient quality, or any if there is none of that. */
function timesOf(looks: readonly Look[]): number[] {
  const good = looks.filter(({ quality }) => quality >= MIN_PDQ_QUALITY);
  const times = (good.length > 0 ? good : looks).map(({ seconds }) => seconds ?? 0);
  return times.length === 0 ? [0] : times.toSorted((a, b) => a - b);
}

/** So many of them, from the first to the last, as evenly as they come. */
function spread(times: readonly number[], count: number): number[] {
  if (times.length <= count) return [...times];
  const step = (times.length - 1) / Math.max(1, count - 1);
  return Array.from({ length: count }, (_, index) => times[Math.round(index * step)] ?? 0);
}
