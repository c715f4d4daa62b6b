import {
  UNSCANNED_REASONS,
  type Rendered,
  type RenderRequest,
  type Unscanned,
} from '@breakwater/perceptual/node';
import { CodedError } from '../foundation/index.ts';
import { fieldsOf } from './keeper-questions.ts';

/** What the keeper says of a rendering, read with distrust: hostile bytes were decoded below it. */
export function readRendering(
  answer: unknown,
  bytes: Uint8Array,
  { maxSide }: RenderRequest,
): Rendered | Unscanned {
  const { kind, reason, width, height, mediaType } = fieldsOf(answer);
  const known = UNSCANNED_REASONS.find((word) => word === reason);
  if (kind === 'unscanned' && known !== undefined) return { kind, reason: known };
  const isSide = (side: unknown): side is number => Number.isInteger(side) && Number(side) <= maxSide;
  if (
    kind === 'rendered' &&
    mediaType === 'image/webp' &&
    isSide(width) &&
    isSide(height) &&
    bytes.length > 0
  )
    return { kind, bytes, mediaType, width, height };
  throw new CodedError('BW-VAULT-KEEPER-FAILED');
}
