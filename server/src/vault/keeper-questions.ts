import type { RenderRequest } from '@breakwater/perceptual/node';

/** Where the passphrase of a protected identity file comes from. */
export type PassphraseSource =
  | { readonly from: 'none' }
  | { readonly from: 'file'; readonly path: string }
  /** Read once by the keeper, from the descriptor that the program itself was started with. */
  | { readonly from: 'descriptor'; readonly descriptor: number }
  /** Asked by the keeper itself, on the terminal that the program was started from. */
  | { readonly from: 'terminal' };

/** How the keeper comes by the vault's identity. The program that asks it to never sees it. */
export type UnlockWay =
  | { readonly kind: 'file'; readonly path: string; readonly passphrase: PassphraseSource }
  /** A program and its words, run without a shell, which prints the identity. */
  | { readonly kind: 'command'; readonly words: readonly string[] };

/** What the program may ask of its keeper. All but `unlock` take a sealed object as their stream. */
export type Question =
  | { readonly task: 'unlock'; readonly way: UnlockWay; readonly contentSecret: string }
  | { readonly task: 'verify'; readonly contentKey: string }
  | { readonly task: 'open'; readonly contentKey: string }
  | { readonly task: 'reseal'; readonly contentKey: string; readonly recipients: readonly string[] }
  | { readonly task: 'render'; readonly contentKey: string; readonly render: RenderRequest };

/**
 * Why it was not done. `altered`: not as it was sealed, or not the content that it is to be. `no-identity`: sealed to
 * others. `busy`: too much waits for the decoder. `locked`: the identity could not be had, for the reason in `message`.
 */
export interface Refusal {
  readonly reason: 'altered' | 'no-identity' | 'busy' | 'locked' | 'internal';
  readonly message: string;
}

/** @throws {TypeError} when it is none */
export function requireQuestion(value: unknown): Question {
  const fields = fieldsOf(value);
  const isKey = (field: unknown) => typeof field === 'string' && /^[0-9a-f]{64}$/.test(field);
  switch (fields['task']) {
    case 'unlock':
      if (isKey(fields['contentSecret']) && isWay(fields['way'])) return value as Question;
      break;
    case 'verify':
    case 'open':
      if (isKey(fields['contentKey'])) return value as Question;
      break;
    case 'reseal':
      if (isKey(fields['contentKey']) && isWords(fields['recipients'])) return value as Question;
      break;
    case 'render':
      if (isKey(fields['contentKey']) && isRenderRequest(fields['render'])) return value as Question;
      break;
  }
  throw new TypeError('it is no question of ours');
}

/** What the keeper says of a refusal, read with distrust. */
export function readRefusal(value: unknown): Refusal {
  const { reason, message } = fieldsOf(value);
  const known = (['altered', 'no-identity', 'busy', 'locked'] as const).find((word) => word === reason);
  return { reason: known ?? 'internal', message: typeof message === 'string' ? message.slice(0, 500) : '' };
}

export function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

export function isWords(value: unknown): value is string[] {
  return Array.isArray(value) && value.length > 0 && value.every((word) => typeof word === 'string');
}

function isWay(value: unknown): boolean {
  const { kind, path, words, passphrase } = fieldsOf(value);
  if (kind === 'command') return isWords(words);
  return kind === 'file' && typeof path === 'string' && typeof fieldsOf(passphrase)['from'] === 'string';
}

function isRenderRequest(value: unknown): boolean {
  const { maxSide, tone, blur } = fieldsOf(value);
  return typeof maxSide === 'number' && typeof blur === 'number' && (tone === 'gray' || tone === 'color');
}
