import { resolve } from 'node:path';
import { z } from 'zod';
import { CodedError } from '../foundation/index.ts';
import type { PassphraseSource, S3StoreOptions, UnlockWay } from '../vault/index.ts';

/** Settings of the vault. */
export interface VaultConfig {
  /** Whom exhibits are sealed to; undefined for the installation's own. */
  readonly recipients: readonly string[] | undefined;
  /** Who can open exhibits besides, if everybody else has lost their keys. */
  readonly escrowRecipients: readonly string[];
  /** How the identity is had; undefined for the installation's own, if it is there. */
  readonly unlock: UnlockWay | undefined;
  /** Where the passphrase of an identity file comes from. */
  readonly passphrase: PassphraseSource;
  /** undefined keeps exhibits in a folder. */
  readonly s3: S3StoreOptions | undefined;
  /** In how many days the nightly scrub gets round. */
  readonly scrubWithinDays: number;
  /** The largest exhibit, in bytes. */
  readonly mostBytes: number;
}

const recipients = z
  .string()
  .transform((list) => list.split(/[\s,]+/).filter((word) => word !== ''))
  .pipe(z.array(z.string().regex(/^age1[0-9a-z]+$/, 'age recipients begin with age1')).min(1))
  .optional();

/** A path, or a JSON array of a path and what is passed to it. */
const command = z
  .string()
  .transform((text, context) => {
    if (!text.startsWith('[')) return [text];
    try {
      return JSON.parse(text) as unknown;
    } catch {
      context.addIssue({ code: 'custom', message: 'it is neither a path nor a JSON array of strings' });
      return z.NEVER;
    }
  })
  .pipe(z.tuple([z.string().regex(/^\//, 'the command must be named by its whole path')], z.string()))
  .optional();

const passphraseFrom = z
  .string()
  .regex(
    /^(?:terminal|fd:[3-9]|fd:[1-9]\d{1,2}|file:\/.*)$/,
    'it is terminal, fd:NUMBER (from 3) or file:/PATH',
  )
  .optional();

export const vaultSettings = {
  BREAKWATER_VAULT_RECIPIENTS: recipients,
  BREAKWATER_VAULT_ESCROW_RECIPIENTS: recipients,
  BREAKWATER_VAULT_IDENTITY_FILE: z.string().min(1).optional(),
  BREAKWATER_VAULT_IDENTITY_COMMAND: command,
  BREAKWATER_VAULT_PASSPHRASE_FROM: passphraseFrom,
  BREAKWATER_VAULT_SCRUB_DAYS: z.coerce.number().int().min(1).max(3650).default(30),
  BREAKWATER_VAULT_MAX_MEGABYTES: z.coerce.number().int().min(1).max(1_048_576).default(512),
  BREAKWATER_VAULT_S3_BUCKET: z.string().min(1).optional(),
  BREAKWATER_VAULT_S3_REGION: z.string().min(1).default('us-east-1'),
  BREAKWATER_VAULT_S3_ENDPOINT: z.url({ protocol: /^https?$/ }).optional(),
  BREAKWATER_VAULT_S3_PREFIX: z
    .string()
    .regex(/^[\w./-]*$/)
    .default(''),
  BREAKWATER_VAULT_S3_ACCESS_KEY_ID: z.string().min(1).optional(),
  BREAKWATER_VAULT_S3_SECRET_ACCESS_KEY: z.string().min(1).optional(),
  BREAKWATER_VAULT_S3_LOCK_DAYS: z.coerce.number().int().min(1).max(36_500).optional(),
  BREAKWATER_VAULT_S3_LOCK_MODE: z.enum(['governance', 'compliance']).default('governance'),
};

type Values = z.infer<z.ZodObject<typeof vaultSettings>>;

/** @throws {CodedError} BW-START-CONFIG when settings contradict each other */
export function vaultConfigOf(values: Values): VaultConfig {
  const file = values.BREAKWATER_VAULT_IDENTITY_FILE;
  const words = values.BREAKWATER_VAULT_IDENTITY_COMMAND;
  if (file !== undefined && words !== undefined)
    throw contradiction('set BREAKWATER_VAULT_IDENTITY_FILE or BREAKWATER_VAULT_IDENTITY_COMMAND, not both');
  const passphrase = passphraseOf(values.BREAKWATER_VAULT_PASSPHRASE_FROM);
  return {
    recipients: values.BREAKWATER_VAULT_RECIPIENTS,
    escrowRecipients: values.BREAKWATER_VAULT_ESCROW_RECIPIENTS ?? [],
    unlock: unlockOf(file, words, passphrase),
    passphrase,
    s3: s3Of(values),
    scrubWithinDays: values.BREAKWATER_VAULT_SCRUB_DAYS,
    mostBytes: values.BREAKWATER_VAULT_MAX_MEGABYTES * 1024 ** 2,
  };
}

function unlockOf(
  file: string | undefined,
  words: readonly string[] | undefined,
  passphrase: PassphraseSource,
): UnlockWay | undefined {
  if (words !== undefined) return { kind: 'command', words };
  return file === undefined ? undefined : { kind: 'file', path: resolve(file), passphrase };
}

function passphraseOf(text: string | undefined): PassphraseSource {
  if (text === undefined) return { from: 'none' };
  if (text === 'terminal') return { from: 'terminal' };
  return text.startsWith('fd:')
    ? { from: 'descriptor', descriptor: Number(text.slice('fd:'.length)) }
    : { from: 'file', path: text.slice('file:'.length) };
}

function s3Of(values: Values): S3StoreOptions | undefined {
  const bucket = values.BREAKWATER_VAULT_S3_BUCKET;
  if (bucket === undefined) return undefined;
  const accessKeyId = values.BREAKWATER_VAULT_S3_ACCESS_KEY_ID;
  const secretAccessKey = values.BREAKWATER_VAULT_S3_SECRET_ACCESS_KEY;
  if ((accessKeyId === undefined) !== (secretAccessKey === undefined))
    throw contradiction(
      'BREAKWATER_VAULT_S3_ACCESS_KEY_ID and BREAKWATER_VAULT_S3_SECRET_ACCESS_KEY go together',
    );
  const days = values.BREAKWATER_VAULT_S3_LOCK_DAYS;
  const mode = values.BREAKWATER_VAULT_S3_LOCK_MODE === 'compliance' ? 'COMPLIANCE' : 'GOVERNANCE';
  return {
    bucket,
    region: values.BREAKWATER_VAULT_S3_REGION,
    endpoint: values.BREAKWATER_VAULT_S3_ENDPOINT,
    prefix: values.BREAKWATER_VAULT_S3_PREFIX,
    credentials:
      accessKeyId === undefined || secretAccessKey === undefined
        ? undefined
        : { accessKeyId, secretAccessKey },
    lock: days === undefined ? undefined : { days, mode },
  };
}

function contradiction(message: string): CodedError {
  return new CodedError('BW-START-CONFIG', { message: `A setting is not valid: ${message}.` });
}
