import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDesk, testPicture, type Desk } from '../../test/desk/index.ts';
import { action, jobsOfDecisions, reportedCase, type ReportedCase } from '../../test/review/reported-case.ts';
import { accountsOfCase, caseSummary, exhibitsOfCase } from '../cases/index.ts';
import { receiptOf, receiveUserReport } from '../intake/index.ts';
import { decide, revealExhibit, type Ruling } from './index.ts';

const CSAM = 'child-safety.csam';
const INCIDENT = 'Child Pornography (possession, manufacture, and distribution)';
const NOTHING: Ruling = { policyId: 'no-violation', rationale: 'placeholder', actions: [] };

let desk: Desk;
beforeAll(async () => {
  desk = await createDesk();
});
afterAll(() => desk.close());

const eventsOf = (caseId: string) =>
  desk.db.selectFrom('events').selectAll().where('case_id', '=', caseId).orderBy('inserted').execute();
const rule = (caseId: string, ruling: Partial<Ruling>) =>
  decide(desk, desk.person, caseId, { ...NOTHING, ...ruling });

describe('a decision', () => {
  const refusals: [
    string,
    (given: ReportedCase, other: ReportedCase) => Partial<Ruling>,
    string,
    string | RegExp,
  ][] = [
    ['under no policy', () => ({ policyId: 'placeholder' }), 'policyId', /no such policy/],
    [
      'with what its policy does not permit',
      ({ sender }) => ({ policyId: 'other-violation', actions: [action('ban-account', 'account', sender)] }),
      'actions.0',
      /does not permit ban-account/,
    ],
    [
      'with any action where there is no violation',
      ({ groupId }) => ({ actions: [action('restrict-group', 'group', groupId)] }),
      'actions.0',
      /does not permit/,
    ],
    [
      'on a target of the wrong kind',
      ({ sender }) => ({ policyId: CSAM, actions: [action('remove-group', 'account', sender)] }),
      'actions.0',
      /takes a target of kind group/,
    ],
    [
      'on the group of another case',
      (_, { groupId }) => ({ policyId: CSAM, actions: [action('remove-group', 'group', groupId)] }),
      'actions.0',
      /not the group of this case/,
    ],
    [
      'on the exhibit of another case',
      (_, { exhibits }) => ({
        policyId: CSAM,
        actions: [action('quarantine-media', 'exhibit', exhibits[0] ?? '')],
      }),
      'actions.0',
      /no exhibit of this case/,
    ],
    [
      'on an account that is in no way part of it',
      () => ({ policyId: CSAM, actions: [action('ban-account', 'account', randomUUID())] }),
      'actions.0',
      /no account of this case/,
    ],
    [
      'on the reporter',
      ({ reporter }) => ({ policyId: CSAM, actions: [action('suspend-account', 'account', reporter)] }),
      'actions.0',
      /protected/,
    ],
    [
      'with the same action twice',
      ({ sender }) => ({
        policyId: CSAM,
        actions: [1, 2].map(() => action('ban-account', 'account', sender)),
      }),
      'actions.1',
      /twice/,
    ],
    [
      'with a CyberTip that its policy does not know',
      () => ({ policyId: CSAM, cyberTip: { incidentType: 'placeholder', exhibits: [] } }),
      'cyberTip.incidentType',
      /this policy takes one of/,
    ],
    [
      'with a CyberTip where nothing is reported',
      () => ({ cyberTip: { incidentType: INCIDENT, exhibits: [] } }),
      'cyberTip.incidentType',
      /nothing is reported under this policy/,
    ],
    [
      'with a CyberTip about the reporter',
      ({ reporter }) => ({
        policyId: CSAM,
        cyberTip: { incidentType: INCIDENT, reportedAccountId: reporter, exhibits: [] },
      }),
      'cyberTip.reportedAccountId',
      /protected/,
    ],
    [
      'with a CyberTip of an exhibit of another case',
      (_, { exhibits }) => ({
        policyId: CSAM,
        cyberTip: { incidentType: INCIDENT, exhibits: [{ exhibitId: exhibits[0] ?? '' }] },
      }),
      'cyberTip.exhibits.0',
      /no exhibit of this case/,
    ],
    [
      'with a CyberTip of an exhibit twice',
      ({ exhibits }) => ({
        policyId: CSAM,
        cyberTip: { incidentType: INCIDENT, exhibits: [1, 2].map(() => ({ exhibitId: exhibits[0] ?? '' })) },
      }),
      'cyberTip.exhibits.1',
      /twice/,
    ],
  ];

  it.each(refusals)('cannot be made %s', async (_what, ruling, path, message) => {
    const [given, other] = [await reportedCase(desk), await reportedCase(desk)];
    const before = await eventsOf(given.caseId);
    await expect(rule(given.caseId, ruling(given, other))).rejects.toMatchObject({
      code: 'BW-DECISION-INVALID',
      status: 422,
      details: [{ path, message: expect.stringMatching(message) }],
    });
    expect(await caseSummary(desk.db, given.caseId)).toMatchObject({ status: 'open' });
    expect(await eventsOf(given.caseId)).toEqual(before);
    expect(await jobsOfDecisions(desk)).toEqual([]);
  });

  it('names every fault at once', async () => {
    const { caseId, reporter } = await reportedCase(desk);
    const actions = [
      action('ban-account', 'account', reporter),
      action('remove-group', 'group', randomUUID()),
    ];
    const cyberTip = { incidentType: 'placeholder', exhibits: [{ exhibitId: randomUUID() }] };
    await expect(rule(caseId, { policyId: CSAM, actions, cyberTip })).rejects.toMatchObject({
      details: { length: 4 },
    });
  });

  it("sanctions nobody for a group's name alone", async () => {
    const { caseId, member, groupId } = await reportedCase(desk, { message: undefined });
    for (const kind of ['ban-account', 'suspend-account'] as const)
      await expect(
        rule(caseId, { policyId: CSAM, actions: [action(kind, 'account', member)] }),
      ).rejects.toMatchObject({ details: [{ message: expect.stringMatching(/name alone/) }] });
    const cyberTip = { incidentType: INCIDENT, reportedAccountId: member, exhibits: [] };
    await expect(rule(caseId, { policyId: CSAM, cyberTip })).rejects.toMatchObject({
      details: [{ path: 'cyberTip.reportedAccountId' }],
    });
    await expect(
      rule(caseId, { policyId: CSAM, actions: [action('remove-group', 'group', groupId)] }),
    ).rejects.toMatchObject({ details: [{ message: expect.stringMatching(/name alone/) }] });
    // What can be undone and hits nobody in person may be done to the group.
    await rule(caseId, {
      policyId: 'other-violation',
      actions: [action('restrict-group', 'group', groupId)],
    });
    await desk.runJobs();
  });

  it('takes a picture for evidence only once somebody has seen it, or a list knows it', async () => {
    const picture = await testPicture(9);
    const report = {
      group: {
        id: randomUUID(),
        name: 'Tide tables',
        picture: 'picture',
        members: [{ account: { id: 'member' }, role: 'member' as const }],
      },
      context: [],
      reason: 'child_safety.csam',
      contentVisibility: 'private' as const,
      authenticity: 'franked' as const,
    };
    const files = new Map([['picture', picture]]);
    const { userReportId } = await receiveUserReport(desk, desk.service, randomUUID(), report, files);
    await desk.runJobs();
    const caseId = (await receiptOf(desk.db, desk.service.serviceId, userReportId)).report.case_id ?? '';
    const [exhibit] = await exhibitsOfCase(desk.db, caseId);
    const [member] = await accountsOfCase(desk.db, caseId);
    const ruling = { policyId: CSAM, actions: [action('ban-account', 'account', member?.id ?? '')] };
    await expect(rule(caseId, ruling)).rejects.toMatchObject({ code: 'BW-DECISION-INVALID' });
    await revealExhibit(desk, desk.person.id, exhibit?.id ?? '', 'to see what it shows');
    await expect(rule(caseId, ruling)).resolves.toEqual({ done: expect.any(String) });
  });
});
