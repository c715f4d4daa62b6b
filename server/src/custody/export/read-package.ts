import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Decrypter } from 'age-encryption';
import { CodedError } from '../../foundation/index.ts';
import { sha256Hex, verifyPackage, type Finding, type PackageManifest } from './verification.ts';
import { readZip } from './zip.ts';

export interface PackageVerification {
  readonly intact: boolean;
  readonly findings: readonly Finding[];
  /** To be compared with what the sender says. */
  readonly manifestSha256: string;
  readonly manifest: PackageManifest;
}

/**
 * Verifies a package, a ZIP or a folder, by what lies in it and nothing else; with the recipient's identity also that
 * each exhibit opens and is the one that was sealed on arrival.
 * @throws {CodedError} BW-FILE-UNREADABLE, BW-PACKAGE-INVALID
 */
export async function verifyPackageAt(path: string, identity?: string): Promise<PackageVerification> {
  const files = await filesOf(path);
  const read = async (name: string) => {
    const bytes = files.get(name);
    return bytes === undefined ? null : new Uint8Array(bytes);
  };
  const spelled = await read('manifest.json');
  const manifest = spelled && parseManifest(spelled);
  if (spelled === null || manifest === null) throw new CodedError('BW-PACKAGE-INVALID');
  const findings = await verifyPackage(manifest, read);
  const listed = new Set([...manifest.files.map(({ name }) => name), ...UNLISTED]);
  for (const name of files.keys())
    if (!listed.has(name))
      findings.push({ good: false, about: name, text: 'It is not part of the package.' });
  if (identity !== undefined) findings.push(...(await openExhibits(manifest, read, identity)));
  return {
    intact: findings.every(({ good }) => good),
    findings,
    manifestSha256: await sha256Hex(spelled),
    manifest,
  };
}

const UNLISTED = ['manifest.json', 'README.html', 'SHA256SUMS'];

async function openExhibits(
  manifest: PackageManifest,
  read: (name: string) => Promise<Uint8Array<ArrayBuffer> | null>,
  identity: string,
): Promise<Finding[]> {
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity);
  const findings: Finding[] = [];
  for (const { file, contentSha256 } of manifest.exhibits) {
    const sealed = file === null ? null : await read(file);
    if (file === null || sealed === null) continue;
    const opened = await decrypter.decrypt(sealed).catch(() => null);
    if (opened === null) findings.push({ good: false, about: file, text: 'This identity does not open it.' });
    else if ((await sha256Hex(new Uint8Array(opened))) !== contentSha256)
      findings.push({ good: false, about: file, text: 'It holds other content than was sealed on arrival.' });
    else findings.push({ good: true, about: file, text: 'It opens, and holds what was sealed on arrival.' });
  }
  return findings;
}

async function filesOf(path: string): Promise<Map<string, Buffer>> {
  try {
    if ((await stat(path)).isFile()) return readZip(await readFile(path));
    const files = new Map<string, Buffer>();
    for (const entry of await readdir(path, { withFileTypes: true }))
      if (entry.isFile()) files.set(entry.name, await readFile(join(path, entry.name)));
    return files;
  } catch (error) {
    if (error instanceof RangeError) throw new CodedError('BW-PACKAGE-INVALID', { cause: error });
    throw new CodedError('BW-FILE-UNREADABLE', { message: `${path} cannot be read.`, cause: error });
  }
}

function parseManifest(bytes: Uint8Array): PackageManifest | null {
  try {
    const value = JSON.parse(Buffer.from(bytes).toString()) as Partial<PackageManifest>;
    const whole =
      value.format === 'breakwater-case-package/1' &&
      Array.isArray(value.files) &&
      Array.isArray(value.exhibits);
    return whole ? (value as PackageManifest) : null;
  } catch {
    return null;
  }
}
