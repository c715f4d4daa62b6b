import { isUtf8 } from 'node:buffer';
import { CodedError, type ErrorCode } from '../foundation/index.ts';

/** As long as the frames of a video of several hours are. */
export const MAX_LINE_CHARACTERS = 2_000_000;
/** A line without end would otherwise be gathered without end. */
const MAX_LINE_BYTES = 4 * 1024 * 1024;

const NEWLINE = 0x0a;
const BYTE_ORDER_MARK = '\uFEFF';

/**
 * UTF-8 bytes as text, in blocks that end where a line does; only the last may not. Without a byte order mark.
 * @throws {CodedError} BW-LIST-INVALID naming the line that is no UTF-8 or has no end, BW-LIST-CUT when it is the last
 */
export async function* textBlocks(source: AsyncIterable<Uint8Array>): AsyncIterable<string> {
  let line = 1;
  let rest: Uint8Array = new Uint8Array();
  for await (const chunk of source) {
    const end = chunk.lastIndexOf(NEWLINE) + 1;
    if (rest.length + (end === 0 ? chunk.length : chunk.indexOf(NEWLINE)) > MAX_LINE_BYTES)
      throw fault('BW-LIST-INVALID', line, 'is too long');
    if (end > 0) {
      const block = Buffer.concat([rest, chunk.subarray(0, end)]);
      yield decode(block, line, 'BW-LIST-INVALID');
      line += linesOf(block).length;
      rest = chunk.subarray(end);
    } else {
      rest = Buffer.concat([rest, chunk]);
    }
  }
  if (rest.length > 0) yield decode(Buffer.from(rest), line, 'BW-LIST-CUT');
}

function decode(block: Buffer, firstLine: number, code: ErrorCode): string {
  if (!isUtf8(block)) {
    const index = linesOf(block).findIndex((line) => !isUtf8(line));
    throw fault(code, firstLine + index, 'is not UTF-8 text');
  }
  const text = block.toString('utf8');
  return firstLine === 1 && text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text;
}

/** The lines of a block, each with its line end. */
function linesOf(block: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  for (let from = 0; from < block.length; ) {
    const end = block.indexOf(NEWLINE, from) + 1 || block.length;
    lines.push(block.subarray(from, end));
    from = end;
  }
  return lines;
}

function fault(code: ErrorCode, line: number, message: string): CodedError {
  return new CodedError(code, { details: [{ path: `line ${line}`, message }] });
}
