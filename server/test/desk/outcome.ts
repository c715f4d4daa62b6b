import type { Outcome } from '../../src/access/index.ts';

/** What came of something that needed no second person. */
export function doneOf<Result>(outcome: Outcome<Result>): Result {
  if ('waiting' in outcome) throw new Error('it waits for a second signature');
  return outcome.done;
}
