import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import type { Clock, Secrets } from '../../src/foundation/index.ts';
import {
  createKeeper,
  folderObjectStore,
  openVault,
  type UnlockWay,
  type Vault,
} from '../../src/vault/index.ts';

/** Where the identity of a desk's vault lies. */
export function identityFileOf(folder: string): string {
  return join(folder, 'secrets', 'vault.identity');
}

/**
 * A vault in `folder`, as a program opens it, but that its identity is made here, which is quicker. Its keeper is started
 * by whoever first wants something opened. `way` null is a machine that only takes in.
 */
export async function deskVault(
  folder: string,
  secrets: Secrets,
  clock: Clock,
  options: { readonly way?: UnlockWay | null; readonly recipients?: readonly string[] } = {},
): Promise<Vault> {
  const contentSecret = secrets.derive('vault content key', '');
  const path = identityFileOf(folder);
  const ownWay: UnlockWay = { kind: 'file', path, passphrase: { from: 'none' } };
  const way = options.way === undefined ? ownWay : options.way;
  return openVault({
    store: folderObjectStore(join(folder, 'vault')),
    keeper: createKeeper({ way, contentSecret }),
    contentSecret,
    recipients: options.recipients ?? [await makeIdentity(path)],
    clock,
  });
}

/** Writes an identity and returns whom it answers to. */
export async function makeIdentity(path: string): Promise<string> {
  const identity = await generateX25519Identity();
  await mkdir(join(path, '..'), { recursive: true, mode: 0o700 });
  await writeFile(path, `${identity}\n`, { mode: 0o600 });
  return identityToRecipient(identity);
}
