import { randomUUID } from 'node:crypto';
import {
  CodedError,
  type Clock,
  type Database,
  type Queryable,
  type Transaction,
} from '../foundation/index.ts';
import { record, type Actor } from '../ledger/index.ts';
import { endOfSpan } from './calendar.ts';
import { HOLD_GROUNDS, type HoldGround } from './retention-profiles.ts';
import type { LegalHoldsTable } from './tables.ts';

export interface NewHold {
  readonly on: { readonly caseId: string } | { readonly exhibitId: string };
  /** One of HOLD_GROUNDS. */
  readonly ground: string;
  /** The number under which whoever asks for it goes by it. */
  readonly reference?: string | undefined;
  readonly why: string;
}

interface HoldDeps {
  readonly db: Database;
  readonly clock: Clock;
}

/**
 * Places a legal hold: until a person releases it, nobody destroys what it covers, and what joins the case later is
 * covered as well. The database itself sees to it. Returns the hold's id.
 * @throws {CodedError} BW-NOT-FOUND, BW-BODY-INVALID for an unknown ground, BW-EXHIBIT-DESTROYED
 */
export async function placeHold(deps: HoldDeps, actor: Actor, hold: NewHold): Promise<string> {
  const ground = groundOf(hold.ground);
  const now = deps.clock.now();
  try {
    return await deps.db.transaction().execute(async (trx) => {
      const id = randomUUID();
      const exhibitId = 'exhibitId' in hold.on ? hold.on.exhibitId : null;
      const caseId = 'caseId' in hold.on ? hold.on.caseId : null;
      await requireSubject(trx, hold.on);
      await trx
        .insertInto('legal_holds')
        .values({
          id,
          case_id: caseId,
          exhibit_id: exhibitId,
          ground: ground.id,
          reference: hold.reference ?? null,
          why: hold.why,
          placed_by: JSON.stringify(actor) as never,
          placed_at: now,
          renew_by: ground.renewAfter === null ? null : endOfSpan(now, ground.renewAfter),
          released_by: null,
          released_at: null,
          release_why: null,
        })
        .execute();
      const covered = await coveredBy(trx, { case_id: caseId, exhibit_id: exhibitId });
      const about = { at: now, actor, ...caseOf(covered, caseId) };
      for (const { id: coveredId, sha256 } of covered) {
        const payload = { exhibitId: coveredId, sha256, holdId: id, ground: ground.id, why: hold.why };
        await record(trx, { ...about, type: 'exhibit.held', payload });
      }
      const payload = { holdId: id, ground: ground.id, exhibits: covered.length };
      await record(trx, { ...about, type: 'hold.placed', payload });
      return id;
    });
  } catch (error) {
    if (codeOf(error) === 'BWGON') throw new CodedError('BW-EXHIBIT-DESTROYED', { cause: error });
    throw error;
  }
}

/** Whoever asked for it has asked again: it is to be renewed a term later. @throws as `releaseHold` */
export function renewHold(deps: HoldDeps, actor: Actor, holdId: string): Promise<void> {
  return deps.db.transaction().execute(async (trx) => {
    const hold = await lockHold(trx, holdId);
    const { renewAfter } = groundOf(hold.ground);
    if (renewAfter === null)
      throw new CodedError('BW-BODY-INVALID', { message: 'This hold needs no renewal.' });
    const renewBy = endOfSpan(hold.renew_by ?? deps.clock.now(), renewAfter);
    await trx.updateTable('legal_holds').set({ renew_by: renewBy }).where('id', '=', holdId).execute();
    const payload = { holdId, renewBy: renewBy.toISOString() };
    await record(trx, {
      type: 'hold.renewed',
      at: deps.clock.now(),
      actor,
      ...caseOf([], hold.case_id),
      payload,
    });
  });
}

/** Ends a hold; what it covered is kept until its terms end. @throws {CodedError} BW-NOT-FOUND, BW-HOLD-RELEASED */
export function releaseHold(deps: HoldDeps, actor: Actor, holdId: string, why: string): Promise<void> {
  const now = deps.clock.now();
  return deps.db.transaction().execute(async (trx) => {
    const hold = await lockHold(trx, holdId);
    await trx
      .updateTable('legal_holds')
      .set({ released_at: now, released_by: JSON.stringify(actor) as never, release_why: why })
      .where('id', '=', holdId)
      .execute();
    const covered = await coveredBy(trx, hold);
    const about = { at: now, actor, ...caseOf(covered, hold.case_id) };
    for (const { id, sha256 } of covered)
      await record(trx, {
        ...about,
        type: 'exhibit.released',
        payload: { exhibitId: id, sha256, holdId, why },
      });
    await record(trx, { ...about, type: 'hold.released', payload: { holdId, exhibits: covered.length } });
  });
}

/** The holds on a case and on exhibits of it, newest first, those that were released among them. */
export function holdsOfCase(db: Queryable, caseId: string): Promise<LegalHoldsTable[]> {
  return db
    .selectFrom('legal_holds')
    .selectAll()
    .where((where) =>
      where.or([
        where('case_id', '=', caseId),
        where(
          'exhibit_id',
          'in',
          where.selectFrom('exhibits').select('exhibits.id').where('exhibits.case_id', '=', caseId),
        ),
      ]),
    )
    .orderBy('placed_at', 'desc')
    .orderBy('id')
    .execute();
}

/** Whether an exhibit is under a hold of its own or of its case. */
export async function isHeld(
  db: Queryable,
  exhibit: { readonly id: string; readonly case_id: string | null },
): Promise<boolean> {
  const row = await db
    .selectFrom('legal_holds')
    .select('id')
    .where('released_at', 'is', null)
    .where((where) =>
      where.or([where('exhibit_id', '=', exhibit.id), where('case_id', '=', exhibit.case_id)]),
    )
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** Whether the database refused because of a hold. */
export function isHeldRefusal(error: unknown): boolean {
  return codeOf(error) === 'BWHLD';
}

function groundOf(id: string): HoldGround {
  const ground = HOLD_GROUNDS.find((one) => one.id === id);
  if (ground === undefined) {
    const message = `is one of: ${HOLD_GROUNDS.map((one) => one.id).join(', ')}`;
    throw new CodedError('BW-BODY-INVALID', { details: [{ path: 'ground', message }] });
  }
  return ground;
}

async function requireSubject(trx: Transaction, on: NewHold['on']): Promise<void> {
  const [table, id] =
    'caseId' in on ? (['cases', on.caseId] as const) : (['exhibits', on.exhibitId] as const);
  const row = await trx.selectFrom(table).select('id').where('id', '=', id).executeTakeFirst();
  if (row === undefined) throw new CodedError('BW-NOT-FOUND');
}

async function lockHold(trx: Transaction, holdId: string): Promise<LegalHoldsTable> {
  const hold = await trx
    .selectFrom('legal_holds')
    .selectAll()
    .where('id', '=', holdId)
    .forUpdate()
    .executeTakeFirst();
  if (hold === undefined) throw new CodedError('BW-NOT-FOUND', { message: 'There is no such hold.' });
  if (hold.released_at !== null) throw new CodedError('BW-HOLD-RELEASED');
  return hold;
}

function coveredBy(trx: Transaction, hold: Pick<LegalHoldsTable, 'case_id' | 'exhibit_id'>) {
  return trx
    .selectFrom('exhibits')
    .select(['id', 'sha256', 'case_id'])
    .where('destroyed_at', 'is', null)
    .where((where) => where.or([where('id', '=', hold.exhibit_id), where('case_id', '=', hold.case_id)]))
    .orderBy('id')
    .execute();
}

function caseOf(
  covered: readonly { readonly case_id: string | null }[],
  caseId: string | null,
): { caseId?: string } {
  const id = caseId ?? covered[0]?.case_id ?? null;
  return id === null ? {} : { caseId: id };
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined;
}
