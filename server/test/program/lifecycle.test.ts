import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { testPicture } from '../desk/index.ts';
import { sendUntilTaken, signIn, untilInCase } from './client.ts';
import {
  findPostgres,
  killHard,
  lives,
  run,
  runToEnd,
  scratchData,
  start,
  stop,
  type Ready,
} from './running-program.ts';

// Programs are started again and again, and a machine may have much else to do.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

let data: Awaited<ReturnType<typeof scratchData>>;
beforeEach(async () => {
  data = await scratchData();
});
afterEach(() => data.leave());

describe('the line of a program that is ready', () => {
  it('tells where it is, how to sign in, with what key, and its process', async () => {
    const program = await start(data.folder);
    const { ready } = program;
    expect(ready).toMatchObject({
      url: expect.stringMatching(/^http:\/\/localhost:\d+$/),
      serviceKey: expect.stringMatching(/^bwk_[\w-]{43}$/),
      pid: program.pid,
      alreadyRunning: false,
    });
    expect(ready.signInLink).toMatch(new RegExp(`^${ready.url}/sign-in#token=[\\w-]{43}$`));
    expect(program.out().trimEnd().split('\n')).toHaveLength(1);
    const answer = await fetch(`${ready.url}/readyz`);
    expect(answer.status).toBe(200);
    const person = await signIn(ready);
    expect(await person.get('/v1/cases')).toEqual({ items: [], nextCursor: null });
    await expect(signIn(ready)).rejects.toThrow('401');
    await stop(program);
    expect(program.errors()).toBe('');
  });

  it('tells of the program that runs already, which goes on undisturbed', async () => {
    const program = await start(data.folder);
    const again = await start(data.folder);
    expect(again.ready).toMatchObject({
      url: program.ready.url,
      serviceKey: program.ready.serviceKey,
      pid: program.pid,
      alreadyRunning: true,
    });
    expect(await again.ended).toEqual({ code: 0, signal: null });
    await signIn(again.ready);
    await signIn(program.ready);
  });
});

describe('a second start', () => {
  it.each(['SIGTERM', 'SIGINT', 'SIGKILL'] as const)('goes on where %s ended the first', async (signal) => {
    const first = await start(data.folder);
    const picture = await testPicture(1, { width: 96, height: 72 });
    const report = { key: 'key-1', groupId: 'group-1', picture };
    const { userReportId } = await sendUntilTaken(first.ready, report);
    const caseId = await untilInCase(first.ready, userReportId);
    const postgres = (await findPostgres(data.folder))!.pid;
    first.signal(signal);
    const ended = await first.ended;
    if (signal !== 'SIGKILL') {
      expect(ended).toEqual({ code: 0, signal: null });
      expect(first.errors()).toBe('');
      expect(await lives(postgres)).toBe(false);
    }
    const second = await start(data.folder);
    expect(second.ready.serviceKey).toBe(first.ready.serviceKey);
    const { items } = (await (await signIn(second.ready)).get('/v1/cases')) as { items: { id: string }[] };
    expect(items.map(({ id }) => id)).toEqual([caseId]);
    expect((await sendUntilTaken(second.ready, report)).userReportId).toBe(userReportId);
  });

  it('finds everything after both the program and its database were killed', async () => {
    const first = await start(data.folder);
    const picture = await testPicture(1, { width: 96, height: 72 });
    const { userReportId } = await sendUntilTaken(first.ready, { key: 'key-1', groupId: 'group-1', picture });
    process.kill((await findPostgres(data.folder))!.pid, 'SIGKILL');
    await killHard(first);
    const second = await start(data.folder);
    expect(await untilInCase(second.ready, userReportId)).toEqual(expect.any(String));
    await stop(second);
  });
});

describe('an end', () => {
  it('is clean also when the signals come in one breath', async () => {
    const program = await start(data.folder);
    for (const signal of ['SIGHUP', 'SIGTERM', 'SIGTERM'] as const) program.signal(signal);
    expect(await program.ended).toEqual({ code: 0, signal: null });
    expect(program.errors()).toBe('');
    expect(await findPostgres(data.folder)).toBeUndefined();
  });

  it('is what down brings about, and waits for', async () => {
    const program = await start(data.folder);
    const down = ['down', '--json', '--data', data.folder];
    const first = await runToEnd(down);
    expect(JSON.parse(first.out)).toEqual({ stopped: true, pid: program.pid });
    expect(await program.ended).toEqual({ code: 0, signal: null });
    expect(JSON.parse((await runToEnd(down)).out)).toEqual({ stopped: false });
  });
});

it('lets one of two programs win that start at the same instant', async () => {
  const words = ['up', '--json', '--empty', '--data', data.folder, '--port', '0'];
  const both = [run(words), run(words)] as const;
  const lines = await Promise.all(both.map((each) => each.firstLine));
  const winners = lines
    .filter((line) => line !== undefined)
    .map((line) => JSON.parse(line) as Ready)
    .filter((ready) => !ready.alreadyRunning);
  expect(winners).toHaveLength(1);
  const loser = both.find((each) => each.pid !== winners[0]?.pid)!;
  const { code } = await loser.ended;
  if (code !== 0) expect(loser.errors()).toMatch(/BW-START-ALREADY-RUNNING/);
  const answer = await fetch(`${winners[0]?.url}/readyz`);
  expect(answer.status).toBe(200);
});
