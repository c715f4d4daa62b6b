/** Time comes in through this, so that tests can turn the hands. */
export interface Clock {
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };
