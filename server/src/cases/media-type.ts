import type { ExhibitsTable } from './tables.ts';

/** As the registry of media types has them, where a container's name is not its type's. */
const VIDEO_TYPES: Readonly<Record<string, string>> = {
  mov: 'quicktime',
  '3gp': '3gpp',
  avi: 'vnd.avi',
  'mpeg-ps': 'MP2P',
  'mpeg-ts': 'MP2T',
  'mpeg-es': 'MPV',
};

/** The media type of an exhibit by its content; null where nothing could be decoded. */
export function mediaTypeOf({
  media_kind: kind,
  decoded_as: decodedAs,
}: Pick<ExhibitsTable, 'media_kind' | 'decoded_as'>): string | null {
  if (decodedAs === null) return null;
  return kind === 'picture' ? `image/${decodedAs}` : `video/${VIDEO_TYPES[decodedAs] ?? decodedAs}`;
}
