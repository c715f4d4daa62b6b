import { execFile } from 'node:child_process';
import { stat, statfs } from 'node:fs/promises';
import { promisify } from 'node:util';
import { createConfinedDecoder } from '@breakwater/perceptual/node';
import { Command } from 'commander';
import { sql } from 'kysely';
import { loneSignatureWarning } from '../../access/index.ts';
import {
  canChangeHistory,
  CodedError,
  createLog,
  openSecrets,
  systemClock,
  type Database,
} from '../../foundation/index.ts';
import { dataFolders, joinStore, openConfiguredVault, readConfig, type Config } from '../../program/index.ts';
import { vaultHealth, type Vault } from '../../vault/index.ts';
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
    .description(
      'Check what Breakwater needs: Node, database, disk, vault, ffmpeg, bubblewrap, clock, duties.',
    )
    .option('--data <folder>', 'data folder to check (default: ./data)')
    .option('--json', 'one JSON line per check: check, status (ok, degraded, failed), message')
    .addHelpText('after', '\nExit status: 1 if a check failed. Something degraded works, with less.')
    .action(async (options: { data?: string; json?: boolean }) => {
      const config = readConfig(process.env, options);
      const output = createOutput(options);
      const checks = [checkNode, checkDisk, checkDatabaseAndClock, checkVault, checkDecoder, checkFfmpeg];
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
      const { db } = store;
      const skew = Math.abs(row.at.getTime() - (before + Date.now()) / 2);
      return [
        { check: 'database', status: 'ok', message: `PostgreSQL ${row.version}` },
        (await canChangeHistory(store.pool)) ? HISTORY_OPEN : HISTORY_CLOSED,
        {
          check: 'clock',
          status: skew > MAX_CLOCK_SKEW_MS ? 'failed' : 'ok',
          message: `${Math.round(skew)} ms apart from the database; now ${new Date().toISOString()}`,
        },
        ...(await checkDuties(db)),
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

/** Where exhibits lie, whether they can be opened here, and what the scrub has found. */
async function checkVault(config: Config): Promise<Finding[]> {
  const folder = dataFolders(config.dataFolder).secrets;
  if (!(await exists(folder))) return [{ check: 'vault', status: 'ok', message: 'the first start makes it' }];
  const vault = await openConfiguredVault({
    config,
    secrets: await openSecrets(folder),
    clock: systemClock,
    log: createLog({ level: 'silent', destination: process.stderr }),
  });
  try {
    return [
      await checkVaultStore(vault),
      await checkVaultLock(config, vault),
      ...(await checkVaultFindings(config, vault)),
    ];
  } finally {
    await vault.close();
  }
}

async function checkVaultStore(vault: Vault): Promise<Finding> {
  try {
    return { check: 'vault store', status: 'ok', message: await vault.store.describe() };
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    return { check: 'vault store', status: 'failed', message: error.message };
  }
}

async function checkVaultLock({ vault: { passphrase } }: Config, vault: Vault): Promise<Finding> {
  const check = 'vault lock';
  // A passphrase is asked for at the start, and not by a doctor.
  if (vault.keeper.status().state !== 'locked' && ['terminal', 'descriptor'].includes(passphrase.from))
    return { check, status: 'ok', message: 'unlocked by a passphrase that is given at the start' };
  const status = await vault.keeper.unlock();
  if (status.state !== 'unlocked') {
    const because = status.state === 'locked' ? status.because : 'no reason is known';
    return {
      check,
      status: 'degraded',
      message: `locked; exhibits are taken in and none is opened. ${because}`,
    };
  }
  const ours = status.recipients.some((recipient) => vault.recipients.includes(recipient));
  return ours
    ? { check, status: 'ok', message: 'the identity is there and opens what is sealed here' }
    : {
        check,
        status: 'failed',
        message: 'the identity is another than the one that exhibits are sealed to',
      };
}

async function checkVaultFindings(config: Config, vault: Vault): Promise<Finding[]> {
  const store = await joinStore(config, commandLog());
  if (store === undefined) return [];
  try {
    const { findings, lastScrubAt } = await vaultHealth(store.db, vault);
    const found = Object.entries(findings).flatMap(([kind, count]) =>
      count === 0 ? [] : [`${count} ${kind}`],
    );
    const last = lastScrubAt === null ? 'not scrubbed yet' : `last scrubbed ${lastScrubAt.toISOString()}`;
    const status = findings.missing + findings.corrupt > 0 ? 'failed' : found.length > 0 ? 'degraded' : 'ok';
    const message = found.length === 0 ? `nothing amiss, ${last}` : `${found.join(', ')}; ${last}`;
    return [{ check: 'vault objects', status, message }];
  } catch (error) {
    // Of a program of another version, or none yet.
    if (!(error instanceof Error && 'code' in error && error.code === '42P01')) throw error;
    return [{ check: 'vault objects', status: 'degraded', message: 'not known until the next start' }];
  } finally {
    await store.close();
  }
}

async function exists(path: string): Promise<boolean> {
  return (await existingParent(path)) === path;
}

/** Of a database that is not migrated yet there is nothing to say. */
async function checkDuties(db: Database): Promise<Finding[]> {
  const { rows } = await sql<{
    there: boolean;
  }>`SELECT to_regclass('lone_signature') IS NOT NULL AS there`.execute(db);
  if (rows[0]?.there !== true) return [];
  const warning = await loneSignatureWarning(db);
  return [
    warning === null
      ? { check: 'duties', status: 'ok', message: 'what needs two people takes two' }
      : { check: 'duties', status: 'degraded', message: warning },
  ];
}

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
