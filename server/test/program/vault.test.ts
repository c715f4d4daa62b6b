import { execFileSync } from 'node:child_process';
import { mkdir, open, readdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { passedOn, testPicture } from '../desk/index.ts';
import { formOf, sendUntilTaken, signIn, untilInCase, type OutgoingReport, type SignedIn } from './client.ts';
import {
  killHard,
  runToEnd,
  scratchData,
  start,
  stop,
  withDatabase,
  type RunningProgram,
} from './running-program.ts';

// Programs are started again and again, and a machine may have much else to do.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

const isRootOnLinux = process.platform === 'linux' && process.geteuid?.() === 0;

let data: Awaited<ReturnType<typeof scratchData>>;
beforeEach(async () => {
  data = await scratchData();
});
afterEach(() => data.leave());

const vaultFolder = () => join(data.folder, 'vault');

it('finds what was sealed when the program was killed before it could commit', async () => {
  const program = await start(data.folder);
  const report = { key: 'key-1', groupId: 'group-1', picture: await testPicture(1, SMALL) };
  await withDatabase(data.folder, async ({ db }) => {
    await db.transaction().execute(async (trx) => {
      // Reports can be read and not written: sealing goes ahead, and its transaction waits.
      await sql`LOCK TABLE user_reports IN SHARE MODE`.execute(trx);
      const sending = sendOnce(program, report);
      await expect.poll(sealedFiles, { timeout: 60_000 }).toEqual([expect.not.stringMatching(/tmp$/)]);
      await killHard(program);
      expect(await sending).toBe('no answer');
    });
  });
  const [orphan] = await sealedFiles();

  const again = await start(data.folder);
  const found = await verify('--orphans-after', '0');
  expect(found).toMatchObject({
    code: 4,
    lines: [
      { kind: 'orphaned', storedAs: orphan },
      { found: 1, swept: 0 },
    ],
  });
  // The service has had no answer, and sends it again.
  const { userReportId } = await sendUntilTaken(again.ready, report);
  await untilInCase(again.ready, userReportId);
  expect(await sealedFiles()).toHaveLength(2);
  const warnings = ((await (await signIn(again.ready)).get('/v1/workspace')) as { warnings: string[] })
    .warnings;
  expect(warnings.join()).toMatch(/1 sealed object\(s\) in the store belong to nothing/);
  const events = await withDatabase(data.folder, ({ db }) =>
    db.selectFrom('events').select('payload').where('type', '=', 'vault.finding').execute(),
  );
  expect(events.map(({ payload }) => payload)).toMatchObject([{ kind: 'orphaned', storedAs: orphan }]);
  await stop(again);
});

describe('a program without the identity', () => {
  it('takes in and screens, opens nothing and says so; with the identity back it opens all', async () => {
    await stop(await start(data.folder));
    const identity = join(data.folder, 'secrets', 'vault.identity');
    await rename(identity, `${data.folder}-identity`);
    const intake = await start(data.folder);
    const picture = await testPicture(2, SMALL);
    const { userReportId } = await sendUntilTaken(intake.ready, {
      key: 'key-1',
      groupId: 'group-1',
      picture,
    });
    const caseId = await untilInCase(intake.ready, userReportId);
    const person = await signIn(intake.ready);
    const exhibitId = await exhibitOf(person, caseId);
    await expect(reveal(person, exhibitId)).rejects.toThrow(/503 .*BW-VAULT-LOCKED/);
    const { warnings } = (await person.get('/v1/workspace')) as { warnings: string[] };
    expect(warnings.join()).toMatch(/The vault is locked/);
    expect(await verify()).toMatchObject({ code: 0, lines: [{ verified: 1, opened: 0, locked: true }] });
    const doctor = await runToEnd(['doctor', '--json', '--data', data.folder]);
    expect(doctor.out).toMatch(/"check":"vault lock","status":"degraded","message":"locked;/);
    await stop(intake);

    await rename(`${data.folder}-identity`, identity);
    const desk = await start(data.folder);
    await reveal(await signIn(desk.ready), exhibitId);
    expect(await verify()).toMatchObject({ code: 0, lines: [{ verified: 1, opened: 1, locked: false }] });
    await stop(desk);
  });
});

describe.skipIf(!isRootOnLinux)('the memory of the program (needs root on Linux, to read it)', () => {
  it('never holds the identity, nor a picture that it shows: both are with the keeper alone', async () => {
    const first = await start(data.folder);
    const picture = passedOn(await testPicture(3));
    const { userReportId } = await sendUntilTaken(first.ready, {
      key: 'key-1',
      groupId: 'group-1',
      picture: await picture,
    });
    const caseId = await untilInCase(first.ready, userReportId);
    await stop(first);

    const program = await start(data.folder);
    const person = await signIn(program.ready);
    await reveal(person, await exhibitOf(person, caseId));
    const identity = (await readFile(join(data.folder, 'secrets', 'vault.identity'), 'utf8')).trim();
    const middle = Math.floor((await picture).length / 2);
    const looked = [Buffer.from(identity), (await picture).subarray(middle, middle + 64)];
    const [keeper] = keepersOf(program.pid);
    // What the keeper holds is found, so that not finding it elsewhere means something.
    expect(await memoryHolds(keeper!, looked)).toEqual([true, true]);
    expect(await memoryHolds(program.pid, looked)).toEqual([false, false]);
    await stop(program);
  });
});

describe.skipIf(!isRootOnLinux || !mounts())(
  'a disk that fills up while exhibits are sealed (needs root)',
  () => {
    it('is refused in words; what was acknowledged is whole, and nothing half-written is left', async () => {
      await mkdir(vaultFolder(), { recursive: true });
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=300k', 'tmpfs', vaultFolder()]);
      try {
        const program = await start(data.folder);
        const reports = await Promise.all(
          Array.from({ length: 12 }, async (_, index) => ({
            key: `key-${index}`,
            groupId: `group-${index}`,
            picture: await testPicture(index + 10, { width: 640, height: 480 }),
          })),
        );
        const answers = [];
        for (const report of reports) answers.push(await sendOnce(program, report));
        expect(new Set(answers)).toEqual(new Set(['201', '507 BW-DISK-FULL']));
        const taken = answers.filter((answer) => answer === '201').length;
        expect(await sealedFiles()).toHaveLength(taken);
        expect(await verify()).toMatchObject({ code: 0, lines: [{ verified: taken, opened: taken }] });

        execFileSync('mount', ['-o', 'remount,size=20m', vaultFolder()]);
        for (const report of reports) await sendUntilTaken(program.ready, report);
        expect(await verify()).toMatchObject({ code: 0, lines: [{ verified: 12, opened: 12, found: 0 }] });
        await stop(program);
      } finally {
        execFileSync('umount', ['--lazy', vaultFolder()]);
      }
    });
  },
);

const SMALL = { width: 96, height: 72 };

async function sealedFiles(): Promise<string[]> {
  const entries = await readdir(vaultFolder(), { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
}

async function verify(...words: string[]): Promise<{ code: number | null; lines: unknown[] }> {
  const { code, out } = await runToEnd(['vault', 'verify', '--json', '--data', data.folder, ...words]);
  return {
    code,
    lines: out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown),
  };
}

async function exhibitOf(person: SignedIn, caseId: string): Promise<string> {
  const found = (await person.get(`/v1/cases/${caseId}`)) as { exhibitList: { id: string }[] };
  return found.exhibitList[0]!.id;
}

/** The picture itself is of no interest here. @throws {Error} with status and body when it is refused */
async function reveal(person: SignedIn, exhibitId: string): Promise<void> {
  await person
    .send('POST', `/v1/exhibits/${exhibitId}/reveal`, { reason: 'placeholder' })
    .catch((error: unknown) => {
      if (!(error instanceof SyntaxError)) throw error;
    });
}

/** Sends a report one time, and tells how it was answered. */
async function sendOnce({ ready }: RunningProgram, report: OutgoingReport): Promise<string> {
  try {
    const answer = await fetch(`${ready.url}/v1/user-reports`, {
      method: 'POST',
      headers: { authorization: `Bearer ${ready.serviceKey}`, 'idempotency-key': report.key },
      body: formOf(report),
    });
    if (answer.ok) return String(answer.status);
    return `${answer.status} ${((await answer.json()) as { error: { code: string } }).error.code}`;
  } catch (error) {
    if (error instanceof TypeError) return 'no answer';
    throw error;
  }
}

function keepersOf(pid: number): number[] {
  const listed = execFileSync('ps', ['--ppid', String(pid), '-o', 'pid=,args=']).toString();
  return listed
    .split('\n')
    .filter((line) => line.includes('keeper-process'))
    .map((line) => Number.parseInt(line, 10));
}

/** Whether each of `looked` lies anywhere in what a process has written to its memory. */
async function memoryHolds(pid: number, looked: readonly Buffer[]): Promise<boolean[]> {
  const maps = (await readFile(`/proc/${pid}/maps`, 'utf8')).split('\n').filter((line) => / rw/.test(line));
  const memory = await open(`/proc/${pid}/mem`);
  const found = looked.map(() => false);
  try {
    for (const line of maps) {
      const [from = 0n, to = 0n] = line
        .split(' ')[0]!
        .split('-')
        .map((address) => BigInt(`0x${address}`));
      for (let at = from; at < to; at += PIECE) {
        const buffer = Buffer.alloc(Number(to - at < PIECE + OVERLAP ? to - at : PIECE + OVERLAP));
        // Some of it is no memory that can be read.
        const { bytesRead } = await memory.read(buffer, 0, buffer.length, at).catch(() => ({ bytesRead: 0 }));
        for (const [index, bytes] of looked.entries())
          found[index] ||= buffer.subarray(0, bytesRead).includes(bytes);
      }
    }
  } finally {
    await memory.close();
  }
  return found;
}

const PIECE = 4n * 1024n * 1024n;
const OVERLAP = 4096n;

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
