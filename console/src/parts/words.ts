/** The contract's identifiers in the words that people read. */
import type {
  ActionKind,
  CaseUserReport,
  Delivery,
  Exhibit,
  FingerprintKind,
  Harm,
  PlannedAction,
  ReportSummary,
} from '@breakwater/server/contract';

export type Tone = 'plain' | 'calm' | 'good' | 'attention' | 'danger';
export type Phrase = { text: string; tone: Tone };

export const harmWords: Record<Harm, string> = {
  child_safety: 'Child safety',
  'child_safety.csam': 'Child sexual abuse material',
  'child_safety.grooming': 'Grooming',
  'child_safety.privacy_violation': "Violation of a child's privacy",
  'child_safety.harassment': 'Harassment of a child',
  other: 'Other',
};

export const authenticityWords: Record<CaseUserReport['authenticity'], string> = {
  'server-verified': 'Verified by the service',
  franked: 'Verified by message franking',
  unverified: 'Not verified',
};

export const visibilityWords = { public: 'Public', private: 'Private' } as const;

export const originWords: Record<Exhibit['origin'], string> = {
  'group-picture': 'Group picture',
  'account-picture': 'Account picture',
  'message-attachment': 'Attachment',
};

export const fingerprintWords: Record<FingerprintKind, string> = {
  pdq: 'PDQ',
  md5: 'MD5',
  sha1: 'SHA-1',
  sha256: 'SHA-256',
  vpdq: 'vPDQ',
};

export const actionVerbs: Record<ActionKind, string> = {
  'remove-group': 'Remove',
  'restrict-group': 'Restrict',
  'suspend-account': 'Suspend',
  'ban-account': 'Ban',
  'quarantine-media': 'Quarantine',
};

export const actionStatusWords: Record<PlannedAction['status'], Phrase> = {
  waiting: { text: 'Waiting for the service', tone: 'calm' },
  delivered: { text: 'Delivered', tone: 'good' },
  dead: { text: 'Not delivered', tone: 'danger' },
};

export const deliveryStatusWords: Record<Delivery['status'], Phrase> = {
  pending: { text: 'Pending', tone: 'calm' },
  delivered: { text: 'Delivered', tone: 'good' },
  dead: { text: 'Dead', tone: 'danger' },
};

export const reportStatusWords: Record<ReportSummary['status'], Phrase> = {
  queued: { text: 'Queued', tone: 'calm' },
  filing: { text: 'Being filed', tone: 'calm' },
  filed: { text: 'Filed', tone: 'good' },
  waiting: { text: 'Waiting to try again', tone: 'attention' },
  failed: { text: 'Failed: needs a person', tone: 'danger' },
};

type Environment = ReportSummary['environment'];

export const environmentWords: Record<Environment, Phrase> = {
  sandbox: { text: 'Sandbox: nothing leaves this machine', tone: 'calm' },
  test: { text: "Test: goes to the CyberTipline's test system", tone: 'attention' },
  production: { text: 'Production: a real report to NCMEC', tone: 'danger' },
  unconfigured: { text: 'Not configured: a report waits until credentials are set', tone: 'attention' },
};

/** A priority of 0 to 100 as a word. */
export function priorityWord(priority: number): Phrase {
  if (priority >= 75) return { text: 'Urgent', tone: 'danger' };
  if (priority >= 50) return { text: 'High', tone: 'attention' };
  if (priority >= 25) return { text: 'Medium', tone: 'calm' };
  return { text: 'Low', tone: 'plain' };
}

/** An identifier such as `unrecognized-format` as words. */
export function spell(identifier: string): string {
  const words = identifier.replaceAll(/[-_.]+/g, ' ').trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** `count` with its noun: `1 case`, `2 cases`. */
export function countOf(count: number, noun: string, plural = `${noun}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? noun : plural}`;
}

/** A size in bytes, such as `1.4 MB`. */
export function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const [value, unit] = bytes < 1_000_000 ? [bytes / 1000, 'kB'] : [bytes / 1_000_000, 'MB'];
  return `${value.toLocaleString('en', { maximumFractionDigits: 1 })} ${unit}`;
}
