import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDesk, doneOf, type Desk } from '../../test/desk/index.ts';
import { action, jobsOfDecisions, reportedCase } from '../../test/review/reported-case.ts';
import type { Person } from '../access/index.ts';
import { caseSummary } from '../cases/index.ts';
import { decide, decisionById, decisionOfCase, POLICIES, revealExhibit, type Ruling } from './index.ts';

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
const rule = (caseId: string, ruling: Partial<Ruling>, person: Person = desk.person) =>
  decide(desk, person, caseId, { ...NOTHING, ...ruling });

describe('a decision', () => {
  it('closes the case under the name of whoever made it, with what follows enqueued', async () => {
    const { caseId, groupId, sender, exhibits } = await reportedCase(desk);
    await revealExhibit(desk, desk.person.id, exhibits[0] ?? '', 'a placeholder reason');
    const actions = [action('remove-group', 'group', groupId), action('ban-account', 'account', sender)];
    const cyberTip = {
      incidentType: INCIDENT,
      reportedAccountId: sender,
      exhibits: [{ exhibitId: exhibits[0] ?? '' }],
    };
    const id = doneOf(await rule(caseId, { policyId: CSAM, actions, cyberTip }));
    expect(await caseSummary(desk.db, caseId)).toMatchObject({
      status: 'closed',
      closed_at: desk.clock.now(),
    });
    expect(await decisionById(desk.db, id)).toMatchObject({
      case_id: caseId,
      policy_id: CSAM,
      decided_by_name: 'Test person',
      revealed_exhibits: 1,
      ruling: { actions, cyberTip },
    });
    expect((await eventsOf(caseId)).slice(-2)).toMatchObject([
      {
        type: 'decision.made',
        actor: { kind: 'person', id: desk.person.id },
        payload: { decisionId: id, cyberTip: true, actions: [{ targetId: groupId }, { targetId: sender }] },
      },
      { type: 'case.closed', actor: { kind: 'person', id: desk.person.id } },
    ]);
    expect(await jobsOfDecisions(desk)).toEqual(['carry-out-decision', 'queue-report']);
    await desk.runJobs();
  });

  it('that orders nothing has nothing follow', async () => {
    const { caseId } = await reportedCase(desk);
    await rule(caseId, NOTHING);
    expect(await jobsOfDecisions(desk)).toEqual([]);
    expect(await decisionOfCase(desk.db, caseId)).toMatchObject({
      policy_id: 'no-violation',
      revealed_exhibits: 0,
    });
  });

  it('is made once: later ones are refused, and of two at once one wins', async () => {
    const { caseId } = await reportedCase(desk);
    const results = await Promise.allSettled([1, 2, 3, 4].map(() => rule(caseId, { policyId: CSAM })));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const result of results)
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'BW-CASE-CLOSED' });
    await expect(rule(caseId, NOTHING)).rejects.toMatchObject({ code: 'BW-CASE-CLOSED', status: 409 });
    const events = await eventsOf(caseId);
    expect(events.filter(({ type }) => type === 'decision.made')).toHaveLength(1);
    await expect(rule(randomUUID(), NOTHING)).rejects.toMatchObject({ code: 'BW-NOT-FOUND' });
  });

  it('counts as seen what whoever decides has revealed, and not what others have', async () => {
    const { caseId, exhibits } = await reportedCase(desk);
    await revealExhibit(desk, desk.person.id, exhibits[0] ?? '', 'a placeholder reason');
    const people = await desk.db
      .insertInto('people')
      .values({ id: randomUUID(), display_name: 'Other', roles: ['reviewer'], created_at: desk.clock.now() })
      .returningAll()
      .executeTakeFirstOrThrow();
    await rule(caseId, NOTHING, { id: people.id, displayName: people.display_name, roles: people.roles });
    expect(await decisionOfCase(desk.db, caseId)).toMatchObject({
      decided_by_name: 'Other',
      revealed_exhibits: 0,
    });
  });
});

describe('policies', () => {
  it('let nothing follow where there is no violation, and nothing final outside of child safety', () => {
    for (const policy of POLICIES) {
      if (!policy.violation) expect([...policy.actions, ...policy.incidentTypes]).toEqual([]);
      if (policy.id.startsWith('child-safety.')) continue;
      expect(policy.actions).not.toContain('ban-account');
      expect(policy.actions).not.toContain('remove-group');
      expect(policy.incidentTypes).toEqual([]);
    }
  });
});
