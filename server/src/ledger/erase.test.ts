import { verifyProvenEvent } from '@breakwater/ledger';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDesk, type Desk } from '../../test/desk/index.ts';
import { pageOfTimeline } from '../cases/index.ts';
import {
  eraseEventContent,
  exportLedger,
  forgetfulMemory,
  proveEvents,
  record,
  sequenceEvents,
  verifyLedger,
} from './index.ts';

const ID = '00000000-0000-4000-8000-000000000001';
const ACTOR = { kind: 'system', part: 'test' } as const;

describe('erasing what an event says', () => {
  let desk: Desk;
  beforeEach(async () => {
    desk = await createDesk();
  });
  afterEach(() => desk.close());

  const write = () =>
    desk.db.transaction().execute((trx) =>
      record(trx, {
        type: 'exhibit.revealed',
        at: desk.clock.now(),
        actor: ACTOR,
        caseId: ID,
        payload: {
          exhibitId: ID,
          extent: 'full',
          reason: 'placeholder to be erased',
          sha256: 'ab'.repeat(32),
        },
      }),
    );
  const sequence = () =>
    sequenceEvents(desk.db, { signer: desk.ledgerKey, clock: desk.clock, memory: forgetfulMemory() });
  const erase = (...eventIds: string[]) =>
    desk.db
      .transaction()
      .execute((trx) => eraseEventContent(trx, desk.clock, ACTOR, { eventIds, because: 'placeholder term' }));
  const verify = () => verifyLedger(desk.db, { log: desk.ledgerKey.verifier });

  it('leaves no trace of it, and a ledger that verifies, counts it and records who did it', async () => {
    const [erased, other] = [await write(), await write()];
    await sequence();
    expect(await erase(erased)).toBe(1);
    await sequence();
    expect(await verify()).toMatchObject({ intact: true, erased: 1 });
    const { rows } = await desk.pool.query('SELECT e::text AS text FROM events e WHERE id = $1', [erased]);
    expect(JSON.stringify(rows)).not.toContain('to be erased');
    const recorded = await desk.db
      .selectFrom('events')
      .selectAll()
      .where('type', '=', 'ledger.content-erased')
      .executeTakeFirstOrThrow();
    expect(recorded).toMatchObject({
      actor: ACTOR,
      payload: { eventIds: [erased], because: 'placeholder term' },
    });
    let text = '';
    for await (const lines of exportLedger(desk.db, desk.ledgerKey.verifier)) text += lines;
    expect(text).toContain(`"id":"${erased}"`);
    expect(text.match(/to be erased/g)).toHaveLength(1);
    const [gone, kept] = await proveEvents(desk.db, [erased, other]);
    expect(verifyProvenEvent(gone!, desk.ledgerKey.verifier)).toMatchObject({ event: null });
    expect(verifyProvenEvent(kept!, desk.ledgerKey.verifier)).toMatchObject({ event: { id: other } });
  });

  it('leaves the event in the timeline of its case', async () => {
    const erased = await write();
    await sequence();
    await erase(erased);
    expect((await pageOfTimeline(desk.db, ID, { limit: 10 })).items).toMatchObject([
      { id: erased, type: 'exhibit.revealed', payload: null },
    ]);
  });

  it('is refused as a whole where one event is unknown, not in the ledger yet, or such a record itself', async () => {
    const known = await write();
    await sequence();
    const fresh = await write();
    for (const ids of [
      [known, ID],
      [known, fresh],
    ])
      await expect(erase(...ids)).rejects.toMatchObject({ code: 'BW-LEDGER-ERASURE-REFUSED' });
    expect(await verify()).toMatchObject({ intact: true, erased: 0 });
    expect(await erase(known)).toBe(1);
    expect(await erase(known)).toBe(0);
    await sequence();
    const { id } = await desk.db
      .selectFrom('events')
      .select('id')
      .where('type', '=', 'ledger.content-erased')
      .executeTakeFirstOrThrow();
    await expect(erase(id)).rejects.toMatchObject({ code: 'BW-LEDGER-ERASURE-REFUSED' });
  });
});
