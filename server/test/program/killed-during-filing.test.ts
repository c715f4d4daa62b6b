import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { testPicture } from '../desk/index.ts';
import { sendUntilTaken, signIn, untilInCase, type SignedIn } from './client.ts';
import {
  freePort,
  killHard,
  run,
  scratchData,
  start,
  withDatabase,
  type Run,
  type RunningProgram,
} from './running-program.ts';

// Programs are started again and again, and a machine may have much else to do.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

const STEPS = ['submit', 'upload', 'fileinfo', 'finish'] as const;
/** Long enough to kill the program, and on a slow machine to start it again, before the authority acts. */
const HELD_MS = 2500;

interface SandboxReport {
  readonly state: string;
  readonly xml: string;
  readonly files: readonly { readonly sha256: string; readonly detailsXml?: string }[];
}

let data: Awaited<ReturnType<typeof scratchData>>;
let sandbox: Run;
let origin: string;
let program: RunningProgram;
let person: SignedIn;
let options: { port: number; settings: Record<string, string> };

beforeAll(async () => {
  data = await scratchData();
  const state = `${data.folder}-sandbox`;
  sandbox = run(['sandbox', 'cybertipline', '--json', '--port', '0', '--state', state]);
  const told = JSON.parse((await sandbox.firstLine) ?? '') as {
    url: string;
    username: string;
    password: string;
  };
  origin = new URL(told.url).origin;
  const settings = {
    BREAKWATER_CYBERTIPLINE_URL: told.url,
    BREAKWATER_CYBERTIPLINE_USERNAME: told.username,
    BREAKWATER_CYBERTIPLINE_PASSWORD: told.password,
    BREAKWATER_REPORTER_EMAIL: 'desk@breakwater.example',
  };
  options = { port: await freePort(), settings };
  program = await start(data.folder, options);
  person = await signIn(program.ready);
});
afterAll(() => data.leave());

describe.each(STEPS)('a program that is killed during %s', (step) => {
  it('files once when the request is carried out after its death', async () => {
    await holdNext(step);
    const decisionId = await orderReport();
    await untilUnderWay(step, decisionId);
    await killHard(program);
    program = await start(data.folder, options);
    await untilFiled(decisionId);
    // What was held is carried out by now, or will be: that must change nothing.
    await wait(HELD_MS);
    await expectFiledOnce(decisionId);
  });

  it('files once when the request was carried out but its answer never read', async () => {
    await holdNext(step);
    const decisionId = await orderReport();
    await untilUnderWay(step, decisionId);
    // The journal is written before the request leaves: this lets it arrive.
    await wait(HELD_MS / 4);
    const before = await counts();
    program.signal('SIGSTOP');
    await expect.poll(counts, { timeout: 20_000 }).not.toEqual(before);
    await killHard(program);
    program = await start(data.folder, options);
    await untilFiled(decisionId);
    await expectFiledOnce(decisionId);
  });
});

async function holdNext(operation: (typeof STEPS)[number]): Promise<void> {
  const answer = await fetch(`${origin}/sandbox/faults`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ operation, kind: 'delay', ms: HELD_MS }),
  });
  expect(answer.status).toBe(204);
}

async function counts(): Promise<unknown> {
  return (await fetch(`${origin}/sandbox/counts`)).json();
}

let ordered = 0;

/** A new case with two exhibits, decided with a report on them. Returns the decision's id. */
async function orderReport(): Promise<string> {
  ordered += 1;
  let caseId = '';
  for (const index of [1, 2]) {
    const picture = await testPicture(2 * ordered + index, { width: 96, height: 72 });
    const report = { key: `key-${ordered}-${index}`, groupId: `group-${ordered}`, picture };
    const { userReportId } = await sendUntilTaken(program.ready, report);
    caseId = await untilInCase(program.ready, userReportId);
  }
  const { exhibitList } = (await person.get(`/v1/cases/${caseId}`)) as { exhibitList: { id: string }[] };
  expect(exhibitList).toHaveLength(2);
  const { id } = (await person.send('POST', `/v1/cases/${caseId}/decisions`, {
    policyId: 'child-safety.csam',
    rationale: 'placeholder',
    cyberTip: {
      incidentType: 'Child Pornography (possession, manufacture, and distribution)',
      exhibits: exhibitList.map((exhibit) => ({ exhibitId: exhibit.id })),
    },
  })) as { id: string };
  return id;
}

/** Until the journal of the report says that the step's request has left, or is just leaving. */
function untilUnderWay(step: string, decisionId: string): Promise<void> {
  return untilThereIs(
    `SELECT 1 FROM report_steps s JOIN reports r ON r.id = s.report_id
     WHERE r.decision_id = $1 AND s.step = $2 AND s.outcome = 'under-way'`,
    [decisionId, step],
  );
}

function untilFiled(decisionId: string): Promise<void> {
  return untilThereIs(`SELECT 1 FROM reports WHERE decision_id = $1 AND status = 'filed'`, [decisionId]);
}

function untilThereIs(query: string, values: string[]): Promise<void> {
  return withDatabase(data.folder, ({ pool }) =>
    expect.poll(async () => (await pool.query(query, values)).rowCount, { timeout: 30_000 }).toBe(1),
  );
}

async function expectFiledOnce(decisionId: string): Promise<void> {
  const all = (await (await fetch(`${origin}/sandbox/reports`)).json()) as SandboxReport[];
  const received = all.filter(({ xml }) => xml.includes(decisionId));
  const finished = received.filter(({ state }) => state === 'finished');
  expect(finished).toHaveLength(1);
  const files = finished[0]?.files ?? [];
  expect(files).toHaveLength(2);
  expect(new Set(files.map(({ sha256 }) => sha256)).size).toBe(2);
  for (const { detailsXml } of files) expect(detailsXml).toContain('<fileViewedByEsp>false<');
}
