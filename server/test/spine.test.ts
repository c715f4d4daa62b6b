import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDesk, passedOn, testPicture, type Desk } from './desk/index.ts';
import { receiveUserReport } from '../src/intake/index.ts';
import { importEntries } from '../src/hashlists/index.ts';
import { verifyLedger } from '../src/ledger/index.ts';

describe('the way of the data', () => {
  let desk: Desk;
  beforeAll(async () => {
    desk = await createDesk();
  });
  afterAll(() => desk.close());

  it('leads from a user report about a known picture to a case on top of the queue', async () => {
    const known = await testPicture(1);
    const { seen: picture } = await desk.screening.examine(known);
    if (picture.kind !== 'picture') throw new Error('the picture was not decoded');
    const entry = {
      fingerprint: 'pdq',
      value: Buffer.from(picture.pdq, 'hex'),
      externalId: 'e-1',
      label: null,
      threshold: null,
    } as const;
    await desk.db
      .transaction()
      .execute((trx) =>
        importEntries(trx, desk.clock, { kind: 'system', part: 'test' }, { slug: 'test-list' }, [entry]),
      );
    await receiveUserReport(
      desk,
      desk.service,
      'key-1',
      {
        group: { id: 'group-1', name: 'Tide tables', picture: 'picture', members: [] },
        context: [],
        reason: 'child_safety.csam',
        contentVisibility: 'private',
        authenticity: 'server-verified',
      },
      new Map([['picture', await passedOn(known)]]),
    );
    await desk.runJobs();
    const cookie = await desk.signIn();
    const api = await desk.api();
    const queue = await api.inject({ url: '/v1/cases', headers: { cookie } });
    expect(queue.json()).toMatchObject({
      items: [{ number: 1, status: 'open', priority: 85, knownMatches: 1, group: { name: 'Tide tables' } }],
      nextCursor: null,
    });
    expect(await verifyLedger(desk.db)).toMatchObject({ intact: true });
  });
});
