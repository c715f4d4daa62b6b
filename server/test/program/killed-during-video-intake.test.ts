import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { verifyLedger } from '../../src/ledger/index.ts';
import { dataFolders } from '../../src/program/index.ts';
import { ffmpegNote, hasFfmpeg, testVideo } from '../desk/index.ts';
import { sendUntilTaken, untilInCase, type OutgoingReport, type Receipt } from './client.ts';
import { freePort, killHard, scratchData, start, stop, withDatabase } from './running-program.ts';

// Programs are started again and again, and a machine may have much else to do.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

const REPORTS = 9;
/** How many reports have been acknowledged when the program is killed. */
const KILLS = [1, 3, 6];

describe.skipIf(!hasFfmpeg)(`videos on their way${ffmpegNote}`, () => {
  let data: Awaited<ReturnType<typeof scratchData>>;
  beforeEach(async () => {
    data = await scratchData();
  });
  afterEach(() => data.leave());

  it('are lost in no report that was acknowledged, and leave nothing behind, when the program is killed', async () => {
    const { spool } = dataFolders(data.folder);
    await mkdir(spool, { recursive: true });
    await writeFile(join(spool, 'left-by-a-dead-one.tmp'), 'placeholder');
    const port = await freePort();
    let program = await start(data.folder, { port });
    expect(await readdir(spool)).toEqual([]);
    const taken = new Map<string, Receipt>();
    const left: OutgoingReport[] = [];
    for (let index = 0; index < REPORTS; index++)
      left.push({
        key: `key-${index}`,
        groupId: `group-${index % 3}`,
        picture: await testVideo([index + 1, index + 2]),
      });
    const { ready } = program;
    const client = async () => {
      for (let report = left.shift(); report !== undefined; report = left.shift())
        taken.set(report.key, await sendUntilTaken(ready, report));
    };
    const sending = Promise.all([client(), client(), client()]);
    for (const acknowledged of KILLS) {
      await expect.poll(() => taken.size >= acknowledged, { timeout: 60_000, interval: 2 }).toBe(true);
      await killHard(program);
      program = await start(data.folder, { port });
    }
    await sending;
    for (const { userReportId } of taken.values()) await untilInCase(program.ready, userReportId);
    expect(await readdir(spool)).toEqual([]);
    await withDatabase(data.folder, async ({ db }) => {
      const exhibits = await db.selectFrom('exhibits').selectAll().execute();
      expect(exhibits.map(({ media_kind: kind, verdict, seconds }) => [kind, verdict, seconds])).toEqual(
        Array.from({ length: REPORTS }, () => ['video', 'no-match', 4]),
      );
      expect(new Set(exhibits.map(({ sha256 }) => sha256)).size).toBe(REPORTS);
      expect(await verifyLedger(db)).toMatchObject({ intact: true });
    });
    await stop(program);
  });
});
