import { setImmediate as turn } from 'node:timers/promises';

/** Lets whatever else the program has to do have a turn: a long search must not hold up every other request. */
export async function pause(): Promise<void> {
  await turn();
}
