import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDesk, type Desk } from '../../test/desk/index.ts';
import { createPerson, type Person } from '../access/index.ts';
import { hashListBySlug, importIntoList, shareHashList, type NewEntry } from './index.ts';

let desk: Desk;
let second: Person;
beforeAll(async () => {
  desk = await createDesk();
  second = await desk.db
    .transaction()
    .execute((trx) => createPerson(trx, desk.clock, { displayName: 'Second', roles: ['lead'] }));
});
afterAll(() => desk.close());

function entries(count: number, from = 0): NewEntry[] {
  return Array.from({ length: count }, (_, index) => ({
    fingerprint: 'md5',
    value: Buffer.from((from + index).toString(16).padStart(32, '0'), 'hex'),
    externalId: index % 2 === 0 ? `e${index}` : null,
    label: null,
    threshold: null,
  }));
}

const add = (slug: string, list: NewEntry[], person: Person | null = desk.person) =>
  importIntoList(
    desk,
    { actor: { kind: 'person', id: desk.person.id }, person, reason: 'placeholder' },
    { slug },
    list,
  );
const share = (slug: string, shared: boolean) =>
  shareHashList(desk, desk.person, { slug, shared, reason: 'placeholder' });
const waiting = (outcome: object) => ('waiting' in outcome ? String(outcome.waiting) : '');
const entriesOf = async (slug: string) => (await hashListBySlug(desk.db, slug)).entries;

describe('a shared list', () => {
  it('is marked, added to and unmarked by two people', async () => {
    expect(await add('common', entries(3))).toMatchObject({ done: { added: 3 } });
    await desk.approvals.approve(second, waiting(await share('common', true)), null);
    expect(await hashListBySlug(desk.db, 'common')).toMatchObject({ shared: true });
    const request = waiting(await add('common', entries(6000, 1)));
    expect(await entriesOf('common')).toBe(3);
    await desk.approvals.approve(second, request, null);
    expect(await entriesOf('common')).toBe(6001);
    const { result } = await desk.db
      .selectFrom('approvals')
      .select('result')
      .where('id', '=', request)
      .executeTakeFirstOrThrow();
    expect(result).toEqual({ added: 5998, alreadyPresent: 2 });
    await desk.approvals.approve(second, waiting(await share('common', false)), null);
    expect(await add('common', entries(1, 9000))).toMatchObject({ done: { added: 1 } });
  });

  it('takes nothing from a service key or a command, which nobody could sign for', async () => {
    await add('common-two', entries(1));
    await desk.approvals.approve(second, waiting(await share('common-two', true)), null);
    await expect(add('common-two', entries(2), null)).rejects.toMatchObject({
      code: 'BW-SHARED-LIST-NEEDS-PERSON',
    });
    expect(await entriesOf('common-two')).toBe(1);
  });

  it('keeps nothing of what was refused once the next import is laid by', async () => {
    await desk.approvals.refuse(second, waiting(await add('common-two', entries(5))), null);
    const request = waiting(await add('common-two', entries(2)));
    const { rows } = await desk.pool.query('SELECT FROM staged_imports');
    expect(rows).toHaveLength(2);
    await desk.approvals.approve(second, request, null);
    expect((await desk.pool.query('SELECT FROM staged_imports')).rows).toHaveLength(0);
    expect(await entriesOf('common-two')).toBe(2);
  });
});
