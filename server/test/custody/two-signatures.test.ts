import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { changeRoles, createPerson, createSignInToken, type Person } from '../../src/access/index.ts';
import { HOLD_GROUNDS, placeHold } from '../../src/custody/index.ts';
import { forgetfulMemory, sequenceEvents } from '../../src/ledger/index.ts';
import { createWatchedDesk, type Answer, type WatchedDesk } from '../api/watched-desk.ts';
import { closedCase, liveOn } from './closed-case.ts';

/** Two leads at a desk that has turned the signature of one alone off. */
let watched: WatchedDesk;
let asks: { person: Person; cookie: string };
let signs: { person: Person; cookie: string };

beforeAll(async () => {
  watched = await createWatchedDesk();
  asks = await lead('Asks');
  signs = await lead('Signs');
});
afterAll(() => watched.close());

async function lead(displayName: string) {
  const { db, clock } = watched.desk;
  const person = await db
    .transaction()
    .execute((trx) => createPerson(trx, clock, { displayName, roles: ['lead'] }));
  const token = await createSignInToken(db, clock, person.id);
  const answer = await watched.api.inject({ method: 'POST', url: '/v1/sign-in', payload: { token } });
  return { person, cookie: String(answer.headers['set-cookie']).split(';')[0] ?? '' };
}

const get = (url: string, by: { cookie: string }): Promise<Answer> =>
  watched.api.inject({ url, headers: { cookie: by.cookie } });
const post = (url: string, by: { cookie: string }, payload: object = {}): Promise<Answer> =>
  watched.api.inject({ method: 'POST', url, headers: { cookie: by.cookie }, payload });
const sign = (approvalId: string, by = signs) => post(`/v1/approvals/${approvalId}/approve`, by);
const destroy = (exhibitId: string) =>
  post(`/v1/exhibits/${exhibitId}/destruction`, asks, { ground: 'term-ended', why: 'placeholder' });
const codeOf = (answer: Answer) => answer.json<{ error?: { code: string } }>().error?.code;

/** The id of the request that an answer says to wait. */
function waitingIn(answer: Answer): string {
  expect(answer.statusCode, answer.body).toBe(202);
  return answer.json<{ id: string }>().id;
}

/** The package has proofs out of the ledger, whose sequencer a program runs all along. */
async function whileSequenced<Result>(doing: Promise<Result>): Promise<Result> {
  const { db, clock, ledgerKey: signer } = watched.desk;
  const turn = () => sequenceEvents(db, { signer, clock, memory: forgetfulMemory() });
  const timer = setInterval(() => void turn(), 200);
  try {
    return await doing;
  } finally {
    clearInterval(timer);
    await turn();
  }
}

async function dueExhibit(seed: number) {
  const closed = await closedCase(watched.desk, seed);
  await liveOn(watched.desk, 31);
  // Days have gone by for those who are signed in, too.
  asks = await lead('Asks');
  signs = await lead('Signs');
  return closed;
}

const destroyedAt = async (exhibitId: string) =>
  (
    await watched.desk.db
      .selectFrom('exhibits')
      .select('destroyed_at')
      .where('id', '=', exhibitId)
      .executeTakeFirstOrThrow()
  ).destroyed_at;

describe('destroying an exhibit', () => {
  it('waits for another person, and its certificate names both', async () => {
    const { caseId, exhibitId } = await dueExhibit(1);
    const approvalId = waitingIn(await destroy(exhibitId));
    await watched.desk.runJobs();
    expect(await destroyedAt(exhibitId)).toBeNull();
    const custody = await get(`/v1/cases/${caseId}/custody`, asks);
    expect(custody.json<{ exhibits: object[] }>().exhibits).toMatchObject([{ awaited: true }]);
    expect(codeOf(await destroy(exhibitId))).toBe('BW-APPROVAL-WAITING');
    expect((await sign(approvalId, asks)).statusCode).toBe(403);

    const facts = await get(`/v1/approvals/${approvalId}`, signs);
    expect(facts.body).toContain(exhibitId);
    expect((await sign(approvalId)).statusCode).toBe(200);
    await watched.desk.runJobs();
    expect(await destroyedAt(exhibitId)).not.toBeNull();
    const certificate = await get(`/v1/exhibits/${exhibitId}/certificate`, signs);
    expect(certificate.json()).toMatchObject({
      by: { id: asks.person.id },
      approvedBy: { id: signs.person.id },
    });
  });

  it('is done once, whoever signs at the same time', async () => {
    const { exhibitId } = await dueExhibit(2);
    const approvalId = waitingIn(await destroy(exhibitId));
    const third = await lead('Third');
    const answers = await Promise.all([sign(approvalId), sign(approvalId, third), sign(approvalId)]);
    expect(answers.map(({ statusCode }) => statusCode).toSorted((a, b) => a - b)).toEqual([200, 409, 409]);
    await watched.desk.runJobs();
    const rows = await watched.desk.db
      .selectFrom('destructions')
      .select('status')
      .where('exhibit_id', '=', exhibitId)
      .execute();
    expect(rows).toEqual([{ status: 'destroyed' }]);
  });

  it('is not carried out if a hold was placed while it waited', async () => {
    const { exhibitId } = await dueExhibit(3);
    const approvalId = waitingIn(await destroy(exhibitId));
    const by = { kind: 'person', id: asks.person.id } as const;
    const ground = HOLD_GROUNDS[0]?.id ?? '';
    await placeHold(watched.desk, by, { on: { exhibitId }, ground, why: 'placeholder' });
    expect(codeOf(await sign(approvalId))).toBe('BW-EXHIBIT-HELD');
    await watched.desk.runJobs();
    expect(await destroyedAt(exhibitId)).toBeNull();
  });

  it('is not carried out in the name of somebody who may no longer ask for it', async () => {
    const { exhibitId } = await dueExhibit(4);
    const approvalId = waitingIn(await destroy(exhibitId));
    await changeRoles(watched.desk, watched.desk.person, {
      personId: asks.person.id,
      roles: ['analyst'],
      reason: 'placeholder',
    });
    expect(codeOf(await sign(approvalId))).toBe('BW-APPROVAL-STALE');
    expect(await destroyedAt(exhibitId)).toBeNull();
  });

  it('lapses with a request that nobody signed in time', async () => {
    const { exhibitId } = await dueExhibit(5);
    const approvalId = waitingIn(await destroy(exhibitId));
    await liveOn(watched.desk, 31);
    signs = await lead('Signs');
    expect((await sign(approvalId)).statusCode).toBe(409);
    expect(await destroyedAt(exhibitId)).toBeNull();
  });
});

describe('exporting a case', () => {
  it('waits for another person, and is fetched by who asked, and by nobody else', async () => {
    const { caseId } = await dueExhibit(6);
    const recipient = await identityToRecipient(await generateX25519Identity());
    const order = { recipient, why: 'placeholder' };
    const approvalId = waitingIn(await post(`/v1/cases/${caseId}/exports`, asks, order));
    const exportsOf = async (by: { cookie: string }) =>
      (await get(`/v1/cases/${caseId}/custody`, by)).json<{
        exports: { id: string; fetchUntil: string | null }[];
        exportAwaited: boolean;
      }>();
    expect(await exportsOf(asks)).toMatchObject({ exports: [], exportAwaited: true });
    expect((await sign(approvalId)).statusCode).toBe(200);
    const [ordered] = (await exportsOf(asks)).exports;
    expect(ordered?.fetchUntil).not.toBeNull();
    expect((await exportsOf(signs)).exports[0]?.fetchUntil).toBeNull();

    const fetchIt = (by: { cookie: string }) => post(`/v1/case-exports/${ordered?.id}/package`, by);
    expect(codeOf(await fetchIt(signs))).toBe('BW-FORBIDDEN');
    const fetched = await whileSequenced(fetchIt(asks));
    expect(fetched.rawPayload.subarray(0, 2).toString()).toBe('PK');
    const { rows } = await watched.desk.pool.query(
      `SELECT count(*)::int AS times FROM events WHERE type = 'exhibit.exported' AND payload ->> 'exportId' = $1`,
      [ordered?.id],
    );
    expect(rows).toEqual([{ times: 1 }]);
    await liveOn(watched.desk, 8);
    asks = { ...asks, cookie: (await lead('Asks')).cookie };
    expect(['BW-EXPORT-LAPSED', 'BW-FORBIDDEN']).toContain(codeOf(await fetchIt(asks)));
  });
});

describe('changing how long things are kept', () => {
  const put = (url: string, by: { cookie: string }, payload: object) =>
    watched.api.inject({ method: 'PUT', url, headers: { cookie: by.cookie }, payload });
  const rules = async () =>
    (await get('/v1/retention', asks)).json<{
      rules: { jurisdictions: string[]; terms: object };
    }>().rules;

  it('waits for another person, and is done only to the rules that were seen', async () => {
    asks = await lead('Asks');
    signs = await lead('Signs');
    const before = await rules();
    const changed = { ...before, jurisdictions: [] };
    const first = waitingIn(await put('/v1/retention', asks, { rules: changed, why: 'placeholder' }));
    expect(await rules()).toEqual(before);
    expect((await sign(first)).statusCode).toBe(200);
    expect(await rules()).toEqual(changed);

    const second = waitingIn(await put('/v1/retention', asks, { rules: before, why: 'placeholder' }));
    await watched.desk.pool.query(
      `INSERT INTO retention_policies (id, rules, set_by, set_at)
       SELECT gen_random_uuid(), jsonb_set(rules, '{terms,reported,days}', '4000'), set_by, set_at + interval '1 second'
       FROM retention_policies ORDER BY set_at DESC LIMIT 1`,
    );
    expect(codeOf(await sign(second))).toBe('BW-APPROVAL-STALE');
  });

  it('includes that the clock is right', async () => {
    const approvalId = waitingIn(await post('/v1/clock/confirm', asks, { why: 'placeholder' }));
    expect((await sign(approvalId)).statusCode).toBe(200);
  });
});
