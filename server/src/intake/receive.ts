import { createHash, randomUUID } from 'node:crypto';
import { canonicalJson } from '@breakwater/ledger';
import {
  addExhibit,
  noteAccounts,
  noteGroup,
  noteMemberships,
  sealMedia,
  setAccountPicture,
  setGroupPicture,
  type SealedMedia,
} from '../cases/index.ts';
import {
  CodedError,
  enqueue,
  isUniqueViolation,
  type Clock,
  type Database,
  type Transaction,
} from '../foundation/index.ts';
import { record, type Actor } from '../ledger/index.ts';
import type { Media, Screening } from '../screening/index.ts';
import type { Vault } from '../vault/index.ts';
import type { UserReportsTable } from './tables.ts';
import { accountsOf, filesMentioned, messagesOf, type FileMention, type UserReport } from './user-report.ts';

declare module '../foundation/jobs.ts' {
  interface Jobs {
    'screen-user-report': { userReportId: string };
  }
}

export interface IntakeDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly vault: Vault;
  readonly screening: Screening;
}

export interface Received {
  readonly userReportId: string;
  /** Whether this key and body had been received before. */
  readonly repeated: boolean;
}

/**
 * Takes a user report in. When this resolves, the report and its media are durable and everything that follows is
 * enqueued. Files are the caller's to discard. The same key with the same body is answered as the first time and does nothing twice.
 * @throws {CodedError} BW-IDEMPOTENCY-KEY-REUSED, BW-MULTIPART-PART-MISSING, BW-MULTIPART-PART-UNUSED
 */
export async function receiveUserReport(
  deps: IntakeDeps,
  sender: { readonly serviceId: string; readonly keyId: string },
  idempotencyKey: string,
  report: UserReport,
  files: ReadonlyMap<string, Media>,
): Promise<Received> {
  const mentions = filesMentioned(report);
  checkFiles(mentions, files);
  const bodyHash = hashOfBody(report, files);
  const earlier = await findByKey(deps.db, sender.serviceId, idempotencyKey, bodyHash);
  if (earlier !== undefined) return earlier;
  const media = await sealFiles(deps, files);
  try {
    return await deps.db
      .transaction()
      .execute((trx) => store(deps, trx, { sender, idempotencyKey, bodyHash, report, mentions, media }));
  } catch (error) {
    if (!isUniqueViolation(error, 'user_reports_idempotency')) throw error;
    // The same key came in twice at once, and the other was first.
    const winner = await findByKey(deps.db, sender.serviceId, idempotencyKey, bodyHash);
    if (winner === undefined) throw error;
    return winner;
  }
}

function checkFiles(mentions: readonly FileMention[], files: ReadonlyMap<string, Media>): void {
  const missing = mentions.filter((mention) => !files.has(mention.part));
  if (missing.length > 0) {
    throw new CodedError('BW-MULTIPART-PART-MISSING', {
      details: missing.map(({ path, part }) => ({ path, message: `no file part is named "${part}"` })),
    });
  }
  const mentioned = new Set(mentions.map((mention) => mention.part));
  const unused = [...files.keys()].filter((part) => !mentioned.has(part));
  if (unused.length > 0) {
    throw new CodedError('BW-MULTIPART-PART-UNUSED', {
      details: unused.map((part) => ({
        path: part,
        message: 'nothing in the report refers to this file part',
      })),
    });
  }
}

function hashOfBody(report: UserReport, files: ReadonlyMap<string, Media>): Buffer {
  const hash = createHash('sha256').update(canonicalJson(report));
  for (const part of [...files.keys()].toSorted()) {
    const file = files.get(part) ?? new Uint8Array();
    const digest = file instanceof Uint8Array ? createHash('sha256').update(file).digest('hex') : file.sha256;
    hash.update(`\n${part} ${digest}`);
  }
  return hash.digest();
}

async function findByKey(
  db: Database,
  serviceId: string,
  idempotencyKey: string,
  bodyHash: Buffer,
): Promise<Received | undefined> {
  const row = await db
    .selectFrom('user_reports')
    .select(['id', 'body_hash'])
    .where('service_id', '=', serviceId)
    .where('idempotency_key', '=', idempotencyKey)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  if (!row.body_hash.equals(bodyHash)) throw new CodedError('BW-IDEMPOTENCY-KEY-REUSED');
  return { userReportId: row.id, repeated: true };
}

async function sealFiles(
  deps: IntakeDeps,
  files: ReadonlyMap<string, Media>,
): Promise<ReadonlyMap<string, SealedMedia>> {
  const media = new Map<string, SealedMedia>();
  for (const [part, file] of files) media.set(part, await sealMedia(deps, file));
  return media;
}

interface Storing {
  readonly sender: { readonly serviceId: string; readonly keyId: string };
  readonly idempotencyKey: string;
  readonly bodyHash: Buffer;
  readonly report: UserReport;
  readonly mentions: readonly FileMention[];
  readonly media: ReadonlyMap<string, SealedMedia>;
}

async function store(deps: IntakeDeps, trx: Transaction, storing: Storing): Promise<Received> {
  const { report, sender } = storing;
  const now = deps.clock.now();
  const actor: Actor = { kind: 'service', id: sender.serviceId, keyId: sender.keyId };
  const { groupId, accountIds } = await noteSubjects(trx, sender.serviceId, now, report);
  const row: UserReportsTable = {
    id: randomUUID(),
    service_id: sender.serviceId,
    idempotency_key: storing.idempotencyKey,
    body_hash: storing.bodyHash,
    status: 'received',
    case_id: null,
    group_id: groupId,
    reporter_id: report.reporter === undefined ? null : idOf(accountIds, report.reporter.id),
    reason: report.reason,
    comment: report.comment ?? null,
    content_visibility: report.contentVisibility,
    authenticity: report.authenticity,
    occurred_at: new Date(report.occurredAt ?? report.message?.sentAt ?? now),
    received_at: now,
  };
  await trx.insertInto('user_reports').values(row).execute();
  await record(trx, {
    type: 'user-report.received',
    at: now,
    actor,
    payload: {
      userReportId: row.id,
      serviceId: sender.serviceId,
      reason: report.reason,
      contentVisibility: report.contentVisibility,
      authenticity: report.authenticity,
      exhibits: storing.media.size,
    },
  });
  await storeMessages(trx, row.id, report, accountIds);
  await storeExhibits(deps, trx, actor, storing, { userReportId: row.id, groupId, accountIds });
  await enqueue(trx, 'screen-user-report', { userReportId: row.id });
  return { userReportId: row.id, repeated: false };
}

async function noteSubjects(
  trx: Transaction,
  serviceId: string,
  now: Date,
  report: UserReport,
): Promise<{ groupId: string; accountIds: ReadonlyMap<string, string> }> {
  const { id: externalId, name, description, visibility, members } = report.group;
  const group = await noteGroup(trx, serviceId, now, { externalId, name, description, visibility });
  const accountIds = await noteAccounts(
    trx,
    serviceId,
    now,
    accountsOf(report).map((account) => ({
      externalId: account.id,
      handle: account.handle,
      displayName: account.displayName,
    })),
  );
  await noteMemberships(
    trx,
    group.id,
    members.map((member) => ({
      accountId: idOf(accountIds, member.account.id),
      role: member.role,
      joinedAt: instant(member.joinedAt),
      leftAt: instant(member.leftAt),
    })),
  );
  return { groupId: group.id, accountIds };
}

async function storeMessages(
  trx: Transaction,
  userReportId: string,
  report: UserReport,
  accountIds: ReadonlyMap<string, string>,
): Promise<void> {
  const rows = messagesOf(report).map((message, ordinal) => ({
    user_report_id: userReportId,
    ordinal,
    external_id: message.id,
    reported: message === report.message,
    sender_id: idOf(accountIds, message.sender.id),
    sent_at: new Date(message.sentAt),
    text: message.text ?? null,
  }));
  if (rows.length > 0) await trx.insertInto('reported_messages').values(rows).execute();
}

async function storeExhibits(
  deps: IntakeDeps,
  trx: Transaction,
  actor: Actor,
  storing: Storing,
  ids: {
    readonly userReportId: string;
    readonly groupId: string;
    readonly accountIds: ReadonlyMap<string, string>;
  },
): Promise<void> {
  const exhibits = new Map<string, string>();
  for (const [part, media] of inOneOrder(storing.media)) {
    const mentions = storing.mentions.filter((mention) => mention.part === part);
    const [first] = mentions;
    if (first === undefined) throw new Error('a file part that is not mentioned got past the check');
    const exhibitId = await addExhibit({ trx, vault: deps.vault, clock: deps.clock }, actor, {
      serviceId: storing.sender.serviceId,
      media,
      origin: first.origin,
      ordinal: storing.mentions.indexOf(first),
      originalName: mentions.find((mention) => mention.name !== null)?.name ?? null,
    });
    exhibits.set(part, exhibitId);
    const attached = mentions.find((mention) => mention.messageOrdinal !== null);
    await trx
      .insertInto('user_report_exhibits')
      .values({
        user_report_id: ids.userReportId,
        exhibit_id: exhibitId,
        part,
        message_ordinal: attached?.messageOrdinal ?? null,
      })
      .execute();
  }
  for (const mention of storing.mentions) {
    const exhibitId = exhibits.get(mention.part);
    if (exhibitId === undefined) continue;
    if (mention.origin === 'group-picture') await setGroupPicture(trx, ids.groupId, exhibitId);
    if (mention.accountId !== null)
      await setAccountPicture(trx, idOf(ids.accountIds, mention.accountId), exhibitId);
  }
}

/** By content, so that two reports which bring the same pictures at once cannot lock each other out. */
function inOneOrder(media: ReadonlyMap<string, SealedMedia>): [string, SealedMedia][] {
  return [...media].toSorted(([, a], [, b]) => Buffer.compare(a.sealed.contentKey, b.sealed.contentKey));
}

function idOf(accountIds: ReadonlyMap<string, string>, externalId: string): string {
  const id = accountIds.get(externalId);
  if (id === undefined) throw new Error('an account of the report was not noted');
  return id;
}

function instant(text: string | undefined): Date | undefined {
  return text === undefined ? undefined : new Date(text);
}
