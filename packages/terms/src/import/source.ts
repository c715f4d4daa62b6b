import type { TermCollector } from './record.ts';

/** The text of a file, without a byte order mark; null, with the reason reported, if it is too large or not UTF-8. */
export function textOf(file: Uint8Array | string, most: number, into: TermCollector): string | null {
  if (file.length > most) {
    into.report('TERMS-TOO-LARGE', null);
    return null;
  }
  if (typeof file === 'string') return file.replace(/^\ufeff/, '');
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(file);
    // UTF-16 without a mark is valid UTF-8 full of NUL.
    if (!text.includes('\0')) return text;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
  into.report('TERMS-ENCODING', null);
  return null;
}

export const MOST_BYTES = 64 * 1024 * 1024;
