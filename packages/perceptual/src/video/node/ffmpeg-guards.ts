import type { VideoFormat } from './identify-video.ts';
import type { VideoLimits } from './video-limits.ts';

const DEMUXERS: Readonly<Record<VideoFormat, string>> = {
  mp4: 'mov',
  mov: 'mov',
  '3gp': 'mov',
  matroska: 'matroska',
  webm: 'matroska',
  avi: 'avi',
  'mpeg-ps': 'mpeg',
  'mpeg-ts': 'mpegts',
  'mpeg-es': 'mpegvideo',
};

/** Codecs of video that are decoded; by their names in ffmpeg. */
export const VIDEO_CODECS: ReadonlySet<string> = new Set([
  'h263',
  'h264',
  'hevc',
  'vp8',
  'vp9',
  'av1',
  'mpeg1video',
  'mpeg2video',
  'mpeg4',
  'msmpeg4v1',
  'msmpeg4v2',
  'msmpeg4v3',
  'mjpeg',
  'theora',
  'vc1',
  'wmv1',
  'wmv2',
  'wmv3',
  'dvvideo',
  'prores',
  'cinepak',
  'svq1',
  'svq3',
  'rawvideo',
]);

/** Decoders whose names are not those of their codecs. */
const FURTHER_DECODERS = ['libdav1d', 'libaom-av1', 'mpegvideo', 'msmpeg4'];

/** Sound is not decoded, but looked at to find out what is in a stream. */
const AUDIO_DECODERS = [
  ['aac', 'aac_latm', 'ac3', 'eac3', 'alac', 'amrnb', 'amrwb', 'dca', 'flac', 'mp1float', 'mp2', 'mp2float'],
  ['mp3', 'mp3float', 'opus', 'vorbis', 'libopus', 'libvorbis', 'wmav1', 'wmav2', 'adpcm_ms', 'qdm2'],
  ['adpcm_ima_wav', 'adpcm_ima_qt', 'pcm_alaw', 'pcm_mulaw', 'pcm_s16be', 'pcm_s16le', 'pcm_s24be'],
  ['pcm_s24le', 'pcm_s32le', 'pcm_s8', 'pcm_u8', 'pcm_f32le', 'pcm_bluray', 'pcm_dvd'],
].flat();

const FORMAT_WHITELIST = [...new Set(Object.values(DEMUXERS))].join(',');
const CODEC_WHITELIST = [...VIDEO_CODECS, ...FURTHER_DECODERS, ...AUDIO_DECODERS].join(',');

/**
 * Options before the input. The container was recognized by its content, and nothing but its own part of ffmpeg
 * may read it; no protocol but files, which inside the walls means the one file; no parts of ffmpeg but those for
 * the formats and codecs above.
 */
export function inputGuards(
  format: VideoFormat,
  limits: Pick<VideoLimits, 'streams' | 'pixels'>,
): readonly string[] {
  return [
    ['-protocol_whitelist', 'file'],
    ['-format_whitelist', FORMAT_WHITELIST],
    ['-codec_whitelist', CODEC_WHITELIST],
    ['-max_streams', String(limits.streams)],
    ['-max_pixels', String(limits.pixels)],
    ['-f', DEMUXERS[format]],
  ].flat();
}
