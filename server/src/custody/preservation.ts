import type { Clock, Database, Queryable, Transaction } from '../foundation/index.ts';
import { record } from '../ledger/index.ts';
import { decisionOfCase, findPolicy } from '../review/index.ts';
import { fingerprintOfRules, rulesInForce } from './desk-rules.ts';
import type { RetentionProfile } from './retention-profiles.ts';
import { termOfContent, termOfReference, type CaseFacts, type Term } from './terms.ts';
import './tables.ts';

export interface PreservationDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly profiles: readonly RetentionProfile[];
}

/**
 * Computes the terms of a case's exhibits and reports by the rules of now. A term that is another than before is stored
 * and recorded; otherwise nothing is written.
 */
export function computePreservation(deps: PreservationDeps, caseId: string): Promise<void> {
  return deps.db.transaction().execute(async (trx) => {
    const found = await readFacts(trx, caseId);
    if (found === undefined) return;
    const { rules } = await rulesInForce(trx);
    const fingerprint = fingerprintOfRules(rules, deps.profiles);
    const content = termOfContent(found.facts, rules, deps.profiles);
    for (const id of found.exhibitIds)
      await store(deps, trx, { artefact: 'exhibit', id, caseId, term: content, fingerprint });
    for (const { id, ...report } of found.filed) {
      const term = termOfReference(report, rules, deps.profiles);
      await store(deps, trx, { artefact: 'report', id, caseId, term, fingerprint });
    }
  });
}

/** The term of an exhibit as it is now, whatever was stored before. */
export async function currentTerm(
  db: Queryable,
  profiles: readonly RetentionProfile[],
  caseId: string | null,
): Promise<Term> {
  const found = caseId === null ? undefined : await readFacts(db, caseId);
  const facts: CaseFacts = found?.facts ?? {
    status: 'open',
    closedAt: null,
    violation: false,
    reportPending: false,
    filed: [],
  };
  return termOfContent(facts, (await rulesInForce(db)).rules, profiles);
}

const BATCH = 200;

/** Computes the terms of every case anew, as rules and profiles may have changed. Returns how many cases there are. */
export async function computeAllPreservation(deps: PreservationDeps): Promise<number> {
  let [after, cases] = ['00000000-0000-0000-0000-000000000000', 0];
  for (;;) {
    const batch = await deps.db
      .selectFrom('cases')
      .select('id')
      .where('id', '>', after)
      .orderBy('id')
      .limit(BATCH)
      .execute();
    for (const { id } of batch) await computePreservation(deps, id);
    cases += batch.length;
    const last = batch.at(-1);
    if (last === undefined || batch.length < BATCH) return cases;
    after = last.id;
  }
}

async function readFacts(db: Queryable, caseId: string) {
  const found = await db
    .selectFrom('cases')
    .select(['status', 'closed_at'])
    .where('id', '=', caseId)
    .executeTakeFirst();
  if (found === undefined) return undefined;
  const decision = await decisionOfCase(db, caseId);
  const reports = await db.selectFrom('reports').selectAll().where('case_id', '=', caseId).execute();
  const exhibits = await db
    .selectFrom('exhibits')
    .select('id')
    .where('case_id', '=', caseId)
    .where('destroyed_at', 'is', null)
    .orderBy('id')
    .execute();
  const filed = reports.flatMap(({ id, authority, filed_at: at }) =>
    at === null ? [] : [{ id, authority, at }],
  );
  const ordered = decision?.ruling.cyberTip !== undefined;
  const facts: CaseFacts = {
    status: found.status,
    closedAt: found.closed_at,
    violation: findPolicy(decision?.policy_id ?? '')?.violation ?? decision !== undefined,
    // Also before the job that makes the report of an order has run.
    reportPending: reports.some(({ filed_at: at }) => at === null) || (ordered && reports.length === 0),
    filed,
  };
  return { facts, filed, exhibitIds: exhibits.map(({ id }) => id) };
}

async function store(
  deps: PreservationDeps,
  trx: Transaction,
  computed: {
    readonly artefact: 'exhibit' | 'report';
    readonly id: string;
    readonly caseId: string;
    readonly term: Term;
    readonly fingerprint: string;
  },
): Promise<void> {
  const { artefact, id, caseId, term, fingerprint } = computed;
  const before = await trx
    .selectFrom('preservation_terms')
    .selectAll()
    .where('artefact', '=', artefact)
    .where('artefact_id', '=', id)
    .forUpdate()
    .executeTakeFirst();
  const rules = (because: readonly { readonly rule: string }[]) => because.map(({ rule }) => rule);
  if (
    before !== undefined &&
    before.preserve_until?.getTime() === term.preserveUntil?.getTime() &&
    rules(before.because).join() === rules(term.because).join()
  )
    return;
  const values = {
    case_id: caseId,
    preserve_until: term.preserveUntil,
    because: JSON.stringify(term.because) as never,
    rules: fingerprint,
    computed_at: deps.clock.now(),
  };
  await trx
    .insertInto('preservation_terms')
    .values({ artefact, artefact_id: id, ...values })
    .onConflict((conflict) => conflict.columns(['artefact', 'artefact_id']).doUpdateSet(values))
    .execute();
  await record(trx, {
    type: 'preservation.computed',
    at: deps.clock.now(),
    actor: { kind: 'system', part: 'custody' },
    caseId,
    payload: {
      artefact,
      artefactId: id,
      preserveUntil: term.preserveUntil?.toISOString() ?? null,
      because: rules(term.because),
      rules: fingerprint,
    },
  });
}
