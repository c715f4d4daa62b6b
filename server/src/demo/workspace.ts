import { bootstrapServiceKey, createService, listServiceKeys, type ServicesTable } from '../access/index.ts';
import { noteAccounts, noteGroup, noteMemberships } from '../cases/index.ts';
import {
  CodedError,
  type Clock,
  type Database,
  type Secrets,
  type Transaction,
} from '../foundation/index.ts';
import { importEntries } from '../hashlists/index.ts';
import { receiveUserReport } from '../intake/index.ts';
import { record, type Actor } from '../ledger/index.ts';
import type { Screening } from '../screening/index.ts';
import type { Vault } from '../vault/index.ts';
import { DEMO_GROUPS, type DemoGroup } from './catalog.ts';
import { demoListEntries } from './listed-pictures.ts';
import { demoReports, type DemoReport } from './reports.ts';
import { demoState, findDemoService, whileDemoIsLocked } from './state.ts';

export interface DemoDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly vault: Vault;
  readonly screening: Screening;
  readonly secrets: Secrets;
}

const SYSTEM: Actor = { kind: 'system', part: 'demo' };
const DAY_MS = 86_400_000;

/**
 * Makes the demo workspace: a service with groups and accounts, a hash list, and user reports that take the way of any
 * other report, so that the jobs make cases of them. Completes a demo whose making was cut short, and leaves a complete
 * one as it is.
 * @throws {CodedError} BW-SERVICE-EXISTS when a service of its short name is there that is not the demo's
 */
export function createDemo(deps: DemoDeps): Promise<void> {
  const { db, clock, secrets } = deps;
  return whileDemoIsLocked(db, async () => {
    if ((await demoState(db)) === 'complete') return;
    const service = (await findDemoService(db)) ?? (await layFoundations(deps));
    await bootstrapServiceKey(db, clock, secrets, service.id);
    const [key] = await listServiceKeys(db, service.id);
    if (key === undefined) throw new Error('the demo service has no key');
    const sender = { serviceId: service.id, keyId: key.id };
    for (const demoReport of await demoReports(service.created_at)) await sendIn(deps, sender, demoReport);
    await db.transaction().execute((trx) =>
      record(trx, {
        type: 'demo.created',
        at: clock.now(),
        actor: SYSTEM,
        payload: { serviceId: service.id },
      }),
    );
  });
}

/** Everything but the reports, in one transaction: where the service is, the catalog and the list are. */
async function layFoundations({ db, clock }: DemoDeps): Promise<ServicesTable> {
  const entries = await demoListEntries();
  return db.transaction().execute(async (trx) => {
    const service = await createService(trx, clock, SYSTEM, {
      slug: 'harbour-chat',
      name: 'Harbour Chat',
      demo: true,
    });
    const list = { slug: 'demo-list', name: 'Demo list', source: 'Made by Breakwater', demo: true };
    await importEntries(trx, clock, SYSTEM, list, entries);
    for (const group of DEMO_GROUPS) await enterGroup(trx, service, group);
    return service;
  });
}

async function enterGroup(trx: Transaction, service: ServicesTable, group: DemoGroup): Promise<void> {
  const ago = (days: number) => new Date(service.created_at.getTime() - days * DAY_MS);
  const { id: externalId, description, visibility, members } = group;
  for (const { name, sinceDaysAgo } of group.names) {
    const surfaces = { externalId, name, description, visibility };
    const { id: groupId } = await noteGroup(trx, service.id, ago(sinceDaysAgo), surfaces);
    const accountIds = await noteAccounts(
      trx,
      service.id,
      ago(sinceDaysAgo),
      members.map(({ account: { id, handle, displayName } }) => ({ externalId: id, handle, displayName })),
    );
    await noteMemberships(
      trx,
      groupId,
      members.map(({ account, role, joinedDaysAgo }) => {
        const accountId = accountIds.get(account.id);
        if (accountId === undefined) throw new Error('an account of the demo was not noted');
        return { accountId, role, joinedAt: ago(joinedDaysAgo) };
      }),
    );
  }
}

async function sendIn(
  deps: DemoDeps,
  sender: { readonly serviceId: string; readonly keyId: string },
  { idempotencyKey, report, files }: DemoReport,
): Promise<void> {
  try {
    await receiveUserReport(deps, sender, idempotencyKey, report, files);
  } catch (error) {
    // An earlier start, of a version that drew the pictures otherwise, had come as far as this report.
    if (error instanceof CodedError && error.code === 'BW-IDEMPOTENCY-KEY-REUSED') return;
    throw error;
  }
}
