import { createWriteStream } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import { Command, Option } from 'commander';
import {
  folderSink,
  ledgerEventProofs,
  orderExport,
  verifyPackageAt,
  writePackage,
  zipSink,
  type ExportDeps,
} from '../../custody/index.ts';
import { CodedError, openSecrets, systemClock, type Database } from '../../foundation/index.ts';
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

interface ExportOptions {
  readonly recipient: string;
  readonly out: string;
  readonly why: string;
  readonly links: 'withheld' | 'included';
  readonly data?: string;
  readonly json?: boolean;
}

function exportCommand(): Command {
  return new Command('export')
    .description('Write the package of a case, sealed to its recipient. It is recorded in the ledger.')
    .argument('<case>', 'number or id of the case')
    .requiredOption('--recipient <age1…>', 'age public key of whoever is to open it')
    .requiredOption('--why <text>', 'reason, for the ledger and the package')
    .requiredOption('--out <path>', 'a file that ends in .zip, or a folder; it must not exist yet')
    .addOption(
      new Option('--links <what>', 'links in texts: included only for whoever is to act on them')
        .choices(['withheld', 'included'])
        .default('withheld'),
    )
    .option('--data <folder>', 'data folder of the program (default: ./data)')
    .option('--json', 'print one JSON line: exportId, files, manifestSha256')
    .action(async (which: string, options: ExportOptions) => {
      const exported = await withStore(options, async ({ db }, config) => {
        const secrets = await openSecrets(dataFolders(config.dataFolder).secrets);
        const caseId = await caseIdOf(db, which);
        const { verifier } = await openLedgerKey(secrets);
        const eventProofs = ledgerEventProofs(verifier.verifierKey);
        const vault = await openConfiguredVault({ config, secrets, clock: systemClock, log: commandLog() });
        try {
          return await exportTo({ db, clock: systemClock, vault, eventProofs }, caseId, options);
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

async function exportTo(deps: ExportDeps, caseId: string, options: ExportOptions) {
  const { recipient, why, links, out } = options;
  const ordered = await orderExport(deps, { kind: 'system', part: 'cli' }, { caseId, recipient, why, links });
  const { manifest, manifestSha256 } = out.endsWith('.zip')
    ? await intoZip(deps, ordered, out)
    : await writePackage(deps, ordered, await fresh(out, () => folderSink(out)));
  return { exportId: ordered.id, files: manifest.files.length, manifestSha256 };
}

async function intoZip(deps: ExportDeps, ordered: Awaited<ReturnType<typeof orderExport>>, path: string) {
  const output = createWriteStream(path, { flags: 'wx', mode: 0o600 });
  await fresh(
    path,
    () => new Promise((resolve, reject) => output.once('open', resolve).once('error', reject)),
  );
  try {
    const sink = zipSink(ordered.ordered_at, output);
    const written = await writePackage(deps, ordered, sink);
    await sink.close();
    output.end();
    await finished(output);
    return written;
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

async function caseIdOf(db: Database, which: string): Promise<string> {
  const byNumber = /^\d{1,15}$/.test(which);
  const found = await db
    .selectFrom('cases')
    .select('id')
    .$if(byNumber, (query) => query.where('number', '=', Number(which)))
    .$if(!byNumber, (query) => query.where((where) => where(where.cast<string>('id', 'text'), '=', which)))
    .executeTakeFirst();
  if (found === undefined) throw new CodedError('BW-NOT-FOUND', { message: `There is no case ${which}.` });
  return found.id;
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
