import { randomUUID } from 'node:crypto';
import { type Clock, type Database, type Queryable, type Transaction } from '../foundation/index.ts';
import { record } from '../ledger/index.ts';
import { decisionById, type DecisionRow, type OrderedAction } from '../review/index.ts';
import { enqueueDelivery } from './outbox.ts';

export interface ActionsTable {
  id: string;
  decision_id: string;
  ordinal: number;
  case_id: string;
  kind: OrderedAction['kind'];
  target_kind: OrderedAction['target']['kind'];
  target_id: string;
  target_label: string;
  delivery_id: string;
}

declare module '../foundation/database.ts' {
  interface Tables {
    actions: ActionsTable;
  }
}

/** Turns the actions of a decision into deliveries to the service. Done once, however often it runs. */
export function carryOutDecision(
  deps: { readonly db: Database; readonly clock: Clock },
  decisionId: string,
): Promise<void> {
  return deps.db.transaction().execute(async (trx) => {
    // Locked, so that two runs of this job cannot both find that nothing was done.
    await trx
      .selectFrom('decisions')
      .select('id')
      .where('id', '=', decisionId)
      .forUpdate()
      .executeTakeFirst();
    const decision = await decisionById(trx, decisionId);
    if (decision === undefined) return;
    const done = await trx
      .selectFrom('actions')
      .select('id')
      .where('decision_id', '=', decisionId)
      .executeTakeFirst();
    if (done !== undefined) return;
    const found = await trx
      .selectFrom('cases')
      .select(['service_id', 'number'])
      .where('id', '=', decision.case_id)
      .executeTakeFirstOrThrow();
    for (const [ordinal, action] of decision.ruling.actions.entries()) {
      await request(trx, deps.clock, { decision, ordinal, action, found });
    }
  });
}

interface Requested {
  readonly decision: DecisionRow;
  readonly ordinal: number;
  readonly action: OrderedAction;
  readonly found: { readonly service_id: string; readonly number: number };
}

async function request(trx: Transaction, clock: Clock, requested: Requested): Promise<void> {
  const { decision, ordinal, action, found } = requested;
  const now = clock.now();
  const actionId = randomUUID();
  const deliveryId = randomUUID();
  const { label, address } = await targetOf(trx, action.target);
  const body = {
    type: 'action.requested',
    timestamp: now.toISOString(),
    data: {
      actionId,
      action: action.kind,
      target: { kind: action.target.kind, ...address },
      caseId: decision.case_id,
      caseNumber: found.number,
      policyId: decision.policy_id,
      decidedAt: decision.decided_at.toISOString(),
    },
  };
  await trx
    .insertInto('deliveries')
    .values({
      id: deliveryId,
      service_id: found.service_id,
      case_id: decision.case_id,
      type: body.type,
      body: JSON.stringify(body),
      status: 'pending',
      attempts: 0,
      created_at: now,
      next_attempt_at: now,
      delivered_at: null,
      last_problem: null,
    })
    .execute();
  await trx
    .insertInto('actions')
    .values({
      id: actionId,
      decision_id: decision.id,
      ordinal,
      case_id: decision.case_id,
      kind: action.kind,
      target_kind: action.target.kind,
      target_id: action.target.id,
      target_label: label,
      delivery_id: deliveryId,
    })
    .execute();
  await record(trx, {
    type: 'action.requested',
    at: now,
    actor: { kind: 'person', id: decision.decided_by },
    caseId: decision.case_id,
    payload: { actionId, kind: action.kind, deliveryId },
  });
  await enqueueDelivery(trx, deliveryId);
}

/** How the service knows the target, and how a person does. */
async function targetOf(
  trx: Transaction,
  target: OrderedAction['target'],
): Promise<{ label: string; address: Record<string, string | null> }> {
  switch (target.kind) {
    case 'group': {
      const group = await trx
        .selectFrom('groups')
        .selectAll()
        .where('id', '=', target.id)
        .executeTakeFirstOrThrow();
      return { label: group.name ?? group.external_id, address: { id: group.external_id } };
    }
    case 'account': {
      const account = await trx
        .selectFrom('accounts')
        .selectAll()
        .where('id', '=', target.id)
        .executeTakeFirstOrThrow();
      return {
        label: account.display_name ?? account.handle ?? account.external_id,
        address: { id: account.external_id },
      };
    }
    case 'exhibit': {
      const exhibit = await trx
        .selectFrom('exhibits')
        .selectAll()
        .where('id', '=', target.id)
        .executeTakeFirstOrThrow();
      return {
        label: exhibit.original_name ?? `exhibit ${exhibit.sha256.slice(0, 8)}`,
        address: { id: exhibit.id, sha256: exhibit.sha256, name: exhibit.original_name },
      };
    }
  }
}

export interface ActionRow extends ActionsTable {
  readonly delivery_status: 'pending' | 'delivered' | 'dead';
}

/** The actions of a case in the order in which they were ordered. */
export function actionsOfCase(db: Queryable, caseId: string): Promise<ActionRow[]> {
  return db
    .selectFrom('actions')
    .innerJoin('deliveries', 'deliveries.id', 'actions.delivery_id')
    .selectAll('actions')
    .select('deliveries.status as delivery_status')
    .where('actions.case_id', '=', caseId)
    .orderBy('actions.ordinal')
    .execute();
}
