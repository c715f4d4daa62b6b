export { fingerprintVideo, type FingerprintVideoOptions } from './fingerprint-video.ts';
export { VIDEO_MODES, type VideoMode } from './frame-selection.ts';
export { identifyVideo, VIDEO_FORMATS, VIDEO_HEAD_BYTES, type VideoFormat } from './identify-video.ts';
export { type TmkHashed, tmkOfVideo } from './tmk-of-video.ts';
export { probeVideoDecoder, type VideoDecoderStatus } from './video-confinement.ts';
export { DEFAULT_VIDEO_LIMITS, type VideoLimits } from './video-limits.ts';
export { VIDEO_WARNINGS, type VideoFingerprinted, type VideoWarning } from './video-outcome.ts';
export { contactSheet } from './contact-sheet.ts';
export { stillsOfVideo, type Still, type Stills } from './stills-of-video.ts';
