import type { ConfinedDecoder, RenderRequest } from '@breakwater/perceptual/node';
import { contactSheet, stillsOfVideo } from '@breakwater/perceptual/video/node';
import { MIN_PDQ_QUALITY, type Look, type Media } from '../screening/index.ts';

export interface Picture {
  readonly bytes: Uint8Array;
  readonly mediaType: string;
}

/** Small, gray and blurred: enough to tell a landscape from a person, and no more. */
const PREVIEW: RenderRequest = { maxSide: 160, tone: 'gray', blur: 5 };
const FULL: RenderRequest = { maxSide: 2400, tone: 'color', blur: 0 };

/** Of a video: how many stills are on the one picture that is shown, and how long a side of each is. */
const STILLS = { preview: { count: 1, side: 480 }, full: { count: 9, side: 640 } } as const;
const STILLS_MS = 30_000;

/**
 * What people see of an exhibit: always a fresh encoding without metadata, made in confinement; of a video, stills of it
 * on one picture. null if nothing can be made of it. `looks`: the frames whose hashes are known, to choose from.
 */
export async function renderExhibit(
  decoder: ConfinedDecoder,
  original: Media,
  looks: readonly Look[],
  size: 'preview' | 'full',
): Promise<Picture | null> {
  const picture = original instanceof Uint8Array ? original : await sheetOf(original.path, looks, size);
  if (picture === null) return null;
  const outcome = await decoder.render(picture, size === 'preview' ? PREVIEW : FULL);
  if (outcome.kind === 'unscanned') return null;
  return { bytes: outcome.bytes, mediaType: outcome.mediaType };
}

async function sheetOf(
  path: string,
  looks: readonly Look[],
  size: 'preview' | 'full',
): Promise<Uint8Array | null> {
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
