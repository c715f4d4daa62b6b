import { createWriteStream } from 'node:fs';
import { readFile, rm, rmdir } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import { Command } from 'commander';
import { z } from 'zod';
import {
  folderSink,
  ledgerEventProofs,
  startPackage,
  verifyPackageAt,
  zipSink,
  type LeavingPackage,
} from '../../custody/index.ts';
import { CodedError, openSecrets, systemClock } from '../../foundation/index.ts';
import { openLedgerKey } from '../../ledger/index.ts';
import { dataFolders, openConfiguredVault } from '../../program/index.ts';
import { commandLog, withStore } from '../installation.ts';
import { createOutput } from '../output.ts';

export function caseCommand(): Command {
  return new Command('case')
    .description('Packages of a case for the police or a court.')
    .addCommand(exportCommand())
    .addCommand(verifyCommand());
}

const CLI = { kind: 'system', part: 'cli' } as const;

interface ExportOptions {
  readonly out: string;
  readonly data?: string;
  readonly json?: boolean;
}

function exportCommand(): Command {
  return new Command('export')
    .description(
      'Write the package of an export that was ordered in the console and has its second signature.',
    )
    .argument('<export>', 'id of the export; the case shows it')
    .requiredOption('--out <path>', 'a file that ends in .zip, or a folder; it must not exist yet')
    .option('--data <folder>', 'data folder of the program (default: ./data)')
    .option('--json', 'print one JSON line: exportId, files, manifestSha256')
    .addHelpText(
      'after',
      '\nNothing is exported by this command alone: two people say in the console what leaves, for whom and why.',
    )
    .action(async (exportId: string, options: ExportOptions) => {
      const exported = await withStore(options, async ({ db }, config) => {
        const secrets = await openSecrets(dataFolders(config.dataFolder).secrets);
        const { verifier } = await openLedgerKey(secrets);
        const eventProofs = ledgerEventProofs(verifier.verifierKey);
        const vault = await openConfiguredVault({ config, secrets, clock: systemClock, log: commandLog() });
        try {
          const deps = { db, clock: systemClock, vault, eventProofs };
          return await exportTo(() => startPackage(deps, CLI, exportIdOf(exportId)), options.out);
        } finally {
          await vault.close();
        }
      });
      createOutput(options).result(
        exported,
        `Exported ${exported.files} files to ${options.out}. SHA-256 of the manifest: ${exported.manifestSha256}. Tell it to the recipient by another way.`,
      );
    });
}

/** Makes the place first: once the package is started, it is in the ledger as having left. */
async function exportTo(start: () => Promise<LeavingPackage>, out: string) {
  const { leaving, written } = out.endsWith('.zip')
    ? await intoZip(start, out)
    : await intoFolder(start, out);
  const { manifest, manifestSha256 } = written;
  return { exportId: leaving.ordered.id, files: manifest.files.length, manifestSha256 };
}

async function intoFolder(start: () => Promise<LeavingPackage>, path: string) {
  const sink = await fresh(path, () => folderSink(path));
  const leaving = await start().catch(async (error: unknown) => {
    await rmdir(path);
    throw error;
  });
  return { leaving, written: await leaving.writeTo(sink) };
}

async function intoZip(start: () => Promise<LeavingPackage>, path: string) {
  const output = createWriteStream(path, { flags: 'wx', mode: 0o600 });
  await fresh(
    path,
    () => new Promise((resolve, reject) => output.once('open', resolve).once('error', reject)),
  );
  try {
    const leaving = await start();
    const sink = zipSink(leaving.ordered.ordered_at, output);
    const written = await leaving.writeTo(sink);
    await sink.close();
    output.end();
    await finished(output);
    return { leaving, written };
  } catch (error) {
    output.destroy();
    await rm(path, { force: true });
    throw error;
  }
}

async function fresh<Result>(path: string, make: () => Promise<Result>): Promise<Result> {
  try {
    return await make();
  } catch (error) {
    const message = `${path} cannot be written, or is there already.`;
    throw new CodedError('BW-FILE-UNREADABLE', { message, cause: error });
  }
}

function exportIdOf(text: string): string {
  if (z.uuid().safeParse(text).success) return text;
  throw new CodedError('BW-NOT-FOUND', { message: `There is no export ${text}.` });
}

function verifyCommand(): Command {
  return new Command('verify')
    .description('Verify a package offline: files, custody record and proofs of the ledger.')
    .argument('<package>', 'the ZIP, or the folder')
    .option('--identity <file>', 'age identity of the recipient: also open every exhibit and compare it')
    .option('--json', 'print one JSON line: intact, manifestSha256, findings')
    .addHelpText('after', '\nExit status: 0 intact, 4 not intact, 1 it could not be verified.')
    .action(async (path: string, options: { identity?: string; json?: boolean }) => {
      const identity = options.identity === undefined ? undefined : await identityOf(options.identity);
      const { intact, findings, manifestSha256 } = await verifyPackageAt(path, identity);
      const bad = findings.filter(({ good }) => !good);
      const lines = bad.map(({ about, text }) => `BAD  ${about}: ${text}`);
      const verdict = intact
        ? `The package is intact: ${findings.length} checks. Compare with the sender: SHA-256 of the manifest ${manifestSha256}.`
        : `The package is NOT intact: ${bad.length} of ${findings.length} checks failed.`;
      createOutput(options).result({ intact, manifestSha256, findings }, [...lines, verdict].join('\n'));
      if (!intact) process.exitCode = 4;
    });
}

/** The first identity of a key file, as age-keygen writes it. */
async function identityOf(path: string): Promise<string> {
  try {
    const identity = /^AGE-SECRET-KEY-\S+$/m.exec(await readFile(path, 'utf8'))?.[0];
    if (identity !== undefined) return identity;
  } catch (error) {
    throw new CodedError('BW-FILE-UNREADABLE', { message: `${path} cannot be read.`, cause: error });
  }
  throw new CodedError('BW-FILE-UNREADABLE', { message: `${path} holds no age identity.` });
}
