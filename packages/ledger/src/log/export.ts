import { LedgerError } from '../ledger-error.ts';
import type { TreeHead } from '../merkle/proofs.ts';
import type { Verifier } from '../note/keys.ts';
import { fromBase64, toBase64 } from '../platform.ts';
import { Auditor, type EventContent, type LogItem, type Verification } from './auditor.ts';
import { canonicalJson } from '../canonical-json.ts';

/**
 * A log as JSON Lines: a header, then every leaf in order, and behind the leaves that it covers, each checkpoint. The
 * last line is the checkpoint over all leaves, so that a file that was cut shows.
 */
export const EXPORT_FORMAT = 'breakwater-ledger-export@v1';

export interface ExportHeader {
  /** The log's verifier key. Whoever verifies takes it from elsewhere, and not from here. */
  readonly verifierKey: string;
  /** Leaves in this export. */
  readonly size: number;
}

export function headerLine({ verifierKey, size }: ExportHeader): string {
  return `${JSON.stringify({ ledger: EXPORT_FORMAT, verifierKey, size })}\n`;
}

/** The line of an event; what stands after `"event":` is the canonical text itself, byte for byte. */
export function eventLine(index: number, { salt, canonical }: EventContent): string {
  return `{"index":${index},"salt":"${toBase64(salt)}","event":${canonical}}\n`;
}

/** The line of an event whose content was erased. */
export function erasedLine(index: number, eventId: string, commitment: Uint8Array): string {
  return `${JSON.stringify({ index, id: eventId, commitment: toBase64(commitment) })}\n`;
}

export function checkpointLine(note: string, size: number): string {
  return `${JSON.stringify({ size, checkpoint: note })}\n`;
}

/**
 * Verifies an export against the log's key, and against a head that was kept elsewhere if there is one. Memory stays
 * flat, whatever the size. @throws {LedgerError} export-malformed when it is no export
 */
export async function verifyExport(
  chunks: AsyncIterable<Uint8Array>,
  options: { readonly log: Verifier; readonly kept?: TreeHead | null },
): Promise<Verification> {
  const auditor = new Auditor({ ...options, tiles: 'absent' });
  let header: ExportHeader | null = null;
  let last: LogItem | null = null;
  for await (const lines of linesOf(chunks)) {
    const items: LogItem[] = [];
    for (const line of lines) {
      if (header === null) header = parseHeader(line);
      else items.push(parseItem(line));
    }
    const broken = auditor.take(items);
    if (broken !== null) return broken;
    last = items.at(-1) ?? last;
  }
  if (header === null) throw malformed('it has no first line');
  const verification = auditor.finish();
  if (!verification.intact) return verification;
  const { events, signed } = verification;
  const isWhole =
    header.size === events && signed === events && (events === 0 || last?.kind === 'checkpoint');
  return isWhole ? verification : { intact: false, index: signed, eventId: null, problem: 'end-missing' };
}

const MOST_CHARACTERS_A_LINE = 32 * 1024 * 1024;

/** Whole lines, as many as have come together. */
async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncIterable<string[]> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let rest = '';
  for await (const chunk of chunks) {
    const lines = (rest + decoded(decoder, chunk)).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > MOST_CHARACTERS_A_LINE) throw malformed('a line is too long');
    yield lines;
  }
  if (rest !== '') throw malformed('it ends within a line');
}

function decoded(decoder: InstanceType<typeof TextDecoder>, chunk: Uint8Array): string {
  try {
    return decoder.decode(chunk, { stream: true });
  } catch (cause) {
    throw malformed('it is not valid UTF-8', cause);
  }
}

const EVENT_LINE = /^\{"index":([0-9]{1,16}),"salt":"([A-Za-z0-9+/]+={0,2})","event":/;

function parseItem(line: string): LogItem {
  const match = EVENT_LINE.exec(line);
  // As it was written: the text that follows is the one that was committed to, so nothing need be parsed.
  if (match !== null && line.endsWith('}}')) {
    const [start, index, salt] = match;
    return leaf(Number(index), bytesOf(salt ?? ''), line.slice(start.length, -1));
  }
  const row = parsedLine(line);
  if (typeof row['checkpoint'] === 'string')
    return { kind: 'checkpoint', size: numberOf(row['size']), note: row['checkpoint'] };
  const index = numberOf(row['index']);
  // Written anew by another program, with its own white space or order.
  if (row['event'] !== undefined) return leaf(index, bytesOf(row['salt']), canonicalJson(row['event']));
  if (typeof row['id'] !== 'string') throw malformed('a line is none of the known ones');
  const commitment = bytesOf(row['commitment']);
  return { kind: 'leaf', index, eventId: row['id'], commitment, content: 'erased' };
}

function leaf(index: number, salt: Uint8Array, canonical: string): LogItem {
  return { kind: 'leaf', index, eventId: null, commitment: null, content: { salt, canonical } };
}

function parseHeader(line: string): ExportHeader {
  const row = parsedLine(line);
  if (row['ledger'] !== EXPORT_FORMAT || typeof row['verifierKey'] !== 'string')
    throw malformed(`its first line is not that of ${EXPORT_FORMAT}`);
  return { verifierKey: row['verifierKey'], size: numberOf(row['size']) };
}

function parsedLine(line: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    throw malformed('a line is not JSON', cause);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw malformed('a line is no object');
  return value as Record<string, unknown>;
}

function numberOf(value: unknown): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0)
    throw malformed('a count is none');
  return value;
}

function bytesOf(value: unknown): Uint8Array {
  const bytes = typeof value === 'string' ? fromBase64(value) : null;
  if (bytes === null) throw malformed('bytes are not in Base64');
  return bytes;
}

function malformed(why: string, cause?: unknown): LedgerError {
  return new LedgerError('export-malformed', `The export cannot be read: ${why}.`, { cause });
}
