import { randomUUID } from 'node:crypto';
import {
  permissionsOf,
  withSecondPerson,
  type Executor,
  type Outcome,
  type Person,
} from '../access/index.ts';
import {
  accountsOfCase,
  closeCase,
  exhibitsOfCase,
  lockCase,
  type CaseAccount,
  type CaseRow,
} from '../cases/index.ts';
import {
  CodedError,
  enqueue,
  type Clock,
  type Database,
  type ProblemDetail,
  type Queryable,
  type Transaction,
} from '../foundation/index.ts';
import { record, type Actor } from '../ledger/index.ts';
import { findPolicy, type ActionKind, type Policy } from './policies.ts';
import { revealsOfCase } from './reveals.ts';

export interface OrderedAction {
  readonly kind: ActionKind;
  readonly target: { readonly kind: 'group' | 'account' | 'exhibit'; readonly id: string };
}

/** What a person orders to be filed; whether it was viewed is no part of it, for that comes from the ledger. */
export interface OrderedCyberTip {
  readonly incidentType: string;
  readonly reportedAccountId?: string | undefined;
  readonly exhibits: readonly {
    readonly exhibitId: string;
    readonly industryClassification?: 'A1' | 'A2' | 'B1' | 'B2' | undefined;
  }[];
  /** Why it is urgent; its presence asks for high priority. */
  readonly escalate?: string | undefined;
  readonly additionalInfo?: string | undefined;
}

export interface Ruling {
  readonly policyId: string;
  readonly rationale: string;
  readonly actions: readonly OrderedAction[];
  readonly cyberTip?: OrderedCyberTip | undefined;
}

interface DecisionsTable {
  id: string;
  case_id: string;
  policy_id: string;
  policy_title: string;
  rationale: string;
  decided_by: string;
  decided_at: Date;
  revealed_exhibits: number;
  ruling: Pick<Ruling, 'actions' | 'cyberTip'>;
}

declare module '../foundation/database.ts' {
  interface Tables {
    decisions: DecisionsTable;
  }
}

declare module '../access/approval-request.ts' {
  interface ApprovalPayloads {
    'accounts.ban-many': { caseId: string; ruling: Ruling };
  }
}

declare module '../foundation/jobs.ts' {
  interface Jobs {
    'carry-out-decision': { decisionId: string };
    'queue-report': { decisionId: string };
  }
}

export interface DecisionRow extends DecisionsTable {
  readonly decided_by_name: string;
}

/**
 * Rules on an open case and closes it. The actions and the report that follow are enqueued with it. A ruling that bans more
 * accounts at once than one person may waits for a second signature, and the case stays open until then.
 * @throws {CodedError} BW-NOT-FOUND, BW-CASE-CLOSED, BW-DECISION-INVALID with every fault that was found,
 * BW-APPROVAL-WAITING
 */
export function decide(
  deps: { readonly db: Database; readonly clock: Clock },
  person: Person,
  caseId: string,
  ruling: Ruling,
): Promise<Outcome<string>> {
  const { db, clock } = deps;
  return db.transaction().execute(async (trx) => {
    // Checked before anybody is asked to sign it.
    await checkRuling(trx, await lockOpenCase(trx, caseId), ruling);
    return withSecondPerson(
      trx,
      clock,
      {
        kind: 'accounts.ban-many',
        payload: { caseId, ruling },
        requestedBy: person,
        reason: ruling.rationale,
        subject: `case:${caseId}`,
        caseId,
        size: ruling.actions.filter(({ kind }) => kind === 'ban-account').length,
      },
      () => rule(trx, clock, person, { caseId, ruling }),
    );
  });
}

/** Carries out `accounts.ban-many`: the decision of who asked, as it was asked, if the case still bears it. */
export function decideOnceSigned(clock: Clock): Executor<'accounts.ban-many'> {
  return {
    async execute(trx, payload, { requestedBy }) {
      const permissions = permissionsOf(requestedBy.roles);
      const files = payload.ruling.cyberTip !== undefined;
      const still = permissions.includes('cases.decide') && (!files || permissions.includes('reports.file'));
      if (!still) throw new CodedError('BW-APPROVAL-STALE');
      return { decisionId: await rule(trx, clock, requestedBy, payload) };
    },
  };
}

async function lockOpenCase(trx: Transaction, caseId: string): Promise<CaseRow> {
  const found = await lockCase(trx, caseId);
  if (found.status === 'closed') throw new CodedError('BW-CASE-CLOSED');
  return found;
}

async function rule(
  trx: Transaction,
  clock: Clock,
  person: Person,
  { caseId, ruling }: { readonly caseId: string; readonly ruling: Ruling },
): Promise<string> {
  const found = await lockOpenCase(trx, caseId);
  const policy = await checkRuling(trx, found, ruling);
  const reveals = await revealsOfCase(trx, caseId);
  const own = new Set(
    reveals.filter((reveal) => reveal.personId === person.id).map((reveal) => reveal.exhibitId),
  );
  const actor: Actor = { kind: 'person', id: person.id };
  const id = randomUUID();
  await trx
    .insertInto('decisions')
    .values({
      id,
      case_id: caseId,
      policy_id: policy.id,
      policy_title: policy.title,
      rationale: ruling.rationale,
      decided_by: person.id,
      decided_at: clock.now(),
      revealed_exhibits: own.size,
      ruling: JSON.stringify({ actions: ruling.actions, cyberTip: ruling.cyberTip }) as never,
    })
    .execute();
  await record(trx, {
    type: 'decision.made',
    at: clock.now(),
    actor,
    caseId,
    payload: {
      decisionId: id,
      policyId: policy.id,
      actions: ruling.actions.map(({ kind, target }) => ({
        kind,
        targetKind: target.kind,
        targetId: target.id,
      })),
      cyberTip: ruling.cyberTip !== undefined,
    },
  });
  await closeCase(trx, clock, actor, { caseId, decisionId: id });
  if (ruling.actions.length > 0) await enqueue(trx, 'carry-out-decision', { decisionId: id });
  if (ruling.cyberTip !== undefined) await enqueue(trx, 'queue-report', { decisionId: id });
  return id;
}

/** The decision that closed a case, if one has. */
export function decisionOfCase(db: Queryable, caseId: string): Promise<DecisionRow | undefined> {
  return decisions(db).where('decisions.case_id', '=', caseId).executeTakeFirst();
}

/** The decision of this id; undefined when its case was removed since. */
export function decisionById(db: Queryable, decisionId: string): Promise<DecisionRow | undefined> {
  return decisions(db).where('decisions.id', '=', decisionId).executeTakeFirst();
}

function decisions(db: Queryable) {
  return db
    .selectFrom('decisions')
    .innerJoin('people', 'people.id', 'decisions.decided_by')
    .selectAll('decisions')
    .select('people.display_name as decided_by_name');
}

interface Evidence {
  readonly policy: Policy;
  readonly found: CaseRow;
  readonly accounts: ReadonlyMap<string, CaseAccount>;
  readonly exhibitIds: ReadonlySet<string>;
  /**
   * Whether there is more than a group's name: an exhibit on a hash list, one that somebody has revealed, or a message
   * that was reported. A picture that nobody looked at and no list knows says nothing.
   */
  readonly moreThanAName: boolean;
}

async function checkRuling(trx: Transaction, found: CaseRow, ruling: Ruling): Promise<Policy> {
  const policy = findPolicy(ruling.policyId);
  if (policy === undefined) {
    throw new CodedError('BW-DECISION-INVALID', {
      details: [{ path: 'policyId', message: 'there is no such policy' }],
    });
  }
  const accounts = await accountsOfCase(trx, found.id);
  const exhibits = await exhibitsOfCase(trx, found.id);
  const evidence: Evidence = {
    policy,
    found,
    accounts: new Map(accounts.map((account) => [account.id, account])),
    exhibitIds: new Set(exhibits.map((exhibit) => exhibit.id)),
    moreThanAName:
      exhibits.some((exhibit) => exhibit.verdict === 'match') ||
      accounts.some((account) => account.sent_reported_message) ||
      (await revealsOfCase(trx, found.id)).length > 0,
  };
  const problems = [
    ...ruling.actions.flatMap((action, index) => actionProblems(evidence, action, index)),
    ...repeatedActions(ruling.actions),
    ...(ruling.cyberTip === undefined ? [] : cyberTipProblems(evidence, ruling.cyberTip)),
  ];
  if (problems.length > 0) throw new CodedError('BW-DECISION-INVALID', { details: problems });
  return policy;
}

const TARGET_OF: Readonly<Record<ActionKind, OrderedAction['target']['kind']>> = {
  'remove-group': 'group',
  'restrict-group': 'group',
  'suspend-account': 'account',
  'ban-account': 'account',
  'quarantine-media': 'exhibit',
};

function actionProblems(evidence: Evidence, action: OrderedAction, index: number): ProblemDetail[] {
  const at = (message: string): ProblemDetail => ({ path: `actions.${index}`, message });
  if (!evidence.policy.actions.includes(action.kind))
    return [at(`this policy does not permit ${action.kind}`)];
  const kind = TARGET_OF[action.kind];
  if (action.target.kind !== kind) return [at(`${action.kind} takes a target of kind ${kind}`)];
  switch (kind) {
    case 'group':
      return groupProblem(evidence, action).map(at);
    case 'exhibit':
      return evidence.exhibitIds.has(action.target.id) ? [] : [at('that is no exhibit of this case')];
    case 'account':
      return accountProblem(evidence, action.target.id).map(at);
  }
}

function groupProblem(evidence: Evidence, { kind, target }: OrderedAction): string[] {
  if (target.id !== evidence.found.group_id) return ['that is not the group of this case'];
  if (kind === 'remove-group' && !evidence.moreThanAName) return ['no group is removed for its name alone'];
  return [];
}

function accountProblem(evidence: Evidence, accountId: string): string[] {
  const account = evidence.accounts.get(accountId);
  if (account === undefined) return ['that is no account of this case'];
  if (account.reporter) return ['this account reported the group and is protected'];
  if (!evidence.moreThanAName) return ["nobody is sanctioned for a group's name alone"];
  return [];
}

function repeatedActions(actions: readonly OrderedAction[]): ProblemDetail[] {
  const seen = new Set<string>();
  return actions.flatMap((action, index) => {
    const key = `${action.kind} ${action.target.id}`;
    if (seen.has(key)) return [{ path: `actions.${index}`, message: 'this action is ordered twice' }];
    seen.add(key);
    return [];
  });
}

function cyberTipProblems(evidence: Evidence, cyberTip: OrderedCyberTip): ProblemDetail[] {
  const problems: ProblemDetail[] = [];
  if (!evidence.policy.incidentTypes.includes(cyberTip.incidentType)) {
    const message =
      evidence.policy.incidentTypes.length === 0
        ? 'nothing is reported under this policy'
        : `this policy takes one of: ${evidence.policy.incidentTypes.join('; ')}`;
    problems.push({ path: 'cyberTip.incidentType', message });
  }
  const { reportedAccountId } = cyberTip;
  if (reportedAccountId !== undefined) {
    for (const message of accountProblem(evidence, reportedAccountId)) {
      problems.push({ path: 'cyberTip.reportedAccountId', message });
    }
  }
  const seen = new Set<string>();
  for (const [index, { exhibitId }] of cyberTip.exhibits.entries()) {
    const path = `cyberTip.exhibits.${index}`;
    if (!evidence.exhibitIds.has(exhibitId))
      problems.push({ path, message: 'that is no exhibit of this case' });
    if (seen.has(exhibitId)) problems.push({ path, message: 'this exhibit is named twice' });
    seen.add(exhibitId);
  }
  return problems;
}
