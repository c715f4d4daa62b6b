import { TMK_COEFFICIENTS, TMK_DIMENSIONS, TMK_PERIODS, type TmkHash } from './tmk.ts';

/** Length of a file: a header of 32 bytes, then numbers of 32 bits, all little-endian. */
export const TMK_FILE_BYTES = 263_344;

/** What can be wrong with a TMK file. */
export const TMK_FORMAT_FAULTS = [
  /** Shorter or longer than every such file. */
  'wrong-length',
  /** Does not begin as a hash of this kind does. */
  'wrong-magic',
  /** Made with other periods, coefficients or dimensions than all that is shared. */
  'unsupported-parameters',
  /** A value that is no number, or sums that no video can have: damaged, or made up. */
  'inconsistent',
] as const;

export type TmkFormatFault = (typeof TMK_FORMAT_FAULTS)[number];

/** Bytes that are no TMK+PDQF hash. */
export class TmkFormatError extends Error {
  readonly code: TmkFormatFault;

  constructor(code: TmkFormatFault) {
    super(`Not a TMK+PDQF hash: ${code}`);
    this.name = 'TmkFormatError';
    this.code = code;
  }
}

/** The file of a hash, byte by byte as the reference writes it. Throws a RangeError if a part has a wrong length. */
export function tmkToBytes(hash: TmkHash): Uint8Array {
  for (const [name, length] of [
    ['average', TMK_DIMENSIONS],
    ['cosines', FEATURE_VALUES],
    ['sines', FEATURE_VALUES],
  ] as const) {
    if (hash[name].length !== length)
      throw new RangeError(`${name} must hold ${length} values, not ${hash[name].length}`);
  }
  const bytes = new Uint8Array(TMK_FILE_BYTES);
  const view = new DataView(bytes.buffer);
  bytes.set(new TextEncoder().encode(MAGIC));
  let at = MAGIC.length;
  const writeInteger = (value: number) => {
    view.setInt32(at, value, true);
    at += 4;
  };
  const writeFloats = (values: Readonly<Float32Array>) => {
    for (const value of values) {
      view.setFloat32(at, value, true);
      at += 4;
    }
  };
  [hash.framesPerSecond, ...PARAMETERS, hash.frames, ...TMK_PERIODS].forEach(writeInteger);
  [TMK_COEFFICIENTS, hash.average, hash.cosines, hash.sines].forEach(writeFloats);
  return bytes;
}

/**
 * Reads a file of 263,344 bytes. The format has no check sum; what can be checked is: the parameters, that all
 * values are numbers, and the lengths that the features must have, so that most damage is found.
 * Throws a TmkFormatError.
 */
export function tmkFromBytes(bytes: Uint8Array): TmkHash {
  if (bytes.length !== TMK_FILE_BYTES) throw new TmkFormatError('wrong-length');
  if (new TextDecoder('latin1').decode(bytes.subarray(0, MAGIC.length)) !== MAGIC)
    throw new TmkFormatError('wrong-magic');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = MAGIC.length;
  const readInteger = () => {
    at += 4;
    return view.getInt32(at - 4, true);
  };
  const readFloats = (length: number) => {
    const start = at;
    at += 4 * length;
    return Float32Array.from({ length }, (_, i) => view.getFloat32(start + 4 * i, true));
  };

  const framesPerSecond = readInteger();
  const parameters = PARAMETERS.map(readInteger);
  const frames = readInteger();
  const periods = TMK_PERIODS.map(readInteger);
  const coefficients = readFloats(TMK_COEFFICIENTS.length);
  if (
    framesPerSecond < 1 ||
    frames < 0 ||
    PARAMETERS.some((expected, i) => parameters[i] !== expected) ||
    TMK_PERIODS.some((expected, i) => periods[i] !== expected) ||
    TMK_COEFFICIENTS.some((expected, i) => !isClose(coefficients[i]!, expected, 1e-6))
  ) {
    throw new TmkFormatError('unsupported-parameters');
  }
  const average = readFloats(TMK_DIMENSIONS);
  const cosines = readFloats(FEATURE_VALUES);
  const sines = readFloats(FEATURE_VALUES);
  const hash: TmkHash = { framesPerSecond, frames, average, cosines, sines };
  if (!isConsistent(hash)) throw new TmkFormatError('inconsistent');
  return hash;
}

/** Project, kind of file, kind of feature. */
const MAGIC = 'TMK1FVECPDQF';
const PARAMETERS = [TMK_PERIODS.length, TMK_COEFFICIENTS.length, TMK_DIMENSIONS];
const FEATURE_VALUES = TMK_PERIODS.length * TMK_COEFFICIENTS.length * TMK_DIMENSIONS;

/** Every feature has been given the length that its coefficient demands, or is all zeros. */
function isConsistent({ average, cosines, sines }: TmkHash): boolean {
  if (!average.every(Number.isFinite)) return false;
  for (let i = 0; i < TMK_PERIODS.length; i++) {
    for (let j = 0; j < TMK_COEFFICIENTS.length; j++) {
      const at = (i * TMK_COEFFICIENTS.length + j) * TMK_DIMENSIONS;
      for (const [features, coefficient] of [
        [cosines, TMK_COEFFICIENTS[j]!],
        [sines, j === 0 ? 0 : TMK_COEFFICIENTS[j]!],
      ] as const) {
        const squares = squaredLength(features, at);
        if (squares !== 0 && !isClose(squares, coefficient, 1e-3)) return false;
      }
    }
  }
  return true;
}

function squaredLength(features: Float32Array, at: number): number {
  let sum = 0;
  for (let k = at; k < at + TMK_DIMENSIONS; k++) sum += features[k]! ** 2;
  return sum;
}

/** Not so if either is not a number. */
function isClose(value: number, expected: number, tolerance: number): boolean {
  return Math.abs(value - expected) <= tolerance * Math.abs(expected);
}
