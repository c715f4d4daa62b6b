import { randomUUID } from 'node:crypto';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDesk, type Desk } from '../../test/desk/index.ts';
import type { Transaction } from '../foundation/index.ts';
import {
  changeRoles,
  changeTwoPersonRule,
  createApprovals,
  createPerson,
  deactivatePerson,
  listPeople,
  loneSignatureAllowed,
  ROLES,
  stateAt,
  withSecondPerson,
  type Approvals,
  type Executors,
  type Outcome,
  type Person,
  type Role,
} from './index.ts';

const DAY = 24 * 60 * 60 * 1000;

let desk: Desk;
let approvals: Approvals;
let done: string[];
let asking: Person;
let signing: Person[];

beforeAll(async () => {
  desk = await createDesk();
  done = [];
  asking = await add('administrator');
  signing = [await add('lead'), await add('lead', 'administrator')];
  const executor = {
    async execute(trx: Transaction, payload: { slug: string }) {
      // Something that is seen only if the transaction commits.
      await trx
        .insertInto('hash_lists')
        .values({
          id: randomUUID(),
          slug: payload.slug,
          name: 'x',
          source: null,
          demo: false,
          updated_at: new Date(),
        })
        .execute();
      done.push(payload.slug);
      return {};
    },
  };
  approvals = createApprovals({
    ...desk,
    executors: { 'hash-lists.share': executor } as unknown as Executors,
  });
});
afterAll(() => desk.close());

function add(...roles: Role[]): Promise<Person> {
  return desk.db
    .transaction()
    .execute((trx) => createPerson(trx, desk.clock, { displayName: 'Placeholder', roles }));
}

async function ask(by: Person = asking, slug: string = randomUUID()): Promise<{ id: string; slug: string }> {
  const outcome = await desk.db.transaction().execute((trx) =>
    withSecondPerson(
      trx,
      desk.clock,
      {
        kind: 'hash-lists.share',
        payload: { slug, shared: true },
        requestedBy: by,
        reason: 'placeholder',
        subject: `list:${slug}`,
      },
      () => Promise.reject(new Error('done without a second person')),
    ),
  );
  return { id: waitingOf(outcome), slug };
}

function waitingOf(outcome: Outcome<unknown>): string {
  if ('done' in outcome) throw new Error('it did not wait');
  return outcome.waiting;
}

async function stateOf(id: string) {
  return desk.db.selectFrom('approvals').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
}

async function listsNamed(slug: string): Promise<number> {
  return (await desk.db.selectFrom('hash_lists').select('id').where('slug', '=', slug).execute()).length;
}

describe('a second signature', () => {
  it('is asked for, and then does what was asked for', async () => {
    const { id, slug } = await ask();
    expect(await listsNamed(slug)).toBe(0);
    await approvals.approve(signing[0]!, id, 'seen');
    expect(await listsNamed(slug)).toBe(1);
    expect(await stateOf(id)).toMatchObject({
      state: 'approved',
      requested_by: asking.id,
      concluded_by: signing[0]!.id,
      note: 'seen',
    });
    const { rows } = await desk.pool.query<{ type: string; by: string }>(
      `SELECT type, actor ->> 'id' AS by FROM events WHERE payload ->> 'approvalId' = $1 ORDER BY inserted`,
      [id],
    );
    expect(rows).toEqual([
      { type: 'approval.requested', by: asking.id },
      { type: 'approval.given', by: signing[0]!.id },
    ]);
  });

  it('is never given by who asked, nor by who may not', async () => {
    const { id } = await ask(signing[1]);
    await expect(approvals.approve(signing[1]!, id, null)).rejects.toMatchObject({ code: 'BW-APPROVAL-OWN' });
    await expect(approvals.refuse(signing[1]!, id, null)).rejects.toMatchObject({ code: 'BW-APPROVAL-OWN' });
    for (const role of ROLES.filter((one) => one !== 'lead' && one !== 'administrator')) {
      const person = await add(role);
      await expect(approvals.approve(person, id, null)).rejects.toMatchObject({ code: 'BW-FORBIDDEN' });
    }
    expect(await stateOf(id)).toMatchObject({ state: 'waiting' });
  });

  it('cannot be forged in the database by the one who asked', async () => {
    const { id } = await ask();
    await expect(
      desk.pool.query(
        `UPDATE approvals SET state = 'approved', concluded_by = requested_by, concluded_at = now() WHERE id = $1`,
        [id],
      ),
    ).rejects.toThrow();
  });

  it('leaves all as it was when what was asked for fails', async () => {
    const { id, slug } = await ask();
    const other = await ask();
    await approvals.approve(signing[0]!, other.id, null);
    await desk.db.updateTable('hash_lists').set({ slug }).where('slug', '=', other.slug).execute();
    await expect(approvals.approve(signing[0]!, id, null)).rejects.toThrow();
    expect(await stateOf(id)).toMatchObject({ state: 'waiting', concluded_by: null });
  });

  it('is not given for somebody who is gone', async () => {
    const gone = await add('administrator');
    const { id } = await ask(gone);
    await deactivatePerson(desk, asking, gone.id);
    await expect(approvals.approve(signing[0]!, id, null)).rejects.toMatchObject({
      code: 'BW-APPROVAL-STALE',
    });
    await approvals.refuse(signing[0]!, id, 'gone');
    expect(await stateOf(id)).toMatchObject({ state: 'refused' });
  });

  it('is asked for once at a time, and again once the time of the first is over', async () => {
    const { id, slug } = await ask();
    await expect(ask(asking, slug)).rejects.toMatchObject({ code: 'BW-APPROVAL-WAITING' });
    desk.clock.advance(7 * DAY);
    await expect(approvals.approve(signing[0]!, id, null)).rejects.toMatchObject({
      code: 'BW-APPROVAL-EXPIRED',
    });
    expect(await stateOf(id)).toMatchObject({ state: 'expired' });
    const again = await ask(asking, slug);
    desk.clock.advance(7 * DAY - 1);
    await approvals.expire(again.id);
    expect(await stateOf(again.id)).toMatchObject({ state: 'waiting' });
    desk.clock.advance(1);
    await approvals.expire(again.id);
    expect(await stateOf(again.id)).toMatchObject({ state: 'expired' });
  });
});

describe('whatever is done to a request, by whomever, at once', () => {
  const deed = fc.record({
    deed: fc.constantFrom('approve' as const, 'refuse' as const, 'withdraw' as const, 'expire' as const),
    who: fc.constantFrom(0, 1, 2),
  });

  it('happens at most once, and is done if and only if it was approved', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(deed, { minLength: 1, maxLength: 6 }), fc.boolean(), async (deeds, late) => {
        const { id, slug } = await ask();
        if (late) desk.clock.advance(7 * DAY);
        const people = [asking, signing[0]!, signing[1]!];
        const results = await Promise.allSettled(
          deeds.map(({ deed: name, who }) => {
            const person = people[who]!;
            if (name === 'expire') return approvals.expire(id);
            if (name === 'withdraw') return approvals.withdraw(person, id);
            return approvals[name](person, id, null);
          }),
        );
        const concluded = results.filter(
          ({ status }, index) => status === 'fulfilled' && deeds[index]?.deed !== 'expire',
        );
        const row = await stateOf(id);
        const ran = done.filter((one) => one === slug).length;
        expect(await listsNamed(slug)).toBe(row.state === 'approved' ? 1 : 0);
        expect(ran >= (row.state === 'approved' ? 1 : 0)).toBe(true);
        expect(concluded.length).toBe(['approved', 'refused', 'withdrawn'].includes(row.state) ? 1 : 0);
        if (late) expect(['waiting', 'expired']).toContain(row.state);
        if (late) expect(stateAt(row, desk.clock.now())).toBe('expired');
        if (row.state === 'approved') expect(row.concluded_by).not.toBe(row.requested_by);
        const { rows } = await desk.pool.query<{ type: string }>(
          `SELECT type FROM events WHERE payload ->> 'approvalId' = $1`,
          [id],
        );
        expect(rows).toHaveLength(row.state === 'waiting' ? 1 : 2);
      }),
      { numRuns: 60 },
    );
  });
});

describe('somebody who is alone', () => {
  it('acts alone while the desk says so, which is recorded; and no more once a second one can sign', async () => {
    const small = await createDesk();
    try {
      const { person } = small;
      expect(await loneSignatureAllowed(small.db)).toBe(true);
      const rule = { kind: 'exhibits.destroy' as const, required: false, threshold: null };
      expect(await changeTwoPersonRule(small, person, { rule }, 'placeholder')).toEqual({ done: undefined });
      const waived = await small.db
        .selectFrom('events')
        .selectAll()
        .where('type', '=', 'approval.waived')
        .execute();
      expect(waived).toHaveLength(1);
      const other = await small.db
        .transaction()
        .execute((trx) => createPerson(trx, small.clock, { displayName: 'Placeholder', roles: ['intake'] }));
      const change = { personId: other.id, roles: ['lead'] as Role[], reason: 'placeholder' };
      expect(await changeRoles(small, person, change)).toEqual({ done: undefined });
      expect(await loneSignatureAllowed(small.db)).toBe(false);
      const again = await changeTwoPersonRule(small, person, { loneSignature: true }, 'placeholder');
      expect(again).toEqual({ waiting: expect.any(String) });
    } finally {
      await small.close();
    }
  });

  it('tightens a rule alone, and loosens it only with another', async () => {
    const rule = { kind: 'accounts.ban-many' as const, required: true, threshold: 5 };
    expect(await changeTwoPersonRule(desk, asking, { rule }, 'placeholder')).toEqual({ done: undefined });
    for (const looser of [
      { ...rule, threshold: 6 },
      { ...rule, required: false },
    ]) {
      const id = waitingOf(await changeTwoPersonRule(desk, asking, { rule: looser }, 'placeholder'));
      await desk.approvals.refuse(signing[0]!, id, null);
    }
  });
});

describe('roles', () => {
  const rolesOf = async (id: string) => (await listPeople(desk.db)).find((row) => row.id === id)?.roles;
  const change = (by: Person, personId: string, ...roles: Role[]) =>
    changeRoles(desk, by, { personId, roles, reason: 'placeholder' });

  it.each(['reviewer', 'lead', 'administrator'] as const)('%s is given by two', async (role) => {
    const person = await add('intake');
    const id = waitingOf(await change(asking, person.id, 'intake', role));
    expect(await rolesOf(person.id)).toEqual(['intake']);
    await desk.approvals.approve(signing[0]!, id, null);
    expect(await rolesOf(person.id)).toEqual(['intake', role]);
  });

  it('are given by one where they open no media, and taken by one', async () => {
    const person = await add('reviewer');
    expect(await change(asking, person.id, 'analyst')).toEqual({ done: undefined });
    expect(await rolesOf(person.id)).toEqual(['analyst']);
  });

  it('are not given by anybody to themselves, nor signed for by who gets them', async () => {
    await expect(change(asking, asking.id, 'administrator', 'intake')).rejects.toMatchObject({
      code: 'BW-OWN-ROLES',
    });
    const id = waitingOf(await change(asking, signing[0]!.id, 'lead', 'reviewer'));
    await expect(desk.approvals.approve(signing[0]!, id, null)).rejects.toMatchObject({
      code: 'BW-APPROVAL-OWN',
    });
  });

  it('are not given when they changed since it was asked for', async () => {
    const person = await add('intake');
    const id = waitingOf(await change(asking, person.id, 'reviewer'));
    await change(asking, person.id, 'analyst');
    await expect(desk.approvals.approve(signing[0]!, id, null)).rejects.toMatchObject({
      code: 'BW-APPROVAL-STALE',
    });
  });

  it('leave the desk with an administrator, however many go at once', async () => {
    const small = await createDesk();
    try {
      const others = [];
      for (let n = 0; n < 3; n++) {
        others.push(
          await small.db
            .transaction()
            .execute((trx) =>
              createPerson(trx, small.clock, { displayName: 'Placeholder', roles: ['administrator'] }),
            ),
        );
      }
      const all = [small.person, ...others];
      const results = await Promise.allSettled(
        all.map(({ id }) => deactivatePerson(small, small.person, id)),
      );
      expect(results.filter(({ status }) => status === 'rejected')).toHaveLength(1);
      const active = (await listPeople(small.db)).filter((row) => row.deactivated_at === null);
      expect(active).toHaveLength(1);
    } finally {
      await small.close();
    }
  });
});
