import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyLedger } from '../ledger/index.ts';
import { decide } from '../review/index.ts';
import {
  createRehearsal,
  openCase,
  orderReport,
  receivedFor,
  runOnce,
  testPictures,
  type Rehearsal,
} from '../../test/reporting/index.ts';
import { pageOfReports, reportPage } from './read.ts';

const schema = fileURLToPath(new URL('../../../../shared/data/ncmec/report-2025.xsd', import.meta.url));
const canValidate = existsSync(schema) && spawnSync('xmllint', ['--version']).status === 0;

let rehearsal: Rehearsal;
let pictures: Buffer[];

beforeAll(async () => {
  rehearsal = await createRehearsal();
  pictures = await testPictures(2);
});
afterAll(() => rehearsal.close());

/** Runs the report's job once and returns the one report that the sandbox received. */
async function file(reportId: string) {
  await runOnce(rehearsal, reportId);
  const received = await receivedFor(rehearsal, reportId);
  expect(received).toHaveLength(1);
  const [only] = received;
  expect(only).toMatchObject({ state: 'finished' });
  return only!;
}

describe('a decision that orders a CyberTip', () => {
  it('is filed with its files, by its jobs alone, and every step is in the journal and the ledger', async () => {
    const { desk } = rehearsal;
    const found = await openCase(rehearsal, pictures);
    await decide(desk, desk.person, found.caseId, {
      policyId: 'child-safety.csam',
      rationale: 'placeholder',
      actions: [],
      cyberTip: {
        incidentType: 'Child Pornography (possession, manufacture, and distribution)',
        reportedAccountId: found.senderId,
        exhibits: found.exhibitIds.map((exhibitId) => ({ exhibitId, industryClassification: 'B2' })),
        escalate: 'placeholder urgency',
        additionalInfo: 'placeholder words',
      },
    });
    await desk.runJobs();
    const { items } = await pageOfReports(desk.db, desk.person, { limit: 1 });
    const reportId = items[0]?.id ?? '';
    const [received] = await receivedFor(rehearsal, reportId);
    expect(received).toMatchObject({ state: 'finished' });
    expect(received?.xml).toContain('<escalateToHighPriority>placeholder urgency');
    expect(received?.xml).toMatch(/<espIdentifier>sender-\d+</);
    expect(received?.files.map((each) => each.detailsXml)).toEqual([
      expect.stringContaining('<industryClassification>B2<'),
      expect.stringContaining('<industryClassification>B2<'),
    ]);
    const page = await reportPage(desk.db, reportId);
    expect(page.report).toMatchObject({
      status: 'filed',
      environment: 'sandbox',
      external_id: received?.reportId,
    });
    expect(page.steps.map(({ step, outcome }) => `${step} ${outcome}`)).toEqual([
      'submit done',
      'upload done',
      'upload done',
      'fileinfo done',
      'fileinfo done',
      'finish done',
    ]);
    expect(await verifyLedger(desk.db)).toMatchObject({ intact: true });
  });

  it('names nobody when no account is reported', async () => {
    const received = await file(await orderReport(rehearsal, await openCase(rehearsal, pictures)));
    expect(received.xml).not.toMatch(/personOrUserReported|espIdentifier|screenName/);
  });

  it('is filed without files when it names none', async () => {
    const found = await openCase(rehearsal, pictures);
    const received = await file(await orderReport(rehearsal, found, { exhibits: [] }));
    expect(received.files).toEqual([]);
  });

  it('is filed with the time of the report when the message claims to come from the future', async () => {
    const found = await openCase(rehearsal, pictures, { sentAt: '2099-01-01T00:00:00Z' });
    const received = await file(await orderReport(rehearsal, found));
    const now = rehearsal.desk.clock.now().toISOString();
    expect(received.xml).toContain(`<incidentDateTime>${now}</incidentDateTime>`);
  });

  it('is filed once, whatever it is asked afterwards', async () => {
    const reportId = await orderReport(rehearsal, await openCase(rehearsal, pictures));
    await file(reportId);
    await file(reportId);
    expect((await reportPage(rehearsal.desk.db, reportId)).steps).toHaveLength(6);
  });
});

describe.skipIf(!canValidate)(
  'the published schema (needs ../shared/data/ncmec/report-2025.xsd and xmllint)',
  () => {
    it.each([
      [
        'everything that can be said',
        { escalate: 'placeholder', additionalInfo: 'a < b & "c"' },
        'Tides & <more>',
      ],
      ['as little as possible', { exhibits: [] }, '  '],
      ['characters that XML cannot carry', {}, 'Tide\u0001tables \uFFFE'],
      ['texts of the greatest length', { additionalInfo: 'x'.repeat(4000) }, '𝒳'.repeat(499)],
    ])('takes a report with %s', async (_name, order, groupName) => {
      const found = await openCase(rehearsal, pictures, { groupName });
      const ordered = { reportedAccountId: found.senderId, ...order };
      const received = await file(await orderReport(rehearsal, found, ordered));
      for (const xml of [received.xml, ...received.files.map((each) => each.detailsXml ?? '')]) {
        execFileSync('xmllint', ['--noout', '--schema', schema, '-'], { input: xml, stdio: 'pipe' });
      }
    });
  },
);
