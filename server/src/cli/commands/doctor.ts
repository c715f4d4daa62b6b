import { execFile } from 'node:child_process';
import { stat, statfs } from 'node:fs/promises';
import { promisify } from 'node:util';
import { createConfinedDecoder } from '@breakwater/perceptual/node';
import { Command } from 'commander';
import { canChangeHistory, CodedError } from '../../foundation/index.ts';
import { joinStore, readConfig, type Config } from '../../program/index.ts';
import { commandLog } from '../installation.ts';
import { createOutput } from '../output.ts';

interface Finding {
  readonly check: string;
  readonly status: 'ok' | 'degraded' | 'failed';
  readonly message: string;
}

const GIB = 1024 ** 3;
const OLDEST_NODE = [22, 18] as const;
/** A clock that is this far off makes signatures and deadlines wrong. */
const MAX_CLOCK_SKEW_MS = 5000;

export function doctorCommand(): Command {
  return new Command('doctor')
    .description('Check what Breakwater needs: Node, database, disk, ffmpeg, bubblewrap, clock.')
    .option('--data <folder>', 'data folder to check (default: ./data)')
    .option('--json', 'one JSON line per check: check, status (ok, degraded, failed), message')
    .addHelpText('after', '\nExit status: 1 if a check failed. Something degraded works, with less.')
    .action(async (options: { data?: string; json?: boolean }) => {
      const config = readConfig(process.env, options);
      const output = createOutput(options);
      const checks = [checkNode, checkDisk, checkDatabaseAndClock, checkDecoder, checkFfmpeg];
      for (const check of checks) {
        for (const finding of await check(config)) {
          if (finding.status === 'failed') process.exitCode = 1;
          const mark = { ok: 'ok      ', degraded: 'degraded', failed: 'FAILED  ' }[finding.status];
          output.result(finding, `${mark}  ${finding.check}: ${finding.message}`);
        }
      }
    });
}

async function checkNode(): Promise<Finding[]> {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const enough = major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]);
  const message = enough
    ? process.versions.node
    : `${process.versions.node} is too old; ${OLDEST_NODE.join('.')} is needed`;
  return [{ check: 'node', status: enough ? 'ok' : 'failed', message }];
}

async function checkDisk({ dataFolder }: Config): Promise<Finding[]> {
  const folder = await existingParent(dataFolder);
  const { bavail, bsize } = await statfs(folder);
  const free = (bavail * bsize) / GIB;
  const message = `${free.toFixed(1)} GiB free at ${folder}`;
  return [{ check: 'disk', status: free < 0.2 ? 'failed' : free < 2 ? 'degraded' : 'ok', message }];
}

async function existingParent(folder: string): Promise<string> {
  for (let at = folder; ; at = at.slice(0, at.lastIndexOf('/')) || '/') {
    try {
      await stat(at);
      return at;
    } catch (error) {
      if (at === '/' || !(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    }
  }
}

async function checkDatabaseAndClock(config: Config): Promise<Finding[]> {
  try {
    const store = await joinStore(config, commandLog());
    if (store === undefined) {
      return [
        { check: 'database', status: 'degraded', message: 'not running; bin/up starts it' },
        { check: 'clock', status: 'degraded', message: 'compared with the database, which is not running' },
      ];
    }
    try {
      const before = Date.now();
      const { rows } = await store.pool.query<{ version: string; at: Date }>(
        `SELECT current_setting('server_version') AS version, clock_timestamp() AS at`,
      );
      const [row] = rows;
      if (row === undefined) throw new Error('the database gave no answer');
      const skew = Math.abs(row.at.getTime() - (before + Date.now()) / 2);
      return [
        { check: 'database', status: 'ok', message: `PostgreSQL ${row.version}` },
        (await canChangeHistory(store.pool)) ? HISTORY_OPEN : HISTORY_CLOSED,
        {
          check: 'clock',
          status: skew > MAX_CLOCK_SKEW_MS ? 'failed' : 'ok',
          message: `${Math.round(skew)} ms apart from the database; now ${new Date().toISOString()}`,
        },
      ];
    } finally {
      await store.close();
    }
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    return [{ check: 'database', status: 'failed', message: error.message }];
  }
}

const HISTORY_CLOSED: Finding = {
  check: 'ledger',
  status: 'ok',
  message: "the program's database role can neither change nor remove what was recorded",
};
const HISTORY_OPEN: Finding = {
  check: 'ledger',
  status: 'degraded',
  message:
    "the program's database role owns the tables, so it could change what was recorded; set DATABASE_OWNER_URL (docs/ledger.md)",
};

async function checkDecoder(): Promise<Finding[]> {
  const decoder = createConfinedDecoder();
  try {
    const { confinement, trouble } = await decoder.probe();
    switch (confinement) {
      case 'bubblewrap':
        return [{ check: 'bubblewrap', status: 'ok', message: 'pictures are decoded in a sandbox' }];
      case 'process':
        return [
          {
            check: 'bubblewrap',
            status: 'degraded',
            message: `pictures are decoded in a separate process without a sandbox (${trouble ?? 'no reason known'}); on Debian: apt-get install bubblewrap`,
          },
        ];
      case 'undecided':
        return [
          {
            check: 'bubblewrap',
            status: 'failed',
            message: `no decoder starts: ${trouble ?? 'no reason known'}`,
          },
        ];
    }
  } finally {
    await decoder.close();
  }
}

async function checkFfmpeg(): Promise<Finding[]> {
  try {
    const { stdout } = await promisify(execFile)('ffmpeg', ['-version']);
    return [
      { check: 'ffmpeg', status: 'ok', message: stdout.split('\n')[0]?.replace(/ Copyright.*/, '') ?? '' },
    ];
  } catch {
    // Absent or broken comes to the same: there is no video without it.
    return [
      {
        check: 'ffmpeg',
        status: 'degraded',
        message: 'not found; video stays unscanned. On Debian: apt-get install ffmpeg',
      },
    ];
  }
}
