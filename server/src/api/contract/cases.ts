/** Cases: what people work on. */
import { z } from 'zod';
import { authenticity, contentVisibility, harm, memberRole } from './user-reports.ts';
import { id, personRef, serviceRef } from './shapes.ts';
import { decision, plannedAction } from './review.ts';
import { reportSummary } from './reporting.ts';
import { match } from './screening.ts';

export const caseStatus = z.enum(['open', 'closed']);

const priority = {
  priority: z.number().int().min(0).max(100).describe('100 is looked at first.'),
  priorityReasons: z.array(z.string()).describe('Why it stands where it stands, most weighty first.'),
};

export const caseSummary = z
  .object({
    id,
    number: z.number().int(),
    status: caseStatus,
    ...priority,
    service: serviceRef,
    group: z.object({ id, externalId: z.string(), name: z.string().nullable() }),
    openedAt: z.string(),
    updatedAt: z.string(),
    closedAt: z.string().nullable(),
    userReports: z.number().int(),
    knownMatches: z.number().int().describe('Exhibits that match a hash list.'),
    exhibits: z.number().int(),
    unscanned: z.number().int(),
    demo: z.boolean(),
    assignee: personRef.nullable(),
    restricted: z.boolean().describe('Only named people know of it.'),
  })
  .meta({ id: 'CaseSummary' });

export const exhibit = z
  .object({
    id,
    origin: z.enum(['group-picture', 'account-picture', 'message-attachment']),
    originalName: z.string().nullable(),
    kind: z.enum(['picture', 'video']).describe('By content, not by name.'),
    mediaType: z.string().nullable().describe('By content, not by name; null when unrecognized.'),
    bytes: z.number().int(),
    width: z.number().int().nullable(),
    height: z.number().int().nullable(),
    frames: z.number().int().nullable().describe('Frames or pages; of a video, those that were decoded.'),
    seconds: z.number().nullable().describe('Of a video, the playing time that was looked at.'),
    warnings: z.array(z.string()).describe('What was left aside, such as first-frame-only or time-limit.'),
    sha256: z.string(),
    md5: z.string(),
    pdq: z.string().nullable(),
    quality: z.number().int().nullable(),
    verdict: z.enum(['match', 'no-match', 'unscanned', 'pending']),
    unscannedReason: z.string().nullable(),
    matches: z.array(match),
    /** Whether GET …/preview answers: not for known matches, nor where nothing could be decoded. */
    previewable: z.boolean(),
    sealedAt: z.string(),
    destroyedAt: z.string().nullable().describe('Only its record is left; see its certificate.'),
    reveals: z.array(
      z.object({
        person: personRef,
        at: z.string(),
        reason: z.string(),
        extent: z
          .enum(['full', 'first-frame', 'stills'])
          .describe('How much of it was shown: stills are some frames of a video.'),
      }),
    ),
  })
  .meta({ id: 'Exhibit' });

export const accountSubject = z
  .object({
    id,
    externalId: z.string(),
    handle: z.string().nullable(),
    displayName: z.string().nullable(),
    membership: z
      .object({ role: memberRole, joinedAt: z.string().nullable(), leftAt: z.string().nullable() })
      .nullable(),
    sentReportedMessage: z.boolean(),
    reporter: z.boolean().describe('This account reported the group; it is protected from actions.'),
    pictureExhibitId: id.nullable(),
  })
  .meta({ id: 'AccountSubject' });

export const groupSubject = z
  .object({
    id,
    externalId: z.string(),
    name: z.string().nullable(),
    description: z.string().nullable(),
    visibility: contentVisibility.nullable(),
    pictureExhibitId: id.nullable(),
    formerNames: z.array(z.object({ name: z.string(), firstSeenAt: z.string() })),
    members: z.number().int(),
  })
  .meta({ id: 'GroupSubject' });

export const caseMessage = z
  .object({
    id: z.string(),
    reported: z.boolean().describe('false: context around the reported message.'),
    senderId: id,
    sentAt: z.string(),
    text: z.string().nullable(),
    exhibitIds: z.array(id),
  })
  .meta({ id: 'CaseMessage' });

export const caseUserReport = z
  .object({
    id,
    receivedAt: z.string(),
    reason: harm,
    comment: z.string().nullable(),
    contentVisibility,
    authenticity,
    reporterId: id.nullable(),
    messages: z.array(caseMessage),
  })
  .meta({ id: 'CaseUserReport' });

export const caseDetail = z
  .object({
    ...caseSummary.shape,
    group: groupSubject,
    accounts: z.array(accountSubject),
    exhibitList: z.array(exhibit),
    userReportList: z.array(caseUserReport),
    decision: decision.nullable(),
    actions: z.array(plannedAction),
    reports: z.array(reportSummary),
    access: z
      .array(personRef)
      .nullable()
      .describe('Who alone may know of it; null when it is not restricted.'),
    waitingApprovals: z
      .array(z.object({ id, kind: z.string() }))
      .describe('What waits for a second signature in it.'),
  })
  .meta({ id: 'CaseDetail' });

export const timelineEvent = z
  .object({
    id,
    at: z.string(),
    type: z.string().describe('Such as user-report.received or exhibit.revealed.'),
    actor: z.object({
      kind: z.enum(['person', 'service', 'system']),
      name: z.string(),
    }),
    summary: z.string().describe('One plain sentence.'),
    payload: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'TimelineEvent' });

export type CaseSummary = z.infer<typeof caseSummary>;
export type CaseDetail = z.infer<typeof caseDetail>;
export type Exhibit = z.infer<typeof exhibit>;
export type AccountSubject = z.infer<typeof accountSubject>;
export type CaseUserReport = z.infer<typeof caseUserReport>;
export type TimelineEvent = z.infer<typeof timelineEvent>;
