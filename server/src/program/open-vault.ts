import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { CodedError, type Clock, type Database, type Logger, type Secrets } from '../foundation/index.ts';
import { record } from '../ledger/index.ts';
import {
  createKeeper,
  folderObjectStore,
  makeIdentity,
  openVault,
  s3ObjectStore,
  type UnlockWay,
  type Vault,
} from '../vault/index.ts';
import type { Config } from './config.ts';
import { dataFolders } from './data-folder.ts';

/** Names in the folder of secrets. */
const IDENTITY = 'vault.identity';
const RECIPIENT = 'vault.recipient';

interface Opening {
  readonly config: Config;
  readonly secrets: Secrets;
  readonly clock: Clock;
  readonly log: Logger;
  readonly onUnlockFailed?: (because: string) => Promise<void>;
}

/**
 * The vault as the settings have it. Nothing is unlocked yet. The first start makes an identity, unless recipients are
 * set; once there is a recipient, a missing identity means that it is kept elsewhere, and none is made again.
 */
export async function openConfiguredVault(opening: Opening): Promise<Vault> {
  const { config, secrets, clock, log, onUnlockFailed } = opening;
  const folders = dataFolders(config.dataFolder);
  const { recipients, escrowRecipients, unlock, passphrase, s3, mostBytes } = config.vault;
  const contentSecret = secrets.derive('vault content key', '');
  const own = recipients ?? (await ownRecipients(secrets, folders.secrets, unlock));
  const path = join(folders.secrets, IDENTITY);
  const ownWay: UnlockWay | null = (await exists(path)) ? { kind: 'file', path, passphrase } : null;
  const keeper = createKeeper({
    way: unlock ?? ownWay,
    contentSecret,
    log,
    ...(onUnlockFailed === undefined ? {} : { onUnlockFailed }),
  });
  return openVault({
    store: s3 === undefined ? folderObjectStore(folders.vault) : s3ObjectStore(s3),
    keeper,
    contentSecret,
    recipients: [...new Set([...own, ...escrowRecipients])],
    clock,
    mostBytes,
  });
}

/**
 * The vault of a program that starts: unlocked at once where that asks a person or a device, so that both are asked at
 * the start and not in the night. Where it cannot be unlocked the program takes in all the same, and says so.
 * @throws {CodedError} BW-VAULT-UNLOCK-FAILED when a person at the terminal did not know the passphrase
 */
export async function openUnlockedVault(opening: Opening & { readonly db: Database }): Promise<Vault> {
  const { config, db, clock, log } = opening;
  const onUnlockFailed = async (because: string) => {
    const failed = { type: 'vault.unlock-failed', at: clock.now(), actor, payload: { because } } as const;
    try {
      await db.transaction().execute((trx) => record(trx, failed));
    } catch (error) {
      log.error({ error }, 'that the vault is locked could not be recorded');
    }
  };
  const vault = await openConfiguredVault({ ...opening, onUnlockFailed });
  const { unlock, passphrase } = config.vault;
  if (unlock?.kind !== 'command' && passphrase.from === 'none') return vault;
  const status = await vault.keeper.unlock();
  if (status.state === 'locked' && passphrase.from === 'terminal') {
    await vault.close();
    throw new CodedError('BW-VAULT-UNLOCK-FAILED', { message: status.because });
  }
  return vault;
}

const actor = { kind: 'system', part: 'vault' } as const;

/** Whom the installation's own identity answers to. It is asked for once, by a process of its own, and kept. */
async function ownRecipients(
  secrets: Secrets,
  folder: string,
  unlock: UnlockWay | undefined,
): Promise<readonly string[]> {
  const kept = await secrets.keep(RECIPIENT, async () => {
    if (unlock !== undefined)
      throw new CodedError('BW-START-CONFIG', {
        message:
          'Where the identity of the vault is set, whom to seal to must be set as well: BREAKWATER_VAULT_RECIPIENTS. bin/breakwater vault recipient prints it.',
      });
    return (await makeIdentity(folder, IDENTITY)).join('\n');
  });
  return kept.split(/\s+/);
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    // Not there, or not for us: either way it opens nothing here.
    return false;
  }
}
