import { CodedError, type Clock } from '../foundation/index.ts';

const MINUTE_MS = 60_000;

interface Bucket {
  tokens: number;
  at: number;
}

/** Refused for coming too often; says when to come again. */
export class KeyRateError extends CodedError {
  readonly retryAfterSeconds: number;

  constructor(retryAfterSeconds: number) {
    super('BW-RATE-LIMITED', { message: 'This service key is used too often. Wait as Retry-After says.' });
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/**
 * A token bucket for each key: a minute's worth at once, refilled evenly. Held in memory, so each process counts for itself,
 * and a start begins anew; the limit is a brake on one caller, not an account of what they used.
 */
export function createKeyRates(clock: Clock): (keyId: string, requestsAMinute: number | null) => void {
  const buckets = new Map<string, Bucket>();
  return (keyId, requestsAMinute) => {
    if (requestsAMinute === null) return;
    const now = clock.now().getTime();
    const { tokens, at } = buckets.get(keyId) ?? { tokens: requestsAMinute, at: now };
    // A clock that was set back gives nothing and takes nothing.
    const elapsed = Math.max(0, now - at);
    const filled = Math.min(requestsAMinute, tokens + (elapsed * requestsAMinute) / MINUTE_MS);
    if (filled < 1) {
      buckets.set(keyId, { tokens: filled, at: now });
      throw new KeyRateError(Math.max(1, Math.ceil(((1 - filled) * MINUTE_MS) / requestsAMinute / 1000)));
    }
    buckets.set(keyId, { tokens: filled - 1, at: now });
  };
}
