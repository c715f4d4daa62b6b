export { createDesk, testClock, type Desk, type DeskOptions, type TestClock } from './desk.ts';
export { doneOf } from './outcome.ts';
export { passedOn, testPicture } from './pictures.ts';
