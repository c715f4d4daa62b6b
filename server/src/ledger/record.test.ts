import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDesk, type Desk } from '../../test/desk/index.ts';
import { record, verifyLedger, type Actor, type NewEvent } from './index.ts';
import { canonicalEvent } from './canonical-event.ts';

/** An event that the compiler would refuse, as a caller without types could hand one over. */
interface Loose {
  readonly type: string;
  readonly payload: unknown;
  readonly at?: Date;
  readonly actor?: Actor;
  readonly caseId?: string;
}

const ID = '00000000-0000-4000-8000-000000000001';

/** One of each kind, so that a kind which is added without a place here is refused by the compiler. */
const PAYLOADS: { [Event in NewEvent as Event['type']]: Event['payload'] } = {
  'workspace.opened': { version: '0.0.0' },
  'demo.created': { serviceId: ID },
  'demo.removed': { serviceId: ID, cases: 2 },
  'person.created': { personId: ID, roles: ['reviewer'] },
  'person.roles-changed': { personId: ID, before: [], after: ['intake'], because: 'asked' },
  'person.deactivated': { personId: ID },
  'person.reactivated': { personId: ID },
  'person.excluded': { exclusionId: ID, personId: ID, targetKind: 'case', targetId: ID },
  'person.exclusion-lifted': { exclusionId: ID, personId: ID },
  'approval.requested': { approvalId: ID, kind: 'placeholder', subject: 'placeholder' },
  'approval.given': { approvalId: ID, kind: 'placeholder', requestedBy: ID },
  'approval.refused': { approvalId: ID, kind: 'placeholder', requestedBy: ID },
  'approval.withdrawn': { approvalId: ID, kind: 'placeholder' },
  'approval.expired': { approvalId: ID, kind: 'placeholder' },
  'approval.waived': { approvalId: ID, kind: 'placeholder', subject: 'placeholder' },
  'two-person.changed': { kind: 'placeholder', required: true, threshold: null },
  'lone-signature.changed': { allowed: false, because: 'asked' },
  'sign-in-link.created': { personId: ID },
  'person.signed-in': { personId: ID },
  'person.signed-out': { personId: ID },
  'person.invited': { personId: ID },
  'invitation.accepted': { personId: ID },
  'person.stepped-up': { personId: ID, sessionId: ID, method: 'passkey' },
  'passkey.added': { personId: ID, passkeyId: ID },
  'passkey.removed': { personId: ID, passkeyId: ID },
  'password.set': { personId: ID },
  'password.removed': { personId: ID },
  'recovery-codes.made': { personId: ID, codes: 8 },
  'recovery-code.used': { personId: ID, left: 7 },
  'session.ended': { personId: ID, sessionId: ID, because: 'revoked' },
  'sign-in.refused': { way: 'passkey', reason: 'origin', personId: null },
  'sign-in.throttled': { scope: 'source', failures: 21 },
  'service.created': { serviceId: ID, slug: 'placeholder' },
  'service-key.created': { serviceId: ID, keyId: ID },
  'service-key.revoked': { serviceId: ID, keyId: ID },
  'service-key.rotated': { serviceId: ID, keyId: ID, replacedBy: ID },
  'webhook.set': { serviceId: ID },
  'webhook.removed': { serviceId: ID },
  'hash-list.imported': { listId: ID, slug: 'placeholder', added: 1, alreadyPresent: 0 },
  'hash-list.sharing-changed': { listId: ID, slug: 'placeholder', shared: true },
  'hash-list.removed': { listId: ID, slug: 'placeholder', entries: 1 },
  'user-report.received': {
    userReportId: ID,
    serviceId: ID,
    reason: 'other',
    contentVisibility: 'private',
    authenticity: 'franked',
    exhibits: 1,
  },
  'user-report.screened': { userReportId: ID, matched: 0, unmatched: 1, unscanned: 2 },
  'exhibit.sealed': { exhibitId: ID, objectId: ID, sha256: 'ab'.repeat(32), bytes: 1 },
  'case.opened': { caseId: ID, number: 1, groupId: ID, priority: 10 },
  'case.user-report-joined': { caseId: ID, userReportId: ID, priority: 10 },
  'case.priority-changed': { caseId: ID, priority: 60 },
  'case.assigned': { caseId: ID, personId: null, before: ID },
  'case.access-changed': { caseId: ID, restricted: true, people: [ID] },
  'case.closed': { caseId: ID, decisionId: ID },
  'exhibit.examined-again': { exhibitId: ID, examination: 2, verdict: 'unscanned', reason: 'timeout' },
  'exhibit.matched-later': { exhibitId: ID, matches: 1 },
  'exhibit.brought-forward': { exhibitId: ID, fromExhibitId: ID, fromCaseId: ID },
  'exhibit.transferred': {
    exhibitId: ID,
    sha256: 'ab'.repeat(32),
    reportId: ID,
    authority: 'placeholder',
    environment: 'sandbox',
    fileId: 'placeholder',
  },
  'exhibit.exported': {
    exhibitId: ID,
    sha256: 'ab'.repeat(32),
    exportId: ID,
    recipient: 'placeholder',
    why: 'placeholder',
  },
  'exhibit.held': { exhibitId: ID, sha256: 'ab'.repeat(32), holdId: ID, ground: 'x', why: 'placeholder' },
  'exhibit.released': { exhibitId: ID, sha256: 'ab'.repeat(32), holdId: ID, why: 'placeholder' },
  'exhibit.destruction-ordered': {
    exhibitId: ID,
    sha256: 'ab'.repeat(32),
    destructionId: ID,
    ground: 'term-ended',
    why: 'placeholder',
  },
  'exhibit.destruction-halted': {
    exhibitId: ID,
    sha256: 'ab'.repeat(32),
    destructionId: ID,
    because: 'held',
  },
  'exhibit.destroyed': {
    exhibitId: ID,
    sha256: 'ab'.repeat(32),
    destructionId: ID,
    sealedBytes: 'erased',
  },
  'hold.placed': { holdId: ID, ground: 'placeholder', exhibits: 1 },
  'hold.renewed': { holdId: ID, renewBy: '2026-04-01T00:00:00.000Z' },
  'hold.released': { holdId: ID, exhibits: 1 },
  'preservation.computed': {
    artefact: 'exhibit',
    artefactId: ID,
    preserveUntil: null,
    because: ['placeholder'],
    rules: 'ab',
  },
  'retention.changed': { policyId: ID, jurisdictions: ['us'], why: 'placeholder' },
  'clock.doubted': { problem: 'behind', believedAt: '2026-01-01T00:00:00.000Z' },
  'clock.confirmed': { why: 'placeholder' },
  'case.export-ordered': {
    caseId: ID,
    exportId: ID,
    recipient: 'placeholder',
    exhibits: 1,
    links: 'withheld',
    why: 'placeholder',
  },
  'case.exported': { caseId: ID, exportId: ID, recipient: 'placeholder', exhibits: 1, links: 'withheld' },
  'case.export-completed': { exportId: ID, manifestSha256: 'ab'.repeat(32) },
  'exhibit.previewed': { exhibitId: ID, tone: 'gray', blurred: true },
  'exhibit.revealed': { exhibitId: ID, extent: 'full', reason: 'Größe 😀 "quoted"', sha256: 'ab'.repeat(32) },
  'decision.made': {
    decisionId: ID,
    policyId: 'placeholder',
    actions: [{ kind: 'remove-group', targetKind: 'group', targetId: ID }],
    cyberTip: false,
  },
  'action.requested': { actionId: ID, kind: 'remove-group', deliveryId: ID },
  'delivery.delivered': { deliveryId: ID, attempts: 1 },
  'delivery.dead': { deliveryId: ID, attempts: 10 },
  'delivery.retried': { deliveryId: ID },
  'report.queued': { reportId: ID, authority: 'placeholder', environment: 'sandbox', decisionId: ID },
  'report.step-done': { reportId: ID, step: 'upload', exhibitId: ID },
  'report.restarted': { reportId: ID, because: 'placeholder' },
  'report.filed': { reportId: ID, externalId: '1', environment: 'sandbox' },
  'report.failed': { reportId: ID, kind: 'placeholder' },
  'report.retried': { reportId: ID },
  'ledger.content-erased': { eventIds: [ID], because: 'placeholder' },
  'vault.unlock-failed': { because: 'placeholder' },
  'vault.scrubbed': { scrubId: ID, extent: 'sample', verified: 3, opened: 2, found: 1, swept: 0 },
  'vault.finding': { findingId: ID, kind: 'orphaned', storedAs: ID, objectId: null },
  'vault.finding-resolved': { findingId: ID, kind: 'orphaned', storedAs: ID, how: 'swept' },
  'vault.object-replaced': { objectId: ID, storedAs: ID },
};

describe('recording an event', () => {
  let desk: Desk;
  beforeAll(async () => {
    desk = await createDesk();
  });
  afterAll(() => desk.close());

  const write = (event: Loose) =>
    desk.db
      .transaction()
      .execute((trx) =>
        record(trx, { at: desk.clock.now(), actor: { kind: 'system', part: 'test' }, ...event } as NewEvent),
      );
  const stored = (id: string) =>
    desk.db.selectFrom('events').selectAll().where('id', '=', id).executeTakeFirst();

  it('leaves nothing when the transaction is rolled back', async () => {
    let id = '';
    const attempt = desk.db.transaction().execute(async (trx) => {
      id = await record(trx, {
        type: 'webhook.set',
        at: desk.clock.now(),
        actor: { kind: 'system', part: 'test' },
        payload: { serviceId: ID },
      });
      throw new Error('placeholder');
    });
    await expect(attempt).rejects.toThrow('placeholder');
    expect(await stored(id)).toBeUndefined();
    const waiting = await desk.db
      .selectFrom('events_unsequenced')
      .selectAll()
      .where('event_id', '=', id)
      .execute();
    expect(waiting).toEqual([]);
  });

  it.each(Object.entries(PAYLOADS))('keeps %s as it was said', async (type, payload) => {
    const actor = { kind: 'service', id: ID, keyId: ID } as const;
    const id = await write({ type, payload, actor, caseId: ID });
    expect(await stored(id)).toMatchObject({ id, at: desk.clock.now(), type, actor, case_id: ID, payload });
  });

  it('salts each event with its own salt', async () => {
    const ids = [await write(EVENT), await write(EVENT)];
    const salts = await Promise.all(ids.map(async (id) => (await stored(id))?.salt?.toString('hex')));
    expect(salts[0]).toMatch(/^[0-9a-f]{32}$/);
    expect(salts[0]).not.toBe(salts[1]);
  });

  it('commits to what was said: the canonical form is the same before the database and after it', async () => {
    const texts = fc.string({ unit: 'binary' }).filter((text) => text.isWellFormed() && !text.includes('\0'));
    const payloads = fc.dictionary(
      texts,
      fc.letrec((tie) => ({
        value: fc.oneof(
          { maxDepth: 4 },
          texts,
          fc.integer(),
          fc.double({ noNaN: true, noDefaultInfinity: true }),
          fc.constantFrom(null, true, false, -0, 1e21, 1e-7, 5e-324, Number.MAX_VALUE, 2 ** 53 + 2),
          fc.array(tie('value'), { maxLength: 4 }),
          fc.dictionary(texts, tie('value'), { maxKeys: 4 }),
        ),
      })).value,
      { maxKeys: 6 },
    );
    await fc.assert(
      fc.asyncProperty(payloads, async (payload) => {
        const id = await write({ type: 'webhook.set', payload });
        const row = await stored(id);
        if (row === undefined) throw new Error('the event is not there');
        expect(canonicalEvent(row)).toBe(canonicalEvent({ ...row, payload }));
      }),
      { numRuns: 150 },
    );
    expect(await verifyLedger(desk.db)).toMatchObject({ intact: true });
  });

  it.each([
    ['no number', { n: Number.NaN }],
    ['an infinite number', { n: Number.POSITIVE_INFINITY }],
    ['a date, which JSON does not have', { at: new Date(0) }],
    ['a bigint', { n: 1n }],
    ['undefined in a list', { list: [undefined] }],
    ['a NUL', { text: 'a\0b' }],
    ['half of a surrogate pair', { text: '\ud800' }],
    ['half of a surrogate pair in a name', { '\udc00': 1 }],
    ['a map', { map: new Map([[1, 2]]) }],
  ])('refuses a payload with %s rather than keep something else', async (_what, payload) => {
    await expect(write({ type: 'webhook.set', payload })).rejects.toThrow(TypeError);
  });

  it('refuses a time that is none', async () => {
    await expect(write({ ...EVENT, at: new Date(Number.NaN) })).rejects.toThrow(TypeError);
  });

  it.each([
    ['UPDATE events SET type = type', 'events'],
    ['DELETE FROM events', 'events'],
    ['TRUNCATE events', 'events'],
    ['UPDATE ledger_leaves SET index = index', 'ledger_leaves'],
    ['DELETE FROM ledger_leaves', 'ledger_leaves'],
    ['TRUNCATE ledger_leaves', 'ledger_leaves'],
    ['DELETE FROM ledger_tiles', 'ledger_tiles'],
    ['DELETE FROM ledger_checkpoints', 'ledger_checkpoints'],
    ['TRUNCATE ledger_checkpoints CASCADE', 'ledger_checkpoints'],
  ])('is for good: the database refuses its own owner %s', async (statement) => {
    await expect(desk.pool.query(statement)).rejects.toThrow(/append-only/);
  });
});

const EVENT = { type: 'webhook.set', payload: { serviceId: ID } } as const;
