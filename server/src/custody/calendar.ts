import { z } from 'zod';

/** A length of time as laws state it: in calendar years or months, or in days of 24 hours. */
export const span = z.union([
  z.strictObject({ years: z.int().min(1).max(100) }),
  z.strictObject({ months: z.int().min(1).max(1200) }),
  z.strictObject({ days: z.int().min(1).max(36_500) }),
]);
export type Span = z.infer<typeof span>;

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * The end of a span that begins at `from`, in UTC. Where the day of the month does not exist, such as a year after
 * 29 February, it ends with the last day that does: at midnight of the day after it. A later start never ends earlier.
 */
export function endOfSpan(from: Date, lasts: Span): Date {
  if ('days' in lasts) return new Date(from.getTime() + lasts.days * DAY_MS);
  const months = 'years' in lasts ? lasts.years * 12 : lasts.months;
  const month = from.getUTCMonth() + months;
  const lastDay = new Date(Date.UTC(from.getUTCFullYear(), month + 1, 0)).getUTCDate();
  if (from.getUTCDate() > lastDay) return new Date(Date.UTC(from.getUTCFullYear(), month + 1, 1));
  const end = new Date(from);
  end.setUTCMonth(month);
  return end;
}

/** A span in words, such as `1 year` or `21 days`. */
export function spanInWords(lasts: Span): string {
  const [[unit, count] = ['', 0]] = Object.entries(lasts);
  return count === 1 ? `1 ${unit.slice(0, -1)}` : `${count} ${unit}`;
}
