import {
  MIN_PDQ_QUALITY,
  NOT_WHOLLY_COMPARABLE,
  type Examination,
  type ExaminedPicture,
  type Look,
} from './examination.ts';
import type { ExaminedVideo } from './video-scanner.ts';

/** With these warnings, not all of a video was compared; for which reason it is then unscanned. The first that is there. */
const OF_VIDEOS: readonly (readonly [warning: string, reason: string])[] = [
  ['time-limit', 'timeout'],
  ['decoder-stopped', 'decoder-crashed'],
  ['duration-limit', 'too-long'],
  ['frame-limit', 'too-long'],
  ['broken-tail', 'truncated'],
  ['damaged', 'damaged'],
  ['further-streams-unhashed', 'further-streams-unhashed'],
  ['key-frames-only', 'key-frames-only'],
];

/** The same of a picture. */
const OF_PICTURES = ['first-frame-only', NOT_WHOLLY_COMPARABLE];

/** Reasons that may be gone the next time: it is worth trying again. */
const PASSING: readonly string[] = [
  'timeout',
  'out-of-memory',
  'decoder-crashed',
  'decoder-unavailable',
  'decoder-busy',
  'key-frames-only',
];

/** Whether the same bytes may be scanned at another time, with more of it. */
export function isPassing(reason: string): boolean {
  return PASSING.includes(reason);
}

/** The hashes that say enough to be compared. */
export function comparableLooks({ seen }: Examination): readonly Look[] {
  return seen.kind === 'nothing' ? [] : seen.looks.filter((look) => look.quality >= MIN_PDQ_QUALITY);
}

/** Why "no match" would say too little; null when everything that there is was compared. */
export function shortcomingOf(examination: Examination): string | null {
  const { seen } = examination;
  const comparable = comparableLooks(examination).length > 0;
  switch (seen.kind) {
    case 'nothing':
      return seen.reason;
    case 'picture':
      return pictureShortcoming(seen, comparable);
    case 'video':
      return videoShortcoming(seen, comparable);
  }
}

function pictureShortcoming({ warnings }: ExaminedPicture, comparable: boolean): string | null {
  if (comparable && !OF_PICTURES.some((warning) => warnings.includes(warning))) return null;
  return comparable && warnings.includes('first-frame-only') ? 'first-frame-only' : 'low-quality';
}

/** Frames of little detail are in every film, at its beginning if nowhere else; only if there is no other is it unscanned. */
function videoShortcoming({ warnings }: ExaminedVideo, comparable: boolean): string | null {
  const found = OF_VIDEOS.find(([warning]) => warnings.includes(warning));
  if (found !== undefined) return found[1];
  return comparable ? null : 'low-quality';
}
