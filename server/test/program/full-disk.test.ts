import { execFileSync } from 'node:child_process';
import { mkdir, open, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { testPicture } from '../desk/index.ts';
import { formOf, sendUntilTaken, signIn, untilInCase, type OutgoingReport } from './client.ts';
import {
  freePort,
  killHard,
  runToEnd,
  scratchData,
  start,
  withDatabase,
  type RunningProgram,
} from './running-program.ts';

// The database may have to be recovered, and a machine may have much else to do.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 120_000 });

let data: Awaited<ReturnType<typeof scratchData>>;
let program: RunningProgram;
let options: { port: number };

/** A small disk that holds everything of the program: database, vault and all. */
describe.skipIf(!mounts())('a disk that is full under the whole program', () => {
  beforeEach(async () => {
    data = await scratchData();
    await mkdir(data.folder, { recursive: true });
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=700m', 'tmpfs', data.folder]);
    options = { port: await freePort() };
    program = await start(data.folder, options);
  });
  afterEach(async () => {
    await killHard(program);
    const { folder } = data;
    // What runs there is ended first, and then the disk goes.
    await data.leave().catch(() => {});
    execFileSync('umount', ['--lazy', folder]);
    await data.leave();
  });

  it('loses nothing of what was sequenced, sealed or being destroyed, and goes on when there is room', async () => {
    const person = await signIn(program.ready);
    const due = await dueExhibit(person, await report(1));
    const taken: OutgoingReport[] = [await report(2), await report(3)];
    for (const each of taken) await sendUntilTaken(program.ready, each);

    const ballast = await fillUp();
    const order = { ground: 'term-ended', why: 'placeholder' };
    const ordered = await person
      .send('POST', `/v1/exhibits/${due.exhibitId}/destruction`, order)
      .then(() => true)
      .catch(() => false);
    const answers = new Set<number>();
    const late: OutgoingReport[] = [];
    for (let index = 4; !answers.has(507) && !answers.has(503) && !answers.has(500); index += 1) {
      const next = await report(index);
      late.push(next);
      answers.add(await sendOnce(next));
      // Whatever room is left in the files of the database is used up as well.
      await writeEvents(500);
      if (index > 200) throw new Error('the disk took everything');
    }
    expect([...answers].filter((status) => ![201, 503, 507].includes(status))).toEqual([]);
    await pause(3000);
    await rm(ballast);

    // It may have ended when its database could write no more; then it is started again, as a service manager does.
    if (!(await answersAgain())) {
      await killHard(program);
      program = await start(data.folder, options);
    }
    const again = await signIn(await newLink());
    if (!ordered) await again.send('POST', `/v1/exhibits/${due.exhibitId}/destruction`, order);
    for (const each of [...taken, ...late]) {
      const { userReportId } = await sendUntilTaken(program.ready, each);
      await untilInCase(program.ready, userReportId);
    }
    await withDatabase(data.folder, async ({ pool }) => {
      const rows = async (query: string) => (await pool.query(query)).rows;
      await expect
        .poll(() => rows('SELECT status FROM destructions'), { timeout: 60_000 })
        .toEqual([{ status: 'destroyed' }]);
      expect(await rows('SELECT count(*)::int AS n FROM user_reports')).toEqual([{ n: 3 + late.length }]);
      await expect.poll(() => rows('SELECT FROM events_unsequenced'), { timeout: 60_000 }).toEqual([]);
    });
    const ledger = await runToEnd(['ledger', 'verify', '--json', '--data', data.folder]);
    expect(ledger, ledger.out).toMatchObject({ code: 0 });
    const vault = await runToEnd(['vault', 'verify', '--json', '--data', data.folder]);
    expect(JSON.parse(vault.out.trim().split('\n').at(-1) ?? '')).toMatchObject({
      found: 0,
      opened: 2 + late.length,
    });
  });
});

async function report(index: number): Promise<OutgoingReport> {
  const picture = await testPicture(index, { width: 96, height: 72 });
  return { key: `key-${index}`, groupId: `group-${index}`, picture };
}

async function dueExhibit(
  person: Awaited<ReturnType<typeof signIn>>,
  outgoing: OutgoingReport,
): Promise<{ exhibitId: string }> {
  const { userReportId } = await sendUntilTaken(program.ready, outgoing);
  const caseId = await untilInCase(program.ready, userReportId);
  await person.send('POST', `/v1/cases/${caseId}/decisions`, {
    policyId: 'no-violation',
    rationale: 'placeholder',
  });
  return withDatabase(data.folder, async ({ pool }) => {
    await pool.query(`UPDATE cases SET closed_at = closed_at - interval '60 days' WHERE id = $1`, [caseId]);
    const { rows } = await pool.query<{ exhibitId: string }>(
      'SELECT id AS "exhibitId" FROM exhibits WHERE case_id = $1',
      [caseId],
    );
    return { exhibitId: rows[0]?.exhibitId ?? '' };
  });
}

/** Writes until nothing more goes, and returns what to remove to make room again. */
async function fillUp(): Promise<string> {
  const path = join(data.folder, 'ballast');
  const file = await open(path, 'w');
  const block = Buffer.alloc(64 * 1024, 1);
  try {
    for (;;) {
      const { bavail, bsize } = await statfs(data.folder);
      await file.write(bavail * bsize > block.length ? block : block.subarray(0, 4096));
    }
  } catch (error) {
    expect((error as NodeJS.ErrnoException).code).toBe('ENOSPC');
  } finally {
    await file.close();
  }
  return path;
}

async function writeEvents(count: number): Promise<void> {
  await withDatabase(data.folder, ({ pool }) =>
    pool.query(
      `INSERT INTO events (id, at, type, actor, payload, salt)
       SELECT gen_random_uuid(), now(), 'webhook.set', '{}', '{}', decode(md5(n::text), 'hex')
       FROM generate_series(1, $1::int) AS n`,
      [count],
    ),
  ).catch(() => {
    // That it has no room is what is meant to happen.
  });
}

async function sendOnce(outgoing: OutgoingReport): Promise<number> {
  const answer = await fetch(`${program.ready.url}/v1/user-reports`, {
    method: 'POST',
    headers: { authorization: `Bearer ${program.ready.serviceKey}`, 'idempotency-key': outgoing.key },
    body: formOf(outgoing),
  });
  return answer.status;
}

async function answersAgain(): Promise<boolean> {
  for (let tries = 0; tries < 60; tries += 1) {
    const answer = await fetch(`${program.ready.url}/readyz`).catch(() => undefined);
    if (answer?.ok === true) return true;
    await pause(500);
  }
  return false;
}

async function newLink() {
  const made = await runToEnd(['sign-in-link', '--json', '--data', data.folder]);
  const { signInLink } = JSON.parse(made.out) as { signInLink: string };
  return { ...program.ready, signInLink };
}

/** Some containers let not even root mount anything. */
function mounts(): boolean {
  try {
    execFileSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'tmpfs', '/tmp'], { stdio: 'ignore' });
    return true;
  } catch {
    // Then the full disk cannot be rehearsed here.
    return false;
  }
}
