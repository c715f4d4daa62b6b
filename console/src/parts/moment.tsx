import { useSyncExternalStore } from 'react';

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const absolute = new Intl.DateTimeFormat('en', { dateStyle: 'full', timeStyle: 'long' });
const units: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['year', 31_557_600],
  ['month', 2_629_800],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
];

/** An instant, told relative to now; the full date and time are in its title. */
export function Moment({ at }: { at: string }) {
  const now = useSyncExternalStore(subscribe, currentTick);
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return <span>{at}</span>;
  return (
    <time dateTime={at} title={absolute.format(date)} className="moment">
      {tellRelative(date.getTime(), now)}
    </time>
  );
}

/** Such as "3 hours ago" or "in 2 minutes", to the minute; both times in milliseconds. */
export function tellRelative(at: number, now: number): string {
  const seconds = (at - now) / 1000;
  const unit = units.find(([, length]) => Math.abs(seconds) >= length);
  // Seconds would be wrong by as much as a tick.
  if (!unit) return seconds > 0 ? 'in a moment' : 'just now';
  return relative.format(Math.trunc(seconds / unit[1]), unit[0]);
}

const tickMilliseconds = 15_000;

function subscribe(onTick: () => void): () => void {
  const timer = setInterval(onTick, tickMilliseconds);
  return () => clearInterval(timer);
}

/** Now, in steps: a snapshot has to stay the same between ticks. */
function currentTick(): number {
  return Math.ceil(Date.now() / tickMilliseconds) * tickMilliseconds;
}
