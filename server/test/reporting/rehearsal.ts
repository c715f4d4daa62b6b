import { setImmediate } from 'node:timers/promises';
import {
  createCyberTiplineClient,
  type CyberTiplineClient,
  type Operation,
} from '../../src/reporting/cybertipline/index.ts';
import { fileReport, reportPage, type CyberTipline, type ReportPage } from '../../src/reporting/index.ts';
import {
  startCyberTiplineSandbox,
  type CyberTiplineSandbox,
  type Fault,
} from '../../src/reporting/sandbox/index.ts';
import { createDesk, type Desk } from '../desk/index.ts';

/** What can go wrong around one call: on the line, in our program, or by the death of it. */
export type Mishap =
  | 'drop-before'
  | 'drop-after'
  | 'http-500'
  | 'crash-before'
  | 'crash-after'
  | 'killed-before'
  | 'killed-after';

export const MISHAPS: readonly Mishap[] = [
  'drop-before',
  'drop-after',
  'http-500',
  'crash-before',
  'crash-after',
  'killed-before',
  'killed-after',
];

/** A desk that files with a sandbox in this process, on one clock, and whose calls can be spoiled. */
export interface Rehearsal {
  readonly desk: Desk;
  readonly sandbox: CyberTiplineSandbox;
  readonly cyberTipline: Exclude<CyberTipline, { environment: 'unconfigured' }>;
  /** A client that is refused. */
  readonly strangersClient: CyberTiplineClient;
  /** Asked at each call of the client. */
  spoil(mishapOf: (operation: Operation) => Mishap | undefined): void;
  /** Asked at each call that reaches the sandbox. */
  spoilSandbox(faultOf: (operation: Operation) => Fault | undefined): void;
  close(): Promise<void>;
}

const nothing = () => undefined;

class Crash extends Error {}

/** Far enough ahead that nothing planned for later is due by the clock of the database. */
const START = '2040-01-15T09:00:00.000Z';

export async function createRehearsal(): Promise<Rehearsal> {
  let desk: Desk | undefined;
  let mishapOf: (operation: Operation) => Mishap | undefined = nothing;
  let faultOf: (operation: Operation) => Fault | undefined = nothing;
  const sandbox = await startCyberTiplineSandbox({
    port: 0,
    username: 'desk',
    password: 'placeholder',
    clock: { now: () => desk?.clock.now() ?? new Date(START) },
    faults: (operation) => faultOf(operation),
  });
  const clientWith = (password: string) =>
    createCyberTiplineClient({ baseUrl: sandbox.url, username: 'desk', password, timeoutMs: 20_000 });
  const spoil = async <Result>(operation: Operation, call: () => Promise<Result>): Promise<Result> => {
    const mishap = mishapOf(operation);
    if (mishap === 'killed-before') return never();
    if (mishap === 'crash-before') throw new Crash(operation);
    if (mishap === 'drop-before' || mishap === 'drop-after' || mishap === 'http-500')
      faultOf = once({ kind: mishap });
    const result = await call();
    if (mishap === 'killed-after') return never();
    if (mishap === 'crash-after') throw new Crash(operation);
    return result;
  };
  const cyberTipline = {
    environment: 'sandbox' as const,
    client: spoilt(clientWith('placeholder'), spoil),
    reporterEmail: 'desk@breakwater.example',
  };
  desk = await createDesk({ cyberTipline });
  desk.clock.set(START);
  const opened = desk;
  return {
    desk,
    sandbox,
    cyberTipline,
    strangersClient: clientWith('another'),
    spoil: (ask) => {
      mishapOf = ask;
    },
    spoilSandbox: (ask) => {
      faultOf = ask;
    },
    close: async () => {
      await opened.close();
      await sandbox.close();
    },
  };
}

type Spoil = <Result>(operation: Operation, call: () => Promise<Result>) => Promise<Result>;

function spoilt(client: CyberTiplineClient, spoil: Spoil): CyberTiplineClient {
  return {
    status: () => client.status(),
    submit: (report) => spoil('submit', () => client.submit(report)),
    upload: (reportId, file) => spoil('upload', () => client.upload(reportId, file)),
    fileInfo: (details) => spoil('fileinfo', () => client.fileInfo(details)),
    finish: (reportId) => spoil('finish', () => client.finish(reportId)),
    retract: (reportId) => spoil('retract', () => client.retract(reportId)),
  };
}

/** Settles as the work of a killed program does. */
let killed: (() => void) | undefined;
function never(): Promise<never> {
  killed?.();
  return new Promise(() => {});
}

/** Asked once, then never again. */
export function once<Value>(value: Value): () => Value | undefined {
  let left: Value | undefined = value;
  return () => {
    const taken = left;
    left = undefined;
    return taken;
  };
}

/** Runs the job of a report once, up to its end or to the death of the program. */
export async function runOnce(
  { desk, cyberTipline }: Rehearsal,
  reportId: string,
  authority: CyberTipline = cyberTipline,
): Promise<'ended' | 'crashed' | 'killed'> {
  const death = new Promise<'killed'>((resolve) => {
    killed = () => resolve('killed');
  });
  const run = fileReport({ ...desk, cyberTipline: authority }, reportId).then(
    () => 'ended' as const,
    (error: unknown) => {
      if (error instanceof Crash) return 'crashed' as const;
      throw error;
    },
  );
  return Promise.race([run, death]);
}

/** Runs the job again and again, an hour apart at most, until the report is filed. */
export async function runUntilFiled(rehearsal: Rehearsal, reportId: string): Promise<ReportPage> {
  for (let run = 0; run < 60; run += 1) {
    await runOnce(rehearsal, reportId);
    const page = await reportPage(rehearsal.desk.db, reportId);
    if (page.report.status === 'filed') return page;
    rehearsal.desk.clock.advance(31 * 60 * 1000);
  }
  throw new Error('the report was not filed in sixty runs');
}

/** Works off what is due by the turned clock, which the queue does not look at. */
export async function runDueJobs({ desk }: Rehearsal): Promise<void> {
  // The queue strikes off a finished job after it has said that all is done.
  while ((await desk.pool.query(`${JOBS} WHERE locked_at IS NOT NULL`)).rows.length > 0) await setImmediate();
  await desk.pool.query(`UPDATE graphile_worker._private_jobs SET run_at = now() WHERE run_at <= $1`, [
    desk.clock.now(),
  ]);
  await desk.runJobs();
}

const JOBS = 'SELECT 1 FROM graphile_worker._private_jobs';
