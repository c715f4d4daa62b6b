import { access, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { identityToRecipient } from 'age-encryption';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDesk, makeIdentity, type Desk } from '../../test/desk/index.ts';
import { createLog, openSecrets, systemClock } from '../foundation/index.ts';
import type { Vault } from '../vault/index.ts';
import { startS3Fake } from '../vault/s3-fake.test-support.ts';
import { readConfig } from './config.ts';
import { openConfiguredVault, openUnlockedVault } from './open-vault.ts';

const log = createLog({ level: 'silent', destination: process.stderr });

describe('the vault as the settings have it', () => {
  let desk: Desk;
  let folder: string;
  const vaults: Vault[] = [];
  beforeAll(async () => {
    desk = await createDesk();
  });
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'breakwater-open-vault-'));
  });
  afterEach(async () => {
    for (const vault of vaults.splice(0)) await vault.close();
    await rm(folder, { recursive: true, force: true });
  });
  afterAll(() => desk.close());

  const secret = (name: string) => join(folder, 'secrets', name);
  const opening = async (settings: Record<string, string>) => ({
    config: readConfig({ ...settings, BREAKWATER_DATA: folder }),
    secrets: await openSecrets(join(folder, 'secrets')),
    clock: systemClock,
    log,
  });
  const open = async (settings: Record<string, string> = {}): Promise<Vault> => {
    const vault = await openConfiguredVault(await opening(settings));
    vaults.push(vault);
    return vault;
  };
  const keep = async (vault: Vault, bytes: Buffer): Promise<string> => {
    const sealed = await vault.seal(desk.db, bytes);
    return desk.db.transaction().execute((trx) => vault.enter(trx, sealed));
  };

  it('has an identity of its own after the first start, and goes on with it', async () => {
    const [first, second] = [await open(), await open()];
    expect(second.recipients).toEqual(first.recipients);
    const identity = (await readFile(secret('vault.identity'), 'utf8')).trim();
    expect(first.recipients).toEqual([await identityToRecipient(identity)]);
  });

  it('seals to the identity of an installation of before, which has no recipient beside it yet', async () => {
    const recipient = await makeIdentity(secret('vault.identity'));
    expect((await open()).recipients).toEqual([recipient]);
    expect((await readFile(secret('vault.recipient'), 'utf8')).trim()).toBe(recipient);
  });

  it('makes no other identity when its own was taken elsewhere, and is locked', async () => {
    const { recipients } = await open();
    await rename(secret('vault.identity'), join(folder, 'elsewhere'));
    const vault = await open();
    expect(vault.recipients).toEqual(recipients);
    expect(vault.keeper.status().state).toBe('locked');
    await expect(access(secret('vault.identity'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('seals to escrow besides, which can open alone', async () => {
    const escrow = await makeIdentity(join(folder, 'escrow'));
    const vault = await open({ BREAKWATER_VAULT_ESCROW_RECIPIENTS: escrow });
    expect(vault.recipients).toHaveLength(2);
    const id = await keep(vault, Buffer.from('placeholder for escrow'));
    const holder = await open({ BREAKWATER_VAULT_IDENTITY_FILE: join(folder, 'escrow') });
    expect(Buffer.from(await holder.open(desk.db, id)).toString()).toBe('placeholder for escrow');
  });

  it('keeps in a bucket what it seals, when one is named', async () => {
    const fake = await startS3Fake();
    const vault = await open({
      BREAKWATER_VAULT_S3_BUCKET: 'exhibits',
      BREAKWATER_VAULT_S3_ENDPOINT: fake.endpoint,
      BREAKWATER_VAULT_S3_PREFIX: 'vault/',
      BREAKWATER_VAULT_S3_ACCESS_KEY_ID: 'placeholder',
      BREAKWATER_VAULT_S3_SECRET_ACCESS_KEY: 'placeholder',
    });
    const bytes = Buffer.alloc(9_000_000, 'placeholder in a bucket ');
    const id = await keep(vault, bytes);
    expect([...fake.objects.keys()]).toEqual([`vault/${id}`]);
    expect(bytes.equals(await vault.open(desk.db, id))).toBe(true);
    fake.failNext(403, 'AccessDenied');
    await expect(keep(vault, Buffer.from('refused'))).rejects.toMatchObject({
      code: 'BW-VAULT-STORE-UNAVAILABLE',
    });
    await fake.close();
  });

  it('is open for business when a command fails to unlock it, locked, and the ledger says so', async () => {
    const recipient = await makeIdentity(join(folder, 'elsewhere'));
    const settings = {
      BREAKWATER_VAULT_RECIPIENTS: recipient,
      BREAKWATER_VAULT_IDENTITY_COMMAND: '["/bin/false", "placeholder"]',
    };
    const vault = await openUnlockedVault({ ...(await opening(settings)), db: desk.db });
    vaults.push(vault);
    expect(vault.keeper.status().state).toBe('locked');
    await keep(vault, Buffer.from('taken in all the same'));
    const events = await desk.db
      .selectFrom('events')
      .select('payload')
      .where('type', '=', 'vault.unlock-failed')
      .execute();
    expect(events).toEqual([{ payload: { because: expect.stringMatching(/command .* failed/) } }]);
  });

  it.each<[string, Record<string, string>]>([
    [
      'an identity from two places',
      { BREAKWATER_VAULT_IDENTITY_FILE: '/a', BREAKWATER_VAULT_IDENTITY_COMMAND: '/b' },
    ],
    ['a command that is not named by its path', { BREAKWATER_VAULT_IDENTITY_COMMAND: 'cat' }],
    ['a command that is no JSON', { BREAKWATER_VAULT_IDENTITY_COMMAND: '["/bin/cat"' }],
    ['a recipient that is none', { BREAKWATER_VAULT_RECIPIENTS: 'AGE-SECRET-KEY-1PLACEHOLDER' }],
    ['a passphrase in the setting itself', { BREAKWATER_VAULT_PASSPHRASE_FROM: 'placeholder' }],
    [
      'half of a pair of keys',
      { BREAKWATER_VAULT_S3_BUCKET: 'b', BREAKWATER_VAULT_S3_ACCESS_KEY_ID: 'placeholder' },
    ],
  ])('refuses %s', (_what, settings) => {
    expect(() => readConfig(settings)).toThrow(expect.objectContaining({ code: 'BW-START-CONFIG' }));
  });

  it('asks whom to seal to where only the identity is set', async () => {
    const settings = { BREAKWATER_VAULT_IDENTITY_COMMAND: '/bin/false' };
    await expect(open(settings)).rejects.toMatchObject({ code: 'BW-START-CONFIG' });
  });
});
