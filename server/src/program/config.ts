import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { ROLES, type OidcSettings, type Role } from '../access/index.ts';
import { CodedError } from '../foundation/index.ts';
import { vaultConfigOf, vaultSettings, type VaultConfig } from './vault-config.ts';

/** Settings of the program. Each comes from a flag, else from the environment, else from the default named here. */
export interface Config {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** Folder of everything that this installation keeps. */
  readonly dataFolder: string;
  /** A PostgreSQL of yours; undefined for the one that comes with Breakwater. */
  readonly databaseUrl: string | undefined;
  /** The same database as the owner of its tables, who alone changes their shape; undefined to do that as the program. */
  readonly databaseOwnerUrl: string | undefined;
  /** Bin folder of an installed PostgreSQL to run instead of the one from npm. */
  readonly postgresBinFolder: string | undefined;
  /** Address by which people reach the console, where a proxy stands in front. */
  readonly publicUrl: string | undefined;
  /** File of your own retention profiles. */
  readonly retentionProfiles: string | undefined;
  readonly logLevel: string;
  /** Addresses or networks of the proxies whose word on who calls is taken; none by default. */
  readonly trustedProxies: readonly string[];
  /** Bytes that a video may have, in a report or to be screened. */
  readonly maxVideoBytes: number;
  readonly cyberTipline: CyberTiplineConfig | undefined;
  /** Sign-in by an organization's OpenID Connect provider. */
  readonly oidc: OidcSettings | undefined;
  readonly vault: VaultConfig;
}

export interface CyberTiplineConfig {
  readonly url: string;
  readonly username: string;
  readonly password: string;
  readonly reporterEmail: string;
  readonly environment: 'sandbox' | 'test' | 'production';
}

export interface ConfigFlags {
  readonly host?: string | undefined;
  readonly port?: string | undefined;
  readonly data?: string | undefined;
}

/** Beside the program, wherever it is called from. */
const defaultDataFolder = fileURLToPath(new URL('../../../data', import.meta.url));

const environmentSchema = z.object({
  BREAKWATER_HOST: z.string().min(1).default('127.0.0.1'),
  BREAKWATER_PORT: z.coerce.number().int().min(0).max(65_535).default(4000),
  BREAKWATER_DATA: z.string().min(1).default(defaultDataFolder),
  DATABASE_URL: z.url({ protocol: /^postgres(?:ql)?$/ }).optional(),
  DATABASE_OWNER_URL: z.url({ protocol: /^postgres(?:ql)?$/ }).optional(),
  BREAKWATER_POSTGRES_BIN: z.string().min(1).optional(),
  BREAKWATER_PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  BREAKWATER_RETENTION_PROFILES: z.string().min(1).optional(),
  BREAKWATER_LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
  BREAKWATER_TRUSTED_PROXIES: z
    .string()
    .transform((list) => list.split(',').map((address) => address.trim()))
    .pipe(z.array(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()])))
    .optional(),
  BREAKWATER_MAX_VIDEO_MIB: z.coerce.number().int().min(1).max(4096).default(512),
  BREAKWATER_CYBERTIPLINE_URL: z.url({ protocol: /^https?$/ }).optional(),
  BREAKWATER_CYBERTIPLINE_USERNAME: z.string().min(1).optional(),
  BREAKWATER_CYBERTIPLINE_PASSWORD: z.string().min(1).optional(),
  BREAKWATER_REPORTER_EMAIL: z.email().optional(),
  BREAKWATER_OIDC_ISSUER: z.url({ protocol: /^https?$/ }).optional(),
  BREAKWATER_OIDC_CLIENT_ID: z.string().min(1).optional(),
  BREAKWATER_OIDC_CLIENT_SECRET: z.string().min(1).optional(),
  BREAKWATER_OIDC_NAME: z.string().min(1).max(100).default('your organization'),
  BREAKWATER_OIDC_ROLES_CLAIM: z.string().min(1).default('groups'),
  BREAKWATER_OIDC_ROLES: z.string().min(1).optional(),
  ...vaultSettings,
});

/** Reads and checks the settings. @throws {CodedError} BW-START-CONFIG naming every setting at fault */
export function readConfig(
  environment: Readonly<Record<string, string | undefined>>,
  flags: ConfigFlags = {},
): Config {
  const parsed = environmentSchema.safeParse({
    ...withoutEmpty(environment),
    ...(flags.host === undefined ? {} : { BREAKWATER_HOST: flags.host }),
    ...(flags.port === undefined ? {} : { BREAKWATER_PORT: flags.port }),
    ...(flags.data === undefined ? {} : { BREAKWATER_DATA: flags.data }),
  });
  if (!parsed.success) {
    const details = parsed.error.issues.map((issue) => ({
      path: issue.path.join('.'),
      message: issue.message,
    }));
    throw configError(details.map(({ path, message }) => `${path}: ${message}`).join('; '));
  }
  const values = parsed.data;
  return {
    host: values.BREAKWATER_HOST,
    port: values.BREAKWATER_PORT,
    dataFolder: resolve(values.BREAKWATER_DATA),
    databaseUrl: values.DATABASE_URL,
    databaseOwnerUrl: values.DATABASE_OWNER_URL,
    postgresBinFolder: values.BREAKWATER_POSTGRES_BIN,
    publicUrl: values.BREAKWATER_PUBLIC_URL?.replace(/\/+$/, ''),
    retentionProfiles: values.BREAKWATER_RETENTION_PROFILES,
    logLevel: values.BREAKWATER_LOG_LEVEL,
    trustedProxies: values.BREAKWATER_TRUSTED_PROXIES ?? [],
    maxVideoBytes: values.BREAKWATER_MAX_VIDEO_MIB * 1024 * 1024,
    cyberTipline: cyberTiplineOf(values),
    oidc: oidcOf(values),
    vault: vaultConfigOf(values),
  };
}

function cyberTiplineOf(values: z.infer<typeof environmentSchema>): CyberTiplineConfig | undefined {
  const url = values.BREAKWATER_CYBERTIPLINE_URL;
  if (url === undefined) return undefined;
  const username = values.BREAKWATER_CYBERTIPLINE_USERNAME;
  const password = values.BREAKWATER_CYBERTIPLINE_PASSWORD;
  const reporterEmail = values.BREAKWATER_REPORTER_EMAIL;
  if (username === undefined || password === undefined || reporterEmail === undefined) {
    throw configError(
      'BREAKWATER_CYBERTIPLINE_URL needs BREAKWATER_CYBERTIPLINE_USERNAME, BREAKWATER_CYBERTIPLINE_PASSWORD and BREAKWATER_REPORTER_EMAIL as well',
    );
  }
  return { url, username, password, reporterEmail, environment: environmentOf(url) };
}

/** Told by the address, so that nobody can take the real line for a test, or a test for the real line. */
function environmentOf(url: string): CyberTiplineConfig['environment'] {
  const { protocol, hostname, username, password } = new URL(url);
  if (username === '' && password === '') {
    if (protocol === 'https:' && hostname === 'report.cybertip.org') return 'production';
    if (protocol === 'https:' && hostname === 'exttest.cybertip.org') return 'test';
    // All four numbers, because 127.somewhere.example is another machine's name.
    if (/^(?:localhost|\[::1\]|127(?:\.\d+){3})$/.test(hostname)) return 'sandbox';
  }
  throw configError(
    'BREAKWATER_CYBERTIPLINE_URL must be of https://report.cybertip.org, https://exttest.cybertip.org, or a sandbox on this machine, and hold no credentials',
  );
}

function oidcOf(values: z.infer<typeof environmentSchema>): OidcSettings | undefined {
  const issuer = values.BREAKWATER_OIDC_ISSUER;
  if (issuer === undefined) return undefined;
  const clientId = values.BREAKWATER_OIDC_CLIENT_ID;
  const clientSecret = values.BREAKWATER_OIDC_CLIENT_SECRET;
  const table = values.BREAKWATER_OIDC_ROLES;
  if (clientId === undefined || clientSecret === undefined || table === undefined) {
    throw configError(
      'BREAKWATER_OIDC_ISSUER needs BREAKWATER_OIDC_CLIENT_ID, BREAKWATER_OIDC_CLIENT_SECRET and BREAKWATER_OIDC_ROLES as well',
    );
  }
  const { protocol, hostname } = new URL(issuer);
  if (protocol !== 'https:' && !/^(?:localhost|\[::1\]|127(?:\.\d+){3})$/.test(hostname))
    throw configError('BREAKWATER_OIDC_ISSUER must be an https address, or be on this machine');
  return {
    issuer,
    clientId,
    clientSecret,
    name: values.BREAKWATER_OIDC_NAME,
    rolesClaim: values.BREAKWATER_OIDC_ROLES_CLAIM,
    roles: new Map(table.split(',').map(groupAndRole)),
  };
}

/** Such as `desk-reviewers=reviewer`; the name of a group may have an equals sign in it, as in a directory's. */
function groupAndRole(pair: string): [string, Role] {
  const at = pair.lastIndexOf('=');
  const group = pair.slice(0, Math.max(at, 0)).trim();
  const role = ROLES.find((one) => one === pair.slice(at + 1).trim());
  if (group !== '' && role !== undefined) return [group, role];
  throw configError(
    `BREAKWATER_OIDC_ROLES is group=role with commas between; the roles are ${ROLES.join(', ')}`,
  );
}

function configError(message: string): CodedError {
  return new CodedError('BW-START-CONFIG', { message: `A setting is not valid. ${message}.` });
}

/** An empty variable is how a shell says that there is none. */
function withoutEmpty(
  environment: Readonly<Record<string, string | undefined>>,
): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
}
