import type { Confinement, UnscannedReason } from '../../node/index.ts';
import { crashed, overranProcessorTime, ranOutOfMemory } from './end-of-ffmpeg.ts';
import { type FfmpegEnd, outputOf } from './ffmpeg-child.ts';
import { ffmpegCommand } from './ffmpeg-command.ts';
import { inputGuards, VIDEO_CODECS } from './ffmpeg-guards.ts';
import type { VideoFormat } from './identify-video.ts';
import type { VideoLimits } from './video-limits.ts';

/** What a file says about the video in it. */
export interface VideoFacts {
  /** Which of the container's streams is hashed: the first of video that is no cover picture. */
  readonly stream: number;
  readonly codec: string;
  readonly width: number;
  readonly height: number;
  /** On average; 0 if unknown. */
  readonly framesPerSecond: number;
  readonly declaredSeconds: number | undefined;
  readonly declaredFrames: number | undefined;
  readonly hasFurtherStreams: boolean;
  readonly isRotated: boolean;
}

/** A file about to be decoded. */
export interface VideoSource {
  /** An absolute path without symbolic links. */
  readonly path: string;
  readonly format: VideoFormat;
  readonly confinement: Confinement;
  /** Whether ffmpeg reads its filters from a file if told so by `-filter_script`. */
  readonly takesFilterScript: boolean;
}

/** Asks ffprobe, behind the walls, what is in a file; or the reason why it cannot be scanned. */
export async function probeVideo(
  { path, format, confinement }: VideoSource,
  limits: VideoLimits,
): Promise<VideoFacts | UnscannedReason> {
  const command = ffmpegCommand(
    confinement,
    {
      tool: 'ffprobe',
      input: path,
      arguments: (url) =>
        [
          ['-hide_banner', '-loglevel', 'error'],
          inputGuards(format, limits),
          ['-show_entries', ENTRIES, '-of', 'json', '-i', url],
        ].flat(),
    },
    limits,
  );
  if (!command) return 'decoder-unavailable';
  const end = await outputOf(command, {
    milliseconds: limits.milliseconds,
    bytes: ANSWER_BYTES,
  });
  if (end.overran) return 'timeout';
  if (end.code !== 0) return reasonOf(end, limits);
  const answer = parsedAnswer(end.output);
  if (!answer) return 'decoder-crashed';
  const facts = factsOf(answer, limits);
  return facts === 'zero-dimension' && tellsOfTooManyPixels(end.complaints, limits)
    ? 'too-many-pixels'
    : facts;
}

/** A size that ffprobe will not believe comes out as none at all. */
function tellsOfTooManyPixels(complaints: string, limits: VideoLimits): boolean {
  const size = /Picture size (\d{1,10})x(\d{1,10}) /.exec(complaints);
  return size !== null && Number(size[1]) * Number(size[2]) > limits.pixels;
}

const ENTRIES = [
  'stream=index,codec_type,codec_name,width,height,r_frame_rate,avg_frame_rate,duration,nb_frames',
  'stream_disposition=attached_pic',
  'stream_side_data=rotation',
  'format=duration',
].join(':');

const ANSWER_BYTES = 1_000_000;

function reasonOf(end: FfmpegEnd, limits: VideoLimits): UnscannedReason {
  if (tellsOfTooManyPixels(end.complaints, limits)) return 'too-many-pixels';
  if (overranProcessorTime(end)) return 'timeout';
  if (end.complaints.includes('max_streams')) return 'unsupported-format';
  if (ranOutOfMemory(end)) return 'out-of-memory';
  if (crashed(end)) return 'decoder-crashed';
  // The index of an MP4 that is not made for streaming comes last.
  return end.complaints.includes('moov atom not found') ? 'truncated' : 'corrupt';
}

interface Answer {
  readonly streams?: readonly ProbedStream[];
  readonly format?: { readonly duration?: string };
}

interface ProbedStream {
  readonly index: number;
  readonly codec_type?: string;
  readonly codec_name?: string;
  readonly width?: number;
  readonly height?: number;
  readonly r_frame_rate?: string;
  readonly avg_frame_rate?: string;
  readonly duration?: string;
  readonly nb_frames?: string;
  readonly disposition?: { readonly attached_pic?: number };
  readonly side_data_list?: readonly { readonly rotation?: number }[];
}

function parsedAnswer(output: string): Answer | undefined {
  try {
    const answer: unknown = JSON.parse(output);
    return typeof answer === 'object' && answer !== null ? answer : undefined;
  } catch (error) {
    // Cut short: it died, or had more to say than anybody has.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function factsOf(answer: Answer, limits: VideoLimits): VideoFacts | UnscannedReason {
  const streams = answer.streams ?? [];
  const videos = streams.filter(
    ({ codec_type, disposition }) => codec_type === 'video' && disposition?.attached_pic !== 1,
  );
  const [video] = videos;
  const codec = video?.codec_name;
  if (!video || codec === undefined || !VIDEO_CODECS.has(codec)) return 'unsupported-format';
  const width = video.width ?? 0;
  const height = video.height ?? 0;
  if (width < 1 || height < 1) return 'zero-dimension';
  if (width * height > limits.pixels) return 'too-many-pixels';
  return {
    stream: video.index,
    codec,
    width,
    height,
    framesPerSecond: rateOf(video.avg_frame_rate) || rateOf(video.r_frame_rate),
    declaredSeconds: positive(video.duration) ?? positive(answer.format?.duration),
    declaredFrames: positive(video.nb_frames),
    hasFurtherStreams: videos.length > 1,
    isRotated: (video.side_data_list ?? []).some(({ rotation }) => rotation !== undefined && rotation !== 0),
  };
}

/** Of a fraction such as "30000/1001"; 0 for "0/0". */
function rateOf(fraction: string | undefined): number {
  const [over, under] = (fraction ?? '').split('/').map(Number);
  const rate = over! / under!;
  return Number.isFinite(rate) && rate > 0 ? rate : 0;
}

function positive(written: string | undefined): number | undefined {
  const value = Number(written);
  return Number.isFinite(value) && value > 0 ? value : undefined;
}
