import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { testPicture } from '../desk/index.ts';
import { sendUntilTaken, signIn, untilInCase } from './client.ts';
import { findPostgres, lives, scratchData, start, stop } from './running-program.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

let data: Awaited<ReturnType<typeof scratchData>>;
beforeEach(async () => {
  data = await scratchData();
});
afterEach(() => data.leave());

it('a program whose database alone is killed starts it again and goes on, with all that was there', async () => {
  const program = await start(data.folder, { settings: { BREAKWATER_LOG_LEVEL: 'silent' } });
  const report = async (name: string, seed: number) => ({
    key: name,
    groupId: name,
    picture: await testPicture(seed),
  });
  const before = await sendUntilTaken(program.ready, await report('before', 1));
  await untilInCase(program.ready, before.userReportId);
  const killed = (await findPostgres(data.folder))?.pid ?? 0;
  process.kill(killed, 'SIGKILL');
  await expect.poll(() => lives(killed), { timeout: 20_000 }).toBe(false);
  const readiness = async () => (await fetch(`${program.ready.url}/readyz`)).status;
  await expect.poll(readiness, { timeout: 60_000, interval: 100 }).toBe(200);
  expect((await findPostgres(data.folder))?.pid).not.toBe(killed);
  // The jobs go on as well: what comes in now gets to a case.
  const after = await sendUntilTaken(program.ready, await report('after', 2));
  await untilInCase(program.ready, after.userReportId);
  const person = await signIn(program.ready);
  expect(await person.get('/v1/cases')).toMatchObject({ items: [{ status: 'open' }, { status: 'open' }] });
  await stop(program);
  expect(await findPostgres(data.folder)).toBeUndefined();
});
