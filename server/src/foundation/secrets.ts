import { createHash, hkdfSync, randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CodedError } from './errors.ts';

/** Secrets of this installation, each made at random on the first start and kept in a folder only its owner reads. */
export interface Secrets {
  /** A secret for one purpose, derived from the installation's key (HKDF-SHA-256, RFC 5869), so it is stored nowhere. */
  derive(purpose: string, salt: string, bytes?: number): Buffer;
  /** The secret kept under `name`, made by `make` if there is none yet. */
  keep(name: string, make: () => string | Promise<string>): Promise<string>;
}

export async function openSecrets(folder: string): Promise<Secrets> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const keep = async (name: string, make: () => string | Promise<string>): Promise<string> => {
    const path = join(folder, name);
    const present = await existing(path);
    if (present !== null) return present;
    await writeDurably(path, await make());
    const kept = await existing(path);
    if (kept === null) throw new Error(`${path} was removed while it was written`);
    return kept;
  };
  const keyInHex = await keep('installation.key', () => randomBytes(32).toString('hex'));
  if (!/^[0-9a-f]{64}$/i.test(keyInHex))
    throw new Error(`${join(folder, 'installation.key')} is not 32 bytes in hex`);
  const installationKey = Buffer.from(keyInHex, 'hex');
  return {
    keep,
    derive: (purpose, salt, bytes = 32) =>
      Buffer.from(hkdfSync('sha256', installationKey, salt, `breakwater ${purpose}`, bytes)),
  };
}

/** What is stored of a random secret that only has to be recognized again. */
export function fingerprintOfSecret(secret: string): Buffer {
  return createHash('sha256').update(secret, 'utf8').digest();
}

async function existing(path: string): Promise<string | null> {
  try {
    const { mode } = await stat(path);
    if ((mode & 0o077) !== 0) {
      const message = `The secret in ${path} can be read by others. Close it with: chmod 600 ${path}`;
      throw new CodedError('BW-START-CONFIG', { message });
    }
    return (await readFile(path, 'utf8')).trim();
  } catch (error) {
    if (isCode(error, 'ENOENT')) return null;
    throw error;
  }
}

/**
 * Written whole or not at all, so that a crash in between cannot leave half a key; and never over another, so that two
 * programs which start at once go on with the same.
 */
async function writeDurably(path: string, secret: string): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  const file = await open(temporary, 'wx', 0o600);
  try {
    await file.writeFile(`${secret}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  try {
    await link(temporary, path);
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error;
  } finally {
    await rm(temporary);
  }
  const folder = await open(join(path, '..'), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
