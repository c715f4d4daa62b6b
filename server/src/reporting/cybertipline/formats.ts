import { isIP } from 'node:net';
import type { TextFormat } from './description.ts';

/** Whether `text` has the named published format. */
export function hasFormat(format: TextFormat, value: string): boolean {
  return formats[format](value);
}

/** Milliseconds since 1970 of an ISO 8601 date and time, or of the start of a date; null when it is not one. */
export function readTime(kind: 'dateTime' | 'date', value: string): number | null {
  const match = (kind === 'dateTime' ? dateTime : date).exec(value);
  if (match === null) return null;
  const [, year, month, day] = match;
  const time = Date.parse(value);
  if (Number.isNaN(time) || Number(day) > daysIn(Number(year), Number(month))) return null;
  return time;
}

/** Whether an otherwise sound date and time lacks only its time zone. */
export function lacksTimeZone(value: string): boolean {
  return readTime('dateTime', value) === null && readTime('dateTime', `${value}Z`) !== null;
}

const date = /^(\d{4})-(\d{2})-(\d{2})$/;
const dateTime =
  /^(\d{4})-(\d{2})-(\d{2})T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-](?:0\d|1[0-3]):[0-5]\d|[+-]14:00)$/;

const formats: Readonly<Record<TextFormat, (value: string) => boolean>> = {
  url: (value) => URL.canParse(value) && !/\s/.test(value),
  'email-address': (value) => /^[^\s@<>"(),;:]{1,64}@[^\s@<>"(),;:]+$/.test(value),
  'ip-address': (value) => isIP(value) !== 0 && !value.includes('%'),
  // Eighteen digits always fit the format's 64-bit integer.
  'report-id': (value) => /^[1-9][0-9]{0,17}$/.test(value),
  'file-id': (value) => /^[0-9A-Za-z_-]{1,128}$/.test(value),
  'calling-code': (value) => /^\+[0-9]{1,3}$/.test(value),
  digits: (value) => /^[0-9]+$/.test(value),
};

/** `Date.parse` reads 30 February as 2 March; a report must not. */
function daysIn(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}
