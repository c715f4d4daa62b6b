import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { record, type Actor } from '../ledger/index.ts';
import { importEntries } from '../hashlists/index.ts';
import { previewExhibit, revealExhibit } from '../review/index.ts';
import {
  createRehearsal,
  openCase,
  orderReport,
  receivedFor,
  runOnce,
  testPictures,
  type Rehearsal,
  type TestCase,
} from '../../test/reporting/index.ts';
import { reportPage } from './read.ts';

let rehearsal: Rehearsal;
let pictures: Buffer[];

beforeAll(async () => {
  rehearsal = await createRehearsal();
  pictures = await testPictures(2);
});
afterAll(() => rehearsal.close());

/** What the filed report says of each exhibit: whether a person has seen all of it. */
async function viewedAsFiled(found: TestCase): Promise<(string | undefined)[]> {
  return viewedIn(await orderReport(rehearsal, found));
}

async function viewedIn(reportId: string): Promise<(string | undefined)[]> {
  await runOnce(rehearsal, reportId);
  const [received] = await receivedFor(rehearsal, reportId);
  expect(received?.state).toBe('finished');
  return received!.files.map((file) => /<fileViewedByEsp>(\w+)</.exec(file.detailsXml ?? '')?.[1]);
}

function reveal(found: TestCase, index: number): Promise<unknown> {
  const { desk } = rehearsal;
  return revealExhibit(desk, desk.person.id, found.exhibitIds[index] ?? '', 'placeholder');
}

/** A reveal in the ledger that no person made, or not of everything. */
function recordReveal(found: TestCase, index: number, as: { actor: Actor; extent: 'full' | 'first-frame' }) {
  const { desk } = rehearsal;
  return desk.db.transaction().execute((trx) =>
    record(trx, {
      type: 'exhibit.revealed',
      at: desk.clock.now(),
      actor: as.actor,
      caseId: found.caseId,
      payload: {
        exhibitId: found.exhibitIds[index] ?? '',
        extent: as.extent,
        reason: 'placeholder',
        sha256: '0'.repeat(64),
      },
    }),
  );
}

it('says viewed of the exhibit that a person revealed, and of no other', async () => {
  const found = await openCase(rehearsal, pictures);
  await reveal(found, 1);
  expect(await viewedAsFiled(found)).toEqual(['false', 'true']);
});

it('says not viewed when nobody revealed anything', async () => {
  expect(await viewedAsFiled(await openCase(rehearsal, pictures))).toEqual(['false', 'false']);
});

it('does not take a preview for a view', async () => {
  const { desk } = rehearsal;
  const found = await openCase(rehearsal, pictures);
  for (const exhibitId of found.exhibitIds) await previewExhibit(desk, desk.person.id, exhibitId);
  expect(await viewedAsFiled(found)).toEqual(['false', 'false']);
});

it('does not take a view of the same picture in another case for one in this', async () => {
  const [first, second] = [await openCase(rehearsal, pictures), await openCase(rehearsal, pictures)];
  await reveal(first, 0);
  expect(await viewedAsFiled(second)).toEqual(['false', 'false']);
});

it('does not take the first frame for the entire contents', async () => {
  const found = await openCase(rehearsal, pictures);
  const actor: Actor = { kind: 'person', id: rehearsal.desk.person.id };
  await recordReveal(found, 0, { actor, extent: 'first-frame' });
  expect(await viewedAsFiled(found)).toEqual(['false', 'false']);
});

it('does not take a look by a part of the system, by a service or by nobody for one by a person', async () => {
  const { person, service } = rehearsal.desk;
  const found = await openCase(rehearsal, pictures);
  const actors: Actor[] = [
    { kind: 'system', part: person.id },
    { kind: 'service', id: person.id, keyId: service.keyId },
    { kind: 'person', id: randomUUID() },
  ];
  for (const actor of actors) await recordReveal(found, 0, { actor, extent: 'full' });
  expect(await viewedAsFiled(found)).toEqual(['false', 'false']);
});

it('believes the ledger and no other table', async () => {
  const { pool } = rehearsal.desk;
  const found = await openCase(rehearsal, pictures);
  const reportId = await orderReport(rehearsal, found);
  await pool.query('UPDATE report_files SET viewed_in_full = true WHERE report_id = $1', [reportId]);
  await pool.query('UPDATE decisions SET revealed_exhibits = 2 WHERE case_id = $1', [found.caseId]);
  expect(await viewedIn(reportId)).toEqual(['false', 'false']);
  const { files } = await reportPage(rehearsal.desk.db, reportId);
  expect(files.map((file) => file.viewed_in_full)).toEqual([false, false]);
});

it('files known material that nobody has viewed, and says so', async () => {
  const { desk } = rehearsal;
  const known = pictures[0]!;
  const { sha256 } = await desk.screening.examine(known);
  const entry = {
    fingerprint: 'sha256',
    value: Buffer.from(sha256, 'hex'),
    externalId: 'e-1',
    label: null,
    threshold: null,
  } as const;
  const actor: Actor = { kind: 'system', part: 'test' };
  await desk.db
    .transaction()
    .execute((trx) => importEntries(trx, desk.clock, actor, { slug: 'test-list' }, [entry]));
  const found = await openCase(rehearsal, [known]);
  expect(await viewedAsFiled(found)).toEqual(['false']);
  const { rows } = await desk.pool.query('SELECT verdict FROM exhibits WHERE case_id = $1', [found.caseId]);
  expect(rows).toEqual([{ verdict: 'match' }]);
});
