import { accountsOfCase, caseSummary, groupPage } from '../../cases/index.ts';
import type { Database } from '../../foundation/index.ts';
import { userReportsOfCase } from '../../intake/index.ts';
import { decisionOfCase } from '../../review/index.ts';
import { reportsOfCase } from '../../reporting/index.ts';
import { holdsOfCase } from '../holds.ts';

/** What is known of a case, with names and texts: it leaves the house sealed only. */
export async function caseFile(db: Database, caseId: string) {
  const summary = await caseSummary(db, caseId);
  const { group, names, members } = await groupPage(db, summary.group_id);
  const decision = await decisionOfCase(db, caseId);
  return {
    format: 'breakwater-case-file/1',
    case: {
      id: summary.id,
      number: summary.number,
      status: summary.status,
      openedAt: summary.opened_at,
      closedAt: summary.closed_at,
    },
    service: { id: summary.service_id, name: summary.service_name },
    group: {
      id: group.id,
      externalId: group.external_id,
      name: group.name,
      description: group.description,
      visibility: group.visibility,
      names: names.map(({ name, first_seen_at: firstSeenAt }) => ({ name, firstSeenAt })),
      members,
    },
    // Who reported is not who is reported: an account that reported the group is left out.
    accounts: (await accountsOfCase(db, caseId))
      .filter(({ reporter }) => !reporter)
      .map((account) => ({
        id: account.id,
        externalId: account.external_id,
        handle: account.handle,
        displayName: account.display_name,
        role: account.role,
        joinedAt: account.joined_at,
        leftAt: account.left_at,
        sentReportedMessage: account.sent_reported_message,
      })),
    userReports: (await userReportsOfCase(db, caseId)).map(({ report, messages, exhibits }) => ({
      id: report.id,
      receivedAt: report.received_at,
      occurredAt: report.occurred_at,
      reason: report.reason,
      authenticity: report.authenticity,
      contentVisibility: report.content_visibility,
      messages: messages.map((message) => ({
        externalId: message.external_id,
        reported: message.reported,
        senderId: message.sender_id,
        sentAt: message.sent_at,
        text: message.text,
        exhibitIds: exhibits
          .filter((exhibit) => exhibit.message_ordinal === message.ordinal)
          .map((exhibit) => exhibit.exhibit_id),
      })),
    })),
    decision:
      decision === undefined
        ? null
        : {
            id: decision.id,
            policy: decision.policy_title,
            rationale: decision.rationale,
            decidedBy: decision.decided_by_name,
            decidedAt: decision.decided_at,
          },
    reports: (await reportsOfCase(db, caseId)).map((report) => ({
      id: report.id,
      authority: report.authority,
      environment: report.environment,
      status: report.status,
      externalId: report.external_id,
      filedAt: report.filed_at,
    })),
    holds: (await holdsOfCase(db, caseId)).map((hold) => ({
      id: hold.id,
      exhibitId: hold.exhibit_id,
      ground: hold.ground,
      reference: hold.reference,
      why: hold.why,
      placedAt: hold.placed_at,
      releasedAt: hold.released_at,
    })),
  };
}
