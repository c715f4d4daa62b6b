/** What is known of a decoded frame besides its pixels. */
export interface LoggedFrame {
  /** Counted from 0. */
  readonly frame: number;
  /** When it is shown, in microseconds from the start; undefined if the file does not tell. */
  readonly microseconds: number | undefined;
}

/**
 * Reads what ffmpeg's `metadata` filter prints of each frame, however the stream is cut. Nothing from the file
 * gets into it but numbers. Throws a SyntaxError at a line that the filter does not print.
 */
export class FrameLogReader {
  #rest = '';

  *push(text: string): Generator<LoggedFrame> {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    if (this.#rest.length > LINE_LENGTH) throw new SyntaxError('A line of the frame log does not end');
    for (const line of lines) {
      if (line === FRAME_MARK) continue;
      const parts = LINE.exec(line);
      if (!parts) throw new SyntaxError('Not a line of the frame log');
      yield {
        frame: Number(parts[1]),
        microseconds: parts[2] === 'NOPTS' ? undefined : Number(parts[2]),
      };
    }
  }
}

/** The filter prints only frames that carry metadata: each is given this, and loses what the file gave it. */
export const FRAME_LOG_FILTERS = [
  'settb=1/1000000',
  'metadata=mode=delete',
  'metadata=mode=add:key=frame:value=1',
  "metadata=mode=print:key=frame:file='pipe\\:3':direct=1",
].join(',');

const FRAME_MARK = 'frame=1';
const LINE = /^frame:(\d{1,15}) +pts:(NOPTS|-?\d{1,18}) +pts_time:\S+$/;
const LINE_LENGTH = 200;
