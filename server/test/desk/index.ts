export { createDesk, testClock, type Desk, type DeskOptions, type TestClock } from './desk.ts';
export { doneOf } from './outcome.ts';
export { passedOn, testPicture } from './pictures.ts';
export { ffmpegNote, hasFfmpeg, testVideo } from './videos.ts';
