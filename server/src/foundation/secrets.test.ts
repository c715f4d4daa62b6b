import { chmod, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fingerprintOfSecret, openSecrets } from './index.ts';

describe('the secrets of an installation', () => {
  let root: string;
  let folder: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'breakwater-secrets-'));
    folder = join(root, 'secrets');
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  it('lie in files that only their owner reads, in a folder of the same kind', async () => {
    const secrets = await openSecrets(folder);
    await secrets.keep('placeholder', () => 'made once');
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    expect((await readdir(folder)).toSorted()).toEqual(['installation.key', 'placeholder']);
    for (const name of await readdir(folder))
      expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600);
  });

  it('stay the same from start to start', async () => {
    const first = await openSecrets(folder);
    const second = await openSecrets(folder);
    expect(second.derive('purpose', 'salt')).toEqual(first.derive('purpose', 'salt'));
    expect(await first.keep('placeholder', () => 'made once')).toBe('made once');
    expect(await second.keep('placeholder', () => 'made twice')).toBe('made once');
  });

  it('differ by installation, purpose and salt', async () => {
    const [one, other] = [await openSecrets(folder), await openSecrets(join(root, 'other'))];
    const derived = [
      one.derive('purpose', 'salt'),
      one.derive('purpose', 'other salt'),
      one.derive('other purpose', 'salt'),
      other.derive('purpose', 'salt'),
    ].map((secret) => secret.toString('hex'));
    expect(new Set(derived).size).toBe(derived.length);
    expect(one.derive('purpose', 'salt', 16)).toHaveLength(16);
    expect(one.derive('purpose', 'salt')).toHaveLength(32);
  });

  it.each([0o640, 0o604, 0o620, 0o644])('are refused when others may touch them (mode %o)', async (mode) => {
    await openSecrets(folder);
    await chmod(join(folder, 'installation.key'), mode);
    await expect(openSecrets(folder)).rejects.toThrow(/chmod 600/);
  });

  it.each(['', 'ab', `${'ab'.repeat(32)}cd`, 'x'.repeat(64), `${'ab'.repeat(32)}xyz`])(
    'are refused when the installation key is not 32 bytes in hex: "%s"',
    async (content) => {
      await openSecrets(folder);
      await writeFile(join(folder, 'installation.key'), content, { mode: 0o600 });
      await expect(openSecrets(folder)).rejects.toThrow(/32 bytes/);
    },
  );

  it('are made once when two programs open them for the first time at once', async () => {
    const opened = await Promise.all(Array.from({ length: 8 }, () => openSecrets(folder)));
    const derived = opened.map((secrets) => secrets.derive('purpose', 'salt').toString('hex'));
    expect(new Set(derived).size).toBe(1);
    const kept = await Promise.all(
      opened.map((secrets, index) => secrets.keep('placeholder', () => `made by ${index}`)),
    );
    expect(new Set(kept).size).toBe(1);
    expect((await readdir(folder)).toSorted()).toEqual(['installation.key', 'placeholder']);
  });

  it('are recognized by a fingerprint that does not tell them', () => {
    const fingerprint = fingerprintOfSecret('a placeholder secret');
    expect(fingerprint).toHaveLength(32);
    expect(fingerprint.toString('utf8')).not.toContain('placeholder');
    expect(fingerprintOfSecret('a placeholder secret')).toEqual(fingerprint);
    expect(fingerprintOfSecret('another placeholder secret')).not.toEqual(fingerprint);
  });
});
