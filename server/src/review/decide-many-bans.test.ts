import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createDesk, type Desk } from '../../test/desk/index.ts';
import { action, jobsOfDecisions, reportedCase } from '../../test/review/reported-case.ts';
import { changeRoles, createPerson, excludePerson, type Person } from '../access/index.ts';
import { accountsOfCase, caseSummary } from '../cases/index.ts';
import { decide, decisionOfCase } from './index.ts';

let desk: Desk;
let reviewer: Person;
let lead: Person;
beforeAll(async () => {
  desk = await createDesk();
  const add = (displayName: string, ...roles: ('reviewer' | 'lead' | 'reporting-officer')[]) =>
    desk.db.transaction().execute((trx) => createPerson(trx, desk.clock, { displayName, roles }));
  reviewer = await add('Reviewer', 'reviewer');
  lead = await add('Lead', 'lead');
});
afterAll(() => desk.close());

async function ban(count: number, by: Person = reviewer) {
  const members = Array.from({ length: 12 }, (_, index) => ({
    account: { id: `member-${index}` },
    role: 'member' as const,
  }));
  const { caseId } = await reportedCase(desk, { group: { id: randomUUID(), name: 'Tide tables', members } });
  const accounts = (await accountsOfCase(desk.db, caseId)).filter((account) => !account.reporter);
  const actions = accounts.slice(0, count).map(({ id }) => action('ban-account', 'account', id));
  expect(actions).toHaveLength(count);
  const ruling = { policyId: 'child-safety.csam', rationale: 'placeholder', actions };
  return { caseId, outcome: await decide(desk, by, caseId, ruling) };
}

it('bans up to ten accounts on the word of one', async () => {
  const { outcome } = await ban(10);
  expect(outcome).toEqual({ done: expect.any(String) });
});

it('bans more than ten on the word of two, under the name of who decided', async () => {
  const { caseId, outcome } = await ban(11);
  if (!('waiting' in outcome)) throw new Error('it did not wait');
  expect(await caseSummary(desk.db, caseId)).toMatchObject({ status: 'open' });
  await desk.runJobs();
  expect(await jobsOfDecisions(desk)).toEqual([]);
  await desk.approvals.approve(lead, outcome.waiting, null);
  expect(await decisionOfCase(desk.db, caseId)).toMatchObject({ decided_by: reviewer.id });
  expect(await jobsOfDecisions(desk)).toEqual(['carry-out-decision']);
});

it('is signed by nobody who may not know of the case, nor for somebody who may no longer decide', async () => {
  const { caseId, outcome } = await ban(11);
  if (!('waiting' in outcome)) throw new Error('it did not wait');
  const exclusion = {
    personId: lead.id,
    target: { kind: 'case' as const, id: caseId },
    reason: 'placeholder',
  };
  await excludePerson(desk, desk.person, exclusion);
  await expect(desk.approvals.approve(lead, outcome.waiting, null)).rejects.toMatchObject({
    code: 'BW-NOT-FOUND',
  });
  await changeRoles(desk, desk.person, { personId: reviewer.id, roles: ['analyst'], reason: 'placeholder' });
  await expect(desk.approvals.approve(desk.person, outcome.waiting, null)).rejects.toMatchObject({
    code: 'BW-APPROVAL-STALE',
  });
  expect(await decisionOfCase(desk.db, caseId)).toBeUndefined();
});
