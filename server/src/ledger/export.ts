import {
  checkpointLine,
  erasedLine,
  eventLine,
  headerLine,
  parseCheckpoint,
  parseNote,
  type Verifier,
} from '@breakwater/ledger';
import { CodedError, type Database } from '../foundation/index.ts';
import { latestCheckpoint } from './checkpoints.ts';
import { storedLeaves } from './stored-log.ts';

/**
 * The ledger up to its newest signed checkpoint as JSON Lines, which anybody can verify who has the key: every event
 * with its salt, of erased ones the place alone, and every checkpoint. Holds a page in memory at a time.
 * @throws {CodedError} BW-LEDGER-NOT-SIGNED-YET before the first checkpoint, BW-LEDGER-ALTERED when an event is gone
 */
export async function* exportLedger(db: Database, log: Verifier): AsyncIterable<string> {
  const newest = await latestCheckpoint(db);
  if (newest === null) throw new CodedError('BW-LEDGER-NOT-SIGNED-YET');
  const { size } = parseCheckpoint(parseNote(newest).text);
  yield headerLine({ verifierKey: log.verifierKey, size });
  for await (const leaves of storedLeaves(db, size)) {
    const [first, last] = [leaves[0], leaves.at(-1)];
    if (first === undefined || last === undefined) continue;
    const checkpoints = new Map(
      (
        await db
          .selectFrom('ledger_checkpoints')
          .select(['size', 'note'])
          .where('size', '>', first.index)
          .where('size', '<=', last.index + 1)
          .execute()
      ).map((row) => [row.size, row.size === size ? newest : row.note]),
    );
    let lines = '';
    for (const { index, eventId, commitment, content } of leaves) {
      if (content === 'missing') throw new CodedError('BW-LEDGER-ALTERED');
      lines += content === 'erased' ? erasedLine(index, eventId, commitment) : eventLine(index, content);
      const note = checkpoints.get(index + 1);
      if (note !== undefined) lines += checkpointLine(note, index + 1);
    }
    yield lines;
  }
}
