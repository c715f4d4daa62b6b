import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { createConfinedDecoder, type ConfinedDecoder } from '@breakwater/perceptual/node';
import { probeVideoDecoder } from '@breakwater/perceptual/video/node';
import {
  bootstrapServiceKey,
  createApprovals,
  createIdentityProvider,
  createPerson,
  createService,
  createSignInToken,
  firstPerson,
  listServices,
  recordMigratedRoles,
  ROLES,
  type Approvals,
} from '../access/index.ts';
import { createApi, type ApiDeps } from '../api/index.ts';
import { createDemo, demoState, removeDemo } from '../demo/index.ts';
import {
  clockProblem,
  resumeDestructions,
  startCustodyWatch,
  type RetentionProfile,
} from '../custody/index.ts';
import { deliveryCounts } from '../enforcement/index.ts';
import {
  canChangeHistory,
  createMetrics,
  openSecrets,
  startJobs,
  type Clock,
  type Database,
  type Logger,
  type Metrics,
  type Secrets,
} from '../foundation/index.ts';
import { examineWhatHadNoDecoder } from '../intake/index.ts';
import { checkpointFile, openLedgerKey, record, requireOwnLedger, startSequencer } from '../ledger/index.ts';
import { reportsInTrouble, resumeReports } from '../reporting/index.ts';
import { createScreening, sweepSpool, type Screening } from '../screening/index.ts';
import { scheduleScrub, vaultHealth, type Vault } from '../vault/index.ts';
import { openAuthority } from './authority.ts';
import { executorsOf } from './executors.ts';
import { handlersOf } from './handlers.ts';
import type { Config } from './config.ts';
import { dataFolders } from './data-folder.ts';
import { listen } from './listen.ts';
import { startStore } from './open-store.ts';
import { openUnlockedVault } from './open-vault.ts';
import { readProfiles } from './retention-profiles.ts';
import { version } from './version.ts';

const HISTORY_WARNING =
  'The role of DATABASE_URL owns the tables or may change them, so the database does not keep the program from changing its own history. Give it DATABASE_OWNER_URL; docs/ledger.md says how.';

/** Each may take its full allowance of memory. */
const MOST_DECODERS = 4;

export interface Program {
  readonly url: string;
  /** Where to look at what was filed, if the sandbox of this program takes the reports. */
  readonly sandboxUrl: string | null;
  /** A new link that signs the first person in, once, within the hour. */
  signInLink(): Promise<string>;
  /** Key of the demo service, or of the first one. */
  serviceKey(): Promise<string>;
  stop(): Promise<void>;
}

/** Everything that the parts of the program share. */
interface Parts {
  readonly db: Database;
  readonly clock: Clock;
  readonly secrets: Secrets;
  readonly vault: Vault;
  readonly decoder: ConfinedDecoder;
  readonly screening: Screening;
  readonly metrics: Metrics;
  readonly approvals: Approvals;
  readonly profiles: readonly RetentionProfile[];
}

/** Puts the program together and starts it. What was started is stopped again if a later part fails. */
export async function startProgram(options: {
  readonly config: Config;
  readonly log: Logger;
  readonly clock: Clock;
  /** What the first start sets up. */
  readonly firstStart: 'demo' | 'empty';
}): Promise<Program> {
  const { config, log, clock } = options;
  const stack = new StopStack(log);
  try {
    const folders = dataFolders(config.dataFolder);
    const secrets = await openSecrets(folders.secrets);
    const store = await startStore(config, log);
    stack.add('database', () => store.close());
    const { db, pool } = store;
    if (await canChangeHistory(pool)) log.warn(HISTORY_WARNING);
    const metrics = createMetrics();
    const decoder = createConfinedDecoder({ children: Math.min(MOST_DECODERS, availableParallelism()) });
    stack.add('decoder', () => decoder.close());
    await sweepSpool(folders.spool);
    const screening = createScreening({
      decoder,
      count: countScreening(metrics),
      spoolFolder: folders.spool,
      maxVideoBytes: config.maxVideoBytes,
    });
    const vault = await openUnlockedVault({ config, secrets, clock, log, db });
    stack.add('vault', () => vault.close());
    const profiles = await readProfiles(config.retentionProfiles);
    const approvals = createApprovals({ db, clock, executors: executorsOf({ clock, profiles }) });
    const parts: Parts = { db, clock, secrets, vault, decoder, screening, metrics, approvals, profiles };
    const signer = await openLedgerKey(secrets);
    await requireOwnLedger(db, signer);
    const memory = await checkpointFile(folders.lastCheckpoint);
    const sequencer = startSequencer({ db, clock, signer, memory, log });
    stack.add('sequencer', () => sequencer.stop());
    const opened = await openWorkspace(parts, options.firstStart);
    const authority = await openAuthority(config, secrets, opened.demo);
    stack.add('sandbox', () => authority.close());
    const { cyberTipline } = authority;
    await resumeReports(db);
    await resumeDestructions(db);
    await startCustodyWatch(db);
    await db.transaction().execute((trx) => scheduleScrub(trx, clock));
    const { scrubWithinDays } = config.vault;
    const { confinement } = await probeVideoDecoder();
    if (confinement === undefined) log.warn('there is no ffmpeg: every video stays unscanned');
    else await examineWhatHadNoDecoder(db, ['video']);
    const handlers = handlersOf({ ...parts, cyberTipline, fetch, scrubWithinDays });
    const jobs = await startJobs({ pool, log, handlers });
    stack.add('jobs', () => jobs.stop());
    // Before the jobs, which are waited for: a long video would hold up the end for minutes. It is examined at the next start.
    stack.add('screening', async () => screening.stop());
    watch(parts);
    let url = config.publicUrl ?? '';
    const api = await createApi(
      apiDepsOf(parts, {
        log,
        pool,
        cyberTipline,
        publicAddress: () => url,
        identityProvider: config.oidc === undefined ? null : createIdentityProvider(parts, config.oidc),
        ledgerKey: signer.verifier,
        trustedProxies: config.trustedProxies,
      }),
    );
    stack.add('http', () => api.close());
    const listening = await listen(api, config);
    stack.add('second address', () => listening.close());
    url = config.publicUrl ?? listening.url;
    return {
      url,
      sandboxUrl: authority.sandboxUrl,
      signInLink: () => signInLink(db, clock, url),
      serviceKey: () => serviceKey(parts),
      stop: () => stack.stop(),
    };
  } catch (error) {
    await stack.stop();
    throw error;
  }
}

/** Stops what was started, last first; what fails to stop is logged and holds up nothing else. */
class StopStack {
  readonly #log: Logger;
  readonly #parts: { readonly part: string; readonly stop: () => Promise<void> }[] = [];

  constructor(log: Logger) {
    this.#log = log;
  }

  add(part: string, stop: () => Promise<void>): void {
    this.#parts.push({ part, stop });
  }

  async stop(): Promise<void> {
    for (;;) {
      const last = this.#parts.pop();
      if (last === undefined) return;
      try {
        await last.stop();
      } catch (error) {
        this.#log.error({ error }, `the ${last.part} did not stop cleanly`);
      }
    }
  }
}

/** The first start: somebody to sign in, and something to look at. A start that was cut short is completed. */
async function openWorkspace(parts: Parts, firstStart: 'demo' | 'empty'): Promise<{ demo: boolean }> {
  const { db, clock } = parts;
  await recordMigratedRoles(parts);
  await db.transaction().execute(async (trx) => {
    if ((await firstPerson(trx)) !== undefined) return;
    await createPerson(trx, clock, { displayName: 'First person', roles: ROLES });
    await record(trx, {
      type: 'workspace.opened',
      at: clock.now(),
      actor: { kind: 'system', part: 'start' },
      payload: { version },
    });
  });
  const state = await demoState(db);
  const untouched = state === 'absent' && (await listServices(db)).length === 0;
  if (state === 'partial' || (untouched && firstStart === 'demo')) await createDemo(parts);
  const services = await listServices(db);
  if (services.length === 0) {
    await db
      .transaction()
      .execute((trx) =>
        createService(
          trx,
          clock,
          { kind: 'system', part: 'start' },
          { slug: 'my-service', name: 'My service' },
        ),
      );
  }
  return { demo: (await listServices(db)).some((service) => service.demo) };
}

function apiDepsOf(
  parts: Parts,
  more: Pick<
    ApiDeps,
    'log' | 'pool' | 'cyberTipline' | 'ledgerKey' | 'trustedProxies' | 'publicAddress' | 'identityProvider'
  >,
): ApiDeps {
  return {
    ...parts,
    ...more,
    version,
    consoleFolder: builtConsole(),
    demo: {
      present: async () => (await listServices(parts.db)).some((service) => service.demo),
      remove: (actor) => removeDemo(parts, actor),
    },
  };
}

function builtConsole(): string | null {
  const folder = fileURLToPath(new URL('../../../console/dist', import.meta.url));
  return existsSync(`${folder}/index.html`) ? folder : null;
}

function countScreening(metrics: Metrics): Parameters<typeof createScreening>[0]['count'] {
  return (verdict) =>
    metrics.screenings.inc({
      verdict: verdict.verdict,
      reason: verdict.verdict === 'unscanned' ? verdict.reason : '',
    });
}

function watch({ db, metrics, vault }: Parts): void {
  metrics.gauge(
    'breakwater_deliveries_dead',
    'Webhooks that were given up',
    async () => (await deliveryCounts(db)).dead,
  );
  metrics.gauge(
    'breakwater_deliveries_pending',
    'Webhooks that wait',
    async () => (await deliveryCounts(db)).pending,
  );
  metrics.gauge('breakwater_vault_locked', '1 where no exhibit can be opened', async () =>
    vault.keeper.status().state === 'locked' ? 1 : 0,
  );
  for (const kind of ['missing', 'corrupt', 'orphaned', 'unexpected'] as const) {
    metrics.gauge(
      `breakwater_vault_objects_${kind}`,
      `Objects of the vault's store that are ${kind}`,
      async () => (await vaultHealth(db, vault)).findings[kind],
    );
  }
  metrics.gauge(
    'breakwater_clock_doubted',
    'Whether the clock cannot be right, so that nothing is destroyed',
    async () => ((await clockProblem(db)) === null ? 0 : 1),
  );
  metrics.gauge('breakwater_reports_in_trouble', 'Reports that wait or failed', () => reportsInTrouble(db));
}

/** The token stands in the fragment, which a browser sends to nobody and no log sees. */
export async function signInLink(db: Database, clock: Clock, url: string): Promise<string> {
  const person = await firstPerson(db);
  if (person === undefined) throw new Error('there is nobody to sign in');
  return `${url}/sign-in#token=${await createSignInToken(db, clock, person.id)}`;
}

async function serviceKey({ db, clock, secrets }: Parts): Promise<string> {
  const services = await listServices(db);
  const service = services.find((row) => row.demo) ?? services[0];
  if (service === undefined) throw new Error('there is no service to make a key for');
  return bootstrapServiceKey(db, clock, secrets, service.id);
}
