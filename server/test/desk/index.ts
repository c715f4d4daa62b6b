export { createDesk, testClock, type Desk, type DeskOptions, type TestClock } from './desk.ts';
export { doneOf } from './outcome.ts';
export { deskVault, identityFileOf, makeIdentity } from './desk-vault.ts';
export { passedOn, testPicture } from './pictures.ts';
