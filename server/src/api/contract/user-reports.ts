/** Intake: what a messaging service sends when one of its users reports a group. */
import { z } from 'zod';
import { id, instant } from './shapes.ts';

const externalId = z.string().min(1).max(255).describe("The service's own identifier.");
const partName = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,64}$/)
  .describe('Name of the multipart part that carries the bytes.');

/** Harm identifiers, as moderation services interchange them. */
export const harm = z.enum([
  'child_safety',
  'child_safety.csam',
  'child_safety.grooming',
  'child_safety.privacy_violation',
  'child_safety.harassment',
  'other',
]);

/** Who could see the content on the service; some screenings are lawful on public content only. */
export const contentVisibility = z.enum(['public', 'private']);
/** How far the service vouches that the message was sent as reported. */
export const authenticity = z.enum(['server-verified', 'franked', 'unverified']);
export const memberRole = z.enum(['owner', 'admin', 'member']);

export const reportedAccount = z
  .strictObject({
    id: externalId,
    handle: z.string().max(255).optional(),
    displayName: z.string().max(1000).optional(),
    picture: partName.optional(),
  })
  .meta({ id: 'ReportedAccount' });

export const attachment = z
  .strictObject({ file: partName, name: z.string().max(255).optional().describe('Original file name.') })
  .meta({ id: 'Attachment' });

export const reportedMessage = z
  .strictObject({
    id: externalId,
    sender: reportedAccount,
    sentAt: instant,
    text: z.string().max(20_000).optional(),
    attachments: z.array(attachment).max(10).default([]),
  })
  .meta({ id: 'ReportedMessage' });

export const groupMember = z
  .strictObject({
    account: reportedAccount,
    role: memberRole.default('member'),
    joinedAt: instant.optional(),
    leftAt: instant.optional(),
  })
  .meta({ id: 'GroupMember' });

export const reportedGroup = z
  .strictObject({
    id: externalId,
    // Names are kept in an index, which takes up to 2.6 kB; in the widest script this is 2.4 kB.
    name: z.string().max(800).optional(),
    description: z.string().max(10_000).optional(),
    picture: partName.optional(),
    visibility: contentVisibility.optional().describe('Whether anyone can find and join the group.'),
    createdAt: instant.optional(),
    members: z.array(groupMember).max(2000).default([]),
  })
  .meta({ id: 'ReportedGroup' });

export const userReportInput = z
  .strictObject({
    group: reportedGroup,
    message: reportedMessage.optional().describe('The one message that was reported, if one was.'),
    context: z
      .array(reportedMessage)
      .max(10)
      .default([])
      .describe('The few messages around it that the service discloses with a report.'),
    reporter: reportedAccount.optional().describe('Leave out to keep the reporter anonymous.'),
    reason: harm,
    comment: z.string().max(4000).optional().describe("The reporter's own words."),
    contentVisibility,
    authenticity,
    occurredAt: instant.optional().describe('When it happened, if known; the time of the report otherwise.'),
  })
  .meta({ id: 'UserReportRequest' });

export const userReportStatus = z.enum(['received', 'screened', 'in-case']);

export const userReportReceipt = z
  .object({
    userReportId: id,
    status: userReportStatus.describe(
      'received: durable; screened: fingerprints looked up; in-case: a case has it.',
    ),
    receivedAt: instant,
    caseId: id.nullable(),
    caseNumber: z.number().int().nullable(),
    exhibits: z.array(
      z.object({
        exhibitId: id,
        file: z.string().describe('The multipart part it came in.'),
        verdict: z.enum(['match', 'no-match', 'unscanned', 'pending']),
        reason: z.string().nullable().describe('Why it is unscanned, if it is.'),
      }),
    ),
  })
  .meta({ id: 'UserReportReceipt' });

export type Harm = z.infer<typeof harm>;
export type UserReportInput = z.infer<typeof userReportInput>;
export type ReportedAccount = z.infer<typeof reportedAccount>;
export type ReportedMessage = z.infer<typeof reportedMessage>;
export type UserReportReceipt = z.infer<typeof userReportReceipt>;
