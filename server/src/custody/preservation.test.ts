import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { liveOn } from '../../test/custody/closed-case.ts';
import {
  createRehearsal,
  openCase,
  orderReport,
  runUntilFiled,
  testPictures,
  type Rehearsal,
  type TestCase,
} from '../../test/reporting/index.ts';
import {
  computeAllPreservation,
  computePreservation,
  custodyOf,
  DEFAULT_RULES,
  orderDestruction,
  rulesInForce,
  setRules,
  type RetentionProfile,
} from './index.ts';

describe('the terms of a case', () => {
  let rehearsal: Rehearsal;
  let found: TestCase;
  let reportId: string;
  beforeAll(async () => {
    rehearsal = await createRehearsal();
    found = await openCase(rehearsal, await testPictures(1));
  });
  afterAll(() => rehearsal.close());

  const termOf = async (artefact: 'exhibit' | 'report', id: string) => {
    const row = await rehearsal.desk.db
      .selectFrom('preservation_terms')
      .selectAll()
      .where('artefact', '=', artefact)
      .where('artefact_id', '=', id)
      .executeTakeFirst();
    return row && { until: row.preserve_until, rule: row.because[0]?.rule, fingerprint: row.rules };
  };
  const exhibitId = () => found.exhibitIds[0] ?? '';
  const later = (from: Date, years: number) => {
    const end = new Date(from);
    end.setUTCFullYear(end.getUTCFullYear() + years);
    return end;
  };

  it('have no end while a report is ordered and not filed, whoever asks', async () => {
    reportId = await orderReport(rehearsal, found);
    await computePreservation(rehearsal.desk, found.caseId);
    expect(await termOf('exhibit', exhibitId())).toMatchObject({ until: null, rule: 'report-pending' });
    const order = {
      exhibitId: exhibitId(),
      ground: 'authority-request',
      reference: 'A',
      why: 'asked',
    } as const;
    await expect(orderDestruction(rehearsal.desk, rehearsal.desk.person, order)).rejects.toMatchObject({
      code: 'BW-EXHIBIT-NOT-DUE',
    });
  });

  it('run from the filing, which also stands in the custody record as a transfer', async () => {
    const { report } = await runUntilFiled(rehearsal, reportId);
    await computePreservation(rehearsal.desk, found.caseId);
    const filedAt = report.filed_at ?? new Date(0);
    expect(await termOf('exhibit', exhibitId())).toMatchObject({ until: later(filedAt, 1), rule: 'us' });
    expect(await termOf('report', reportId)).toMatchObject({
      until: later(filedAt, 5),
      rule: 'desk:report-reference',
    });
    expect((await custodyOf(rehearsal.desk.db, exhibitId())).at(-1)).toMatchObject({
      type: 'exhibit.transferred',
      actor: { kind: 'person', name: 'Test person' },
      payload: { reportId, authority: 'ncmec-cybertipline', environment: 'sandbox' },
    });
  });

  it('are computed anew, and recorded, when rules or profiles change; and not when nothing did', async () => {
    const { desk } = rehearsal;
    const before = await termOf('exhibit', exhibitId());
    const recorded = async () =>
      (
        await desk.db
          .selectFrom('events')
          .select('id')
          .where('type', '=', 'preservation.computed')
          .where('case_id', '=', found.caseId)
          .execute()
      ).length;
    const events = await recorded();
    await computeAllPreservation(desk);
    expect(await recorded()).toBe(events);
    const longer: RetentionProfile = {
      id: 'zz',
      title: 'Elsewhere',
      version: '1',
      applies: 'desk-in-jurisdiction',
      duties: [
        {
          artefact: 'content',
          from: 'report-filed',
          authority: 'any',
          lasts: { years: 3 },
          citation: 'Article 1',
          source: 'placeholder',
          reading: 'primary',
        },
      ],
    };
    const deps = { ...desk, profiles: [...desk.profiles, longer] };
    const rules = { ...DEFAULT_RULES, jurisdictions: ['zz'] };
    await expect(setRules(desk, desk.person, { rules, why: 'no such profile' })).rejects.toMatchObject({
      code: 'BW-RETENTION-INVALID',
    });
    await setRules(deps, desk.person, { rules, why: 'the desk moved' });
    expect((await rulesInForce(desk.db)).rules).toEqual(rules);
    await computeAllPreservation(deps);
    expect(await recorded()).toBe(events + 1);
    const after = await termOf('exhibit', exhibitId());
    expect(after?.rule).toBe('zz');
    expect(after?.until).toEqual(later(before?.until ?? new Date(0), 2));
    expect(after?.fingerprint).not.toBe(before?.fingerprint);
  });

  it('let an authority have it destroyed before they end, under its reference, unless it is held', async () => {
    await liveOn(rehearsal.desk, 1);
    const order = { exhibitId: exhibitId(), ground: 'authority-request', why: 'asked to' } as const;
    await expect(orderDestruction(rehearsal.desk, rehearsal.desk.person, order)).rejects.toMatchObject({
      code: 'BW-BODY-INVALID',
    });
    await expect(
      orderDestruction(rehearsal.desk, rehearsal.desk.person, { ...order, reference: 'Order 3' }),
    ).resolves.toEqual({ done: expect.any(String) });
  });
});
