/** What can be wrong with a written vPDQ hash. */
export const VPDQ_FORMAT_FAULTS = [
  /** A line, or an item of the array, does not have the parts it should have. */
  'malformed-frame',
  /** PDQ's quality goes from 0 to 100. */
  'quality-out-of-range',
  /** Frame numbers do not rise from line to line. */
  'frames-out-of-order',
  /** Not JSON, or not an array of strings. */
  'malformed-json',
] as const;

export type VpdqFormatFault = (typeof VPDQ_FORMAT_FAULTS)[number];

/** A written vPDQ hash that cannot be read. */
export class VpdqFormatError extends SyntaxError {
  readonly code: VpdqFormatFault;
  /** Which line or item, counted from 0; undefined if it is none in particular. */
  readonly position: number | undefined;

  constructor(code: VpdqFormatFault, position?: number, options?: ErrorOptions) {
    super(`Not a vPDQ hash: ${code}${position === undefined ? '' : ` at frame ${position}`}`, options);
    this.name = 'VpdqFormatError';
    this.code = code;
    this.position = position;
  }
}
