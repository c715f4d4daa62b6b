import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseVerifierKey, type Verifier } from '@breakwater/ledger';
import { openSecrets } from '../../../foundation/index.ts';
import { inCodedWords, openLedgerKey } from '../../../ledger/index.ts';
import { dataFolders, type Config } from '../../../program/index.ts';
import { readText } from './files.ts';

/** A verifier key as it stands on the command line, or in the file that is named there. */
export async function verifierFrom(keyOrFile: string): Promise<Verifier> {
  const text = keyOrFile.includes('+') ? keyOrFile : await readText(keyOrFile);
  return inCodedWords(() => parseVerifierKey(text));
}

/** The key of the log: the one that was named, else that of the installation; null where neither is at hand. */
export async function logKey(config: Config, named: string | undefined): Promise<Verifier | null> {
  if (named !== undefined) return verifierFrom(named);
  const { secrets } = dataFolders(config.dataFolder);
  if (!existsSync(join(secrets, 'ledger.key'))) return null;
  return (await openLedgerKey(await openSecrets(secrets))).verifier;
}
