export { openCase, orderReport, receivedFor, testPictures, type TestCase } from './ordered-reports.ts';
export {
  createRehearsal,
  MISHAPS,
  once,
  runDueJobs,
  runOnce,
  runUntilFiled,
  type Mishap,
  type Rehearsal,
} from './rehearsal.ts';
