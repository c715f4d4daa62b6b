import { sql } from 'kysely';
import type { Queryable } from '../foundation/index.ts';
import { exhibitsViewedInFull, type DecisionRow } from '../review/index.ts';
import {
  incidentTypes,
  type FileDetails,
  type IncidentType,
  type PersonOrUserReported,
  type Report,
} from './cybertipline/index.ts';
import type { ReportFilesTable } from './tables.ts';

/** The report on a decided case, in the published format. */
export async function composeReport(
  db: Queryable,
  decision: DecisionRow,
  reporterEmail: string,
): Promise<Report> {
  const ordered = decision.ruling.cyberTip;
  if (ordered === undefined) throw new Error('a report was queued for a decision that orders none');
  const found = await db
    .selectFrom('cases')
    .innerJoin('groups', 'groups.id', 'cases.group_id')
    .innerJoin('services', 'services.id', 'cases.service_id')
    .select([
      'cases.number',
      'services.name as service_name',
      'groups.name as group_name',
      'groups.external_id as group_external_id',
    ])
    .where('cases.id', '=', decision.case_id)
    .executeTakeFirstOrThrow();
  // A clock that runs ahead, or a lie about the time, must not stop the report: the authority refuses times to come.
  const { occurredAt } = await db
    .selectFrom('user_reports')
    .select((expression) => expression.fn.min<Date>(sql`least(occurred_at, received_at)`).as('occurredAt'))
    .where('case_id', '=', decision.case_id)
    .executeTakeFirstOrThrow();
  const reported = await reportedAccount(db, ordered.reportedAccountId);
  return {
    incidentSummary: {
      incidentType: incidentTypeOf(ordered.incidentType),
      platform: cut(found.service_name, 256),
      ...(ordered.escalate === undefined ? {} : { escalateToHighPriority: ordered.escalate }),
      incidentDateTime: occurredAt.toISOString(),
      incidentDateTimeDescription: 'Time of the earliest report by a user, or of the message it is about.',
    },
    internetDetails: [
      {
        chatImIncident: {
          chatClient: cut(found.service_name, 255),
          ...said('chatRoomName', found.group_name, 255),
        },
      },
    ],
    reporter: { reportingPerson: { email: [{ value: reporterEmail }] } },
    // Where nobody is reported, a group's identifier must not make a person of it.
    ...(reported === undefined
      ? {}
      : {
          personOrUserReported: {
            ...reported,
            espService: cut(found.service_name, 100),
            groupIdentifier: cut(found.group_external_id, 255),
          },
        }),
    additionalInfo: [
      ...(ordered.additionalInfo === undefined || ordered.additionalInfo.trim() === ''
        ? []
        : [ordered.additionalInfo.trim()]),
      `Group: ${cut(found.group_external_id, 255)}. Case ${found.number}, decision ${decision.id}.`,
    ].join('\n\n'),
  };
}

/** What is known of one uploaded file. That it was viewed is stated from the ledger and from nothing else. */
export async function composeFileDetails(
  db: Queryable,
  decision: DecisionRow,
  file: ReportFilesTable,
  ids: { readonly reportId: string; readonly fileId: string },
): Promise<FileDetails> {
  const exhibit = await db
    .selectFrom('exhibits')
    .selectAll()
    .where('id', '=', file.exhibit_id)
    .executeTakeFirstOrThrow();
  const visibility = await visibilityOf(db, file.exhibit_id);
  const viewed = await exhibitsViewedInFull(db, decision.case_id);
  return {
    ...ids,
    ...said('originalFileName', exhibit.original_name, 2056),
    fileViewedByEsp: viewed.has(file.exhibit_id),
    exifViewedByEsp: false,
    ...(visibility === undefined ? {} : { publiclyAvailable: visibility === 'public' }),
    fileRelevance: 'Reported',
    ...(file.industry_classification === null
      ? {}
      : { industryClassification: file.industry_classification }),
    originalFileHash: [
      { value: exhibit.md5, hashType: 'MD5' },
      { value: exhibit.sha1, hashType: 'SHA1' },
      { value: exhibit.sha256, hashType: 'SHA256' },
    ],
    ...(exhibit.pdq === null
      ? {}
      : { details: [{ type: 'HASH' as const, nameValuePair: [{ name: 'PDQ', value: exhibit.pdq }] }] }),
  };
}

async function reportedAccount(
  db: Queryable,
  accountId: string | undefined,
): Promise<PersonOrUserReported | undefined> {
  if (accountId === undefined) return undefined;
  const account = await db
    .selectFrom('accounts')
    .selectAll()
    .where('id', '=', accountId)
    .executeTakeFirstOrThrow();
  return {
    espIdentifier: cut(account.external_id, 255),
    ...said('screenName', account.handle, 256),
    ...(account.display_name === null || account.display_name.trim() === ''
      ? {}
      : { displayName: [cut(account.display_name, 255)] }),
  };
}

async function visibilityOf(db: Queryable, exhibitId: string): Promise<'public' | 'private' | undefined> {
  const row = await db
    .selectFrom('user_report_exhibits')
    .innerJoin('user_reports', 'user_reports.id', 'user_report_exhibits.user_report_id')
    .select('content_visibility')
    .where('user_report_exhibits.exhibit_id', '=', exhibitId)
    .executeTakeFirst();
  return row?.content_visibility;
}

function incidentTypeOf(text: string): IncidentType {
  const found = incidentTypes.find((type) => type === text);
  if (found === undefined)
    throw new Error('a decision orders a report of an incident type that is not published');
  return found;
}

/** A member of that name, unless there is nothing to say. */
function said<Name extends string>(
  name: Name,
  text: string | null,
  limit: number,
): { [Key in Name]?: string } {
  return text === null || text.trim() === ''
    ? {}
    : ({ [name]: cut(text, limit) } as { [Key in Name]?: string });
}

/** The format counts characters, and half of a surrogate pair is none. */
function cut(text: string, limit: number): string {
  if (text.length <= limit) return text;
  return `${text.slice(0, limit - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
