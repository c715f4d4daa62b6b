import type { Queryable } from '../foundation/index.ts';
import { openFindings } from './findings.ts';
import type { KeeperStatus } from './keeper.ts';
import type { FindingKind } from './tables.ts';
import { fingerprintOfRecipient } from './sealing.ts';
import type { Vault } from './vault.ts';

export interface VaultHealth {
  readonly keeper: KeeperStatus;
  /** Findings that are open now. */
  readonly findings: Readonly<Record<FindingKind, number>>;
  readonly lastScrubAt: Date | null;
  /** What is degraded and how to mend it, in plain sentences. */
  readonly warnings: readonly string[];
}

/** How the vault stands, without opening anything. */
export async function vaultHealth(db: Queryable, vault: Vault): Promise<VaultHealth> {
  const findings = { missing: 0, corrupt: 0, orphaned: 0, unexpected: 0 };
  for (const { kind } of await openFindings(db)) findings[kind] += 1;
  const scrubbed = await db
    .selectFrom('vault_scrubs')
    .select((expression) => expression.fn.max('finished_at').as('at'))
    .executeTakeFirst();
  const keeper = vault.keeper.status();
  const warnings = [
    ...(keeper.state === 'locked'
      ? [`The vault is locked: exhibits are sealed, but none can be opened. ${keeper.because}`]
      : []),
    ...(isForOthers(keeper, vault) ? [WRONG_IDENTITY] : []),
    ...Object.entries(SENTENCES).flatMap(([kind, sentence]) => {
      const count = findings[kind as FindingKind];
      return count === 0 ? [] : [`${count} ${sentence}`];
    }),
  ];
  return { keeper, findings, lastScrubAt: scrubbed?.at ?? null, warnings };
}

const WRONG_IDENTITY =
  'The identity that is unlocked does not open what is sealed here: none of the recipients is its own. Check BREAKWATER_VAULT_RECIPIENTS and the identity.';

const SENTENCES: Readonly<Record<FindingKind, string>> = {
  missing:
    'sealed exhibit(s) are missing from the store. Restore them from a backup, then run: bin/breakwater vault verify',
  corrupt:
    'sealed exhibit(s) were altered in the store. Restore them from a backup, then run: bin/breakwater vault verify',
  orphaned:
    'sealed object(s) in the store belong to nothing. They were left by a crash, or the database is an older copy.',
  unexpected: 'thing(s) in the store are not the vault’s. See: bin/breakwater vault verify',
};

function isForOthers(keeper: KeeperStatus, vault: Vault): boolean {
  if (keeper.state !== 'unlocked') return false;
  const ours = new Set(keeper.recipients.map(fingerprintOfRecipient));
  return !vault.recipients.some((recipient) => ours.has(fingerprintOfRecipient(recipient)));
}
