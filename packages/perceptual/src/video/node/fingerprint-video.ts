import type { ConfinementChoice, Unscanned, UnscannedReason } from '../../node/index.ts';
import { DEFAULT_SECONDS_PER_HASH } from '../vpdq.ts';
import {
  type Decoded,
  decodeFrames,
  type DecodeOptions,
  type DecodeTask,
  startEarly,
  type Stopper,
} from './decode-frames.ts';
import { crashed, overranProcessorTime, ranOutOfMemory } from './end-of-ffmpeg.ts';
import type { FfmpegChild } from './ffmpeg-child.ts';
import { FrameHasher } from './frame-hasher.ts';
import { FRAME_LOG_FILTERS } from './frame-log.ts';
import { FrameRecord } from './frame-record.ts';
import { isBelievableRate, selectExpression, type VideoMode } from './frame-selection.ts';
import { findVideo, type OpenedVideo } from './open-video.ts';
import { probeVideo } from './probe-video.ts';
import { DEFAULT_VIDEO_LIMITS, type VideoLimits } from './video-limits.ts';
import type { VideoFingerprinted, VideoWarning } from './video-outcome.ts';

export interface FingerprintVideoOptions {
  /** `sampled` unless told. */
  readonly mode?: VideoMode;
  /** 1 unless told; 0 keeps all. Of no account for `every-frame`. */
  readonly secondsPerHash?: number;
  /** Those left out are as in DEFAULT_VIDEO_LIMITS. */
  readonly limits?: Partial<VideoLimits>;
  /** `automatic` unless told. `bubblewrap` refuses to work without it. */
  readonly confinement?: ConfinementChoice;
  /** Once it is aborted, decoding is given up, and the promise rejects with its reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * vPDQ of a video file, decoded by the system's ffmpeg where it can do no harm. A video that cannot be hashed
 * resolves to `Unscanned`. One that breaks off, or is stopped by a limit, is hashed as far as it goes
 * and marked `truncated`: what it matches, it matches; that it matches nothing, it does not say.
 * Rejects with the system's error if the file cannot be read, and with a RangeError if `secondsPerHash`
 * is negative or not a number.
 */
export async function fingerprintVideo(
  file: string,
  {
    mode = 'sampled',
    secondsPerHash = DEFAULT_SECONDS_PER_HASH,
    limits: someLimits,
    confinement = 'automatic',
    signal,
  }: FingerprintVideoOptions = {},
): Promise<VideoFingerprinted | Unscanned> {
  if (!(secondsPerHash >= 0 && Number.isFinite(secondsPerHash)))
    throw new RangeError(`secondsPerHash must be a number and not negative, not ${secondsPerHash}`);
  const limits: VideoLimits = { ...DEFAULT_VIDEO_LIMITS, ...someLimits };
  const deadline = performance.now() + limits.milliseconds;
  const hasher = new FrameHasher();
  let early: FfmpegChild | undefined;
  try {
    const source = await findVideo(file, confinement, limits);
    if (typeof source === 'string') return unscanned(source);
    early = startEarly(source, limits, optionsFor(mode));
    const facts = await probeVideo(source, limits);
    if (typeof facts === 'string') return unscanned(facts);
    const video: OpenedVideo = { source, facts };
    hasher.setSize(facts.width, facts.height);
    const record = new FrameRecord(video, mode, secondsPerHash, limits);
    const watched = untilAborted(taskWith(video, mode, record, hasher), signal);
    const decoded = await decodeFrames(video, limits, watched.task, { deadline, early }).finally(
      watched.release,
    );
    signal?.throwIfAborted();
    if (!decoded) return unscanned('decoder-unavailable');
    const hashes = await hasher.finish();
    // What was logged last may not have come through as pixels, if the process was killed in between.
    if (hashes.length > record.kept.length) return unscanned('decoder-crashed');
    const vpdq = hashes.map(({ hash, quality }, i) => ({ ...record.kept[i]!, hash, quality }));
    if (vpdq.length === 0) return unscanned(reasonForNothing(decoded));
    const wasCutShort = decoded.stopped !== undefined || vpdq.length < record.kept.length;
    const { truncated, warnings } = conclusions(video, mode, record, decoded, wasCutShort);
    return {
      kind: 'video-fingerprinted',
      vpdq,
      frames: record.frames,
      seconds: record.seconds,
      declaredSeconds: facts.declaredSeconds,
      truncated,
      width: facts.width,
      height: facts.height,
      fps: facts.framesPerSecond,
      decodedAs: source.format,
      codec: facts.codec,
      warnings,
    };
  } finally {
    early?.kill();
    await Promise.all([early?.ended, hasher.close()]);
  }
}

/** As the task, but given up once the signal is aborted. */
function untilAborted(task: (stopper: Stopper) => DecodeTask, signal: AbortSignal | undefined) {
  let giveUp: () => void = () => undefined;
  return {
    task: (stopper: Stopper): DecodeTask => {
      giveUp = () => stopper.stop('time-limit');
      signal?.throwIfAborted();
      signal?.addEventListener('abort', giveUp);
      return task(stopper);
    },
    release: () => signal?.removeEventListener('abort', giveUp),
  };
}

function optionsFor(mode: VideoMode): DecodeOptions {
  return {
    input: [
      // The frames as stored; and one count of them, even if their size changes on the way.
      ['-noautorotate', '-reinit_filter', '0'],
      mode === 'key-frames' ? ['-skip_frame', 'nokey', '-discard', 'nokey'] : [],
    ].flat(),
    output: ['-vsync', 'passthrough'],
  };
}

function taskWith(
  { facts: { width, height } }: OpenedVideo,
  mode: VideoMode,
  record: FrameRecord,
  hasher: FrameHasher,
): (stopper: Stopper) => DecodeTask {
  const filters = [
    FRAME_LOG_FILTERS,
    `select='${selectExpression(record.selection)}'`,
    `scale=${width}:${height}:flags=area`,
    'format=rgb24',
  ];
  return (stopper) => ({
    options: optionsFor(mode),
    filters: filters.join(','),
    frameBytes: width * height * 3,
    buffer: () => hasher.buffer(),
    take: (buffer) => hasher.hash(buffer),
    log: (text) => record.read(text, stopper),
  });
}

function conclusions(
  { facts }: OpenedVideo,
  mode: VideoMode,
  record: FrameRecord,
  decoded: Decoded,
  wasCutShort: boolean,
): { truncated: boolean; warnings: VideoWarning[] } {
  const warnings = new Set<VideoWarning>();
  // An ffmpeg that is stopped complains of that.
  const isDamaged = decoded.stopped === undefined && hasDamage(decoded.complaints);
  const hasStopped = decoded.stopped === undefined && (decoded.code !== 0 || wasCutShort);
  if (decoded.stopped !== undefined) warnings.add(decoded.stopped);
  if (hasStopped) warnings.add(overranProcessorTime(decoded) ? 'time-limit' : 'decoder-stopped');
  if (isDamaged) warnings.add('damaged');
  if (mode === 'key-frames') warnings.add('key-frames-only');
  if (decoded.stopped === undefined) {
    const isShort = mode !== 'key-frames' && endsBeforeDeclared(facts, record);
    const lacksFrames = mode !== 'key-frames' && hasFewerFrames(facts, record);
    if (
      tellsOfBreak(decoded.complaints) ||
      (isDamaged && (isShort || lacksFrames)) ||
      (isShort && lacksFrames)
    )
      warnings.add('broken-tail');
    else if (isShort) warnings.add('shorter-than-declared');
  }
  if (facts.hasFurtherStreams) warnings.add('further-streams-unhashed');
  if (facts.isRotated) warnings.add('rotation-ignored');
  if (!isBelievableRate(facts.framesPerSecond)) warnings.add('frame-rate-implausible');
  const truncated = decoded.stopped !== undefined || hasStopped || warnings.has('broken-tail');
  return { truncated, warnings: [...warnings] };
}

/** Less than declared by more than a container's rounding. */
function endsBeforeDeclared(
  { declaredSeconds, framesPerSecond }: OpenedVideo['facts'],
  record: FrameRecord,
): boolean {
  const tolerance = Math.max(0.5, framesPerSecond > 0 ? 3 / framesPerSecond : 0);
  return declaredSeconds !== undefined && declaredSeconds - record.seconds > tolerance;
}

function hasFewerFrames({ declaredFrames }: OpenedVideo['facts'], { frames }: FrameRecord): boolean {
  return declaredFrames !== undefined && declaredFrames - frames > Math.max(2, declaredFrames / 100);
}

/** Streams that we do not decode anyway may be of a kind that is not allowed. */
function hasDamage(complaints: string): boolean {
  return complaints.split('\n').some((line) => line.trim() !== '' && !line.includes('not on whitelist'));
}

/** The demuxers of MP4 and of Matroska notice that the file is not all there. */
function tellsOfBreak(complaints: string): boolean {
  return /partial file|ended prematurely/.test(complaints);
}

function reasonForNothing(decoded: Decoded): UnscannedReason {
  if (decoded.stopped === 'time-limit' || overranProcessorTime(decoded)) return 'timeout';
  if (ranOutOfMemory(decoded)) return 'out-of-memory';
  return crashed(decoded) ? 'decoder-crashed' : 'corrupt';
}

function unscanned(reason: UnscannedReason): Unscanned {
  return { kind: 'unscanned', reason };
}
