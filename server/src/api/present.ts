/** From rows to the shapes of the contract. Nothing is decided here. */
import type { ServiceKeysTable, ServicesTable } from '../access/index.ts';
import {
  mediaTypeOf,
  type CaseSummaryRow,
  type ExhibitsTable,
  type SignalsTable,
  type TimelineRow,
} from '../cases/index.ts';
import type { ActionRow, DeliveryRow } from '../enforcement/index.ts';
import type { EntryRow, HashListRow } from '../hashlists/index.ts';
import type { Receipt, UserReportOfCase } from '../intake/index.ts';
import type { ReportPage, ReportRow } from '../reporting/index.ts';
import { isPreviewable, type DecisionRow, type Policy, type Reveal } from '../review/index.ts';
import type { Match } from '../screening/index.ts';
import type * as contract from './contract/index.ts';
import { sentenceFor } from './timeline-sentences.ts';

export function presentService(row: ServicesTable, webhookUrl: string | undefined): contract.Service {
  return {
    id: row.id,
    slug: row.slug,
    name: row.name,
    demo: row.demo,
    webhookUrl: webhookUrl ?? null,
    createdAt: row.created_at.toISOString(),
  };
}

export function presentServiceKey(row: ServiceKeysTable): contract.ServiceKey {
  return {
    id: row.id,
    label: row.label,
    hint: row.hint,
    createdAt: row.created_at.toISOString(),
    lastUsedAt: iso(row.last_used_at),
    revokedAt: iso(row.revoked_at),
    scopes: row.scopes,
    expiresAt: iso(row.expires_at),
    requestsAMinute: row.requests_a_minute,
    replacedBy: row.replaced_by,
  };
}

export function presentHashList(row: HashListRow): contract.HashList {
  return {
    id: row.id,
    slug: row.slug,
    name: row.name,
    source: row.source,
    demo: row.demo,
    shared: row.shared,
    entries: row.entries,
    updatedAt: row.updated_at.toISOString(),
  };
}

export function presentEntry(row: EntryRow): contract.HashListEntry {
  return {
    id: String(row.id),
    fingerprint: row.fingerprint,
    value: row.value.toString('hex'),
    externalId: row.external_id,
    label: row.label,
    threshold: row.threshold,
    addedAt: row.added_at.toISOString(),
  };
}

export function presentMatch(match: Match): contract.Match {
  return {
    list: { slug: match.listSlug, name: match.listName },
    entry: { id: String(match.entryId), externalId: match.externalId, label: match.label },
    fingerprint: match.fingerprint,
    distance: match.distance,
    frameSeconds: match.frameSeconds,
    queryPercent: match.queryPercent,
    comparedPercent: match.comparedPercent,
  };
}

export function presentReceipt(receipt: Receipt): contract.UserReportReceipt {
  return {
    userReportId: receipt.report.id,
    status: receipt.report.status,
    receivedAt: receipt.report.received_at.toISOString(),
    caseId: receipt.report.case_id,
    caseNumber: receipt.caseNumber,
    exhibits: receipt.exhibits.map((exhibit) => ({
      exhibitId: exhibit.exhibit_id,
      file: exhibit.part,
      verdict: exhibit.verdict,
      reason: exhibit.verdict === 'unscanned' ? exhibit.unscanned_reason : null,
    })),
  };
}

export function presentCaseSummary(row: CaseSummaryRow, userReports: number): contract.CaseSummary {
  return {
    id: row.id,
    number: row.number,
    status: row.status,
    priority: row.priority,
    priorityReasons: row.priority_reasons,
    service: { id: row.service_id, slug: row.service_slug, name: row.service_name },
    group: { id: row.group_id, externalId: row.group_external_id, name: row.group_name },
    openedAt: row.opened_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
    closedAt: iso(row.closed_at),
    userReports,
    knownMatches: row.known_matches,
    exhibits: row.exhibits,
    unscanned: row.unscanned,
    demo: row.demo,
    assignee: row.assignee_id === null ? null : { id: row.assignee_id, displayName: row.assignee_name ?? '' },
    restricted: row.restricted,
  };
}

export function presentExhibit(
  row: ExhibitsTable,
  signals: readonly SignalsTable[],
  reveals: readonly Reveal[],
): contract.Exhibit {
  return {
    id: row.id,
    origin: row.origin,
    originalName: row.original_name,
    kind: row.media_kind,
    mediaType: mediaTypeOf(row),
    bytes: row.bytes,
    width: row.width,
    height: row.height,
    frames: row.frames,
    seconds: row.seconds,
    warnings: row.warnings,
    sha256: row.sha256,
    md5: row.md5,
    pdq: row.pdq,
    quality: row.quality,
    verdict: row.verdict,
    unscannedReason: row.verdict === 'unscanned' ? row.unscanned_reason : null,
    matches: signals
      .filter((signal) => signal.exhibit_id === row.id)
      .map((signal) => ({
        list: { slug: signal.list_slug, name: signal.list_name },
        entry: {
          id: String(signal.entry_id),
          externalId: signal.entry_external_id,
          label: signal.entry_label,
        },
        fingerprint: signal.fingerprint as contract.FingerprintKind,
        distance: signal.distance,
        frameSeconds: signal.frame_seconds,
        queryPercent: signal.query_percent,
        comparedPercent: signal.compared_percent,
      })),
    previewable: isPreviewable(row),
    sealedAt: row.sealed_at.toISOString(),
    destroyedAt: iso(row.destroyed_at),
    reveals: reveals
      .filter((reveal) => reveal.exhibitId === row.id)
      .map((reveal) => ({
        person: { id: reveal.personId, displayName: reveal.personName },
        at: reveal.at.toISOString(),
        reason: reveal.reason,
        extent: reveal.extent,
      })),
  };
}

export function presentUserReport({ report, messages, exhibits }: UserReportOfCase): contract.CaseUserReport {
  return {
    id: report.id,
    receivedAt: report.received_at.toISOString(),
    reason: report.reason as contract.Harm,
    comment: report.comment,
    contentVisibility: report.content_visibility,
    authenticity: report.authenticity,
    reporterId: report.reporter_id,
    messages: messages.map((message) => ({
      id: message.external_id,
      reported: message.reported,
      senderId: message.sender_id,
      sentAt: message.sent_at.toISOString(),
      text: message.text,
      exhibitIds: exhibits
        .filter((exhibit) => exhibit.message_ordinal === message.ordinal)
        .map((exhibit) => exhibit.exhibit_id),
    })),
  };
}

export function presentPolicy(policy: Policy): contract.Policy {
  return {
    id: policy.id,
    title: policy.title,
    explanation: policy.explanation,
    violation: policy.violation,
    actions: [...policy.actions],
    reportable: policy.incidentTypes.length > 0,
    defaultIncidentType: policy.incidentTypes[0] ?? null,
    incidentTypes: [...policy.incidentTypes],
  };
}

export function presentDecision(row: DecisionRow): contract.Decision {
  return {
    id: row.id,
    policyId: row.policy_id,
    policyTitle: row.policy_title,
    rationale: row.rationale,
    decidedBy: { id: row.decided_by, displayName: row.decided_by_name },
    decidedAt: row.decided_at.toISOString(),
    revealedExhibits: row.revealed_exhibits,
  };
}

export function presentAction(row: ActionRow): contract.PlannedAction {
  return {
    id: row.id,
    kind: row.kind,
    target: { kind: row.target_kind, id: row.target_id, label: row.target_label },
    status: row.delivery_status === 'pending' ? 'waiting' : row.delivery_status,
    deliveryId: row.delivery_id,
  };
}

export function presentDelivery(row: DeliveryRow): contract.Delivery {
  return {
    id: row.id,
    service: { id: row.service_id, slug: row.service_slug, name: row.service_name },
    type: row.type,
    status: row.status,
    attempts: row.attempts,
    createdAt: row.created_at.toISOString(),
    nextAttemptAt: iso(row.next_attempt_at),
    deliveredAt: iso(row.delivered_at),
    lastProblem: row.last_problem,
    caseId: row.case_id,
    caseNumber: row.case_number,
  };
}

export function presentReport(row: ReportRow): contract.ReportSummary {
  return {
    id: row.id,
    caseId: row.case_id,
    caseNumber: row.case_number,
    authority: row.authority,
    environment: row.environment,
    status: row.status,
    externalId: row.external_id,
    filedBy: { id: row.filed_by, displayName: row.filed_by_name },
    createdAt: row.created_at.toISOString(),
    filedAt: iso(row.filed_at),
    problem: row.problem,
  };
}

export function presentReportPage({ report, files, steps }: ReportPage): contract.ReportDetail {
  const attempts = new Map<string, number>();
  return {
    ...presentReport(report),
    incidentType: report.incident_type,
    files: files.map((file) => ({
      exhibitId: file.exhibit_id,
      fileId: file.file_id,
      viewedInFull: file.viewed_in_full ?? false,
    })),
    steps: steps.map((step) => {
      const key = `${step.step} ${step.exhibit_id ?? ''}`;
      const attempt = (attempts.get(key) ?? 0) + 1;
      attempts.set(key, attempt);
      return {
        step: step.step,
        file: step.exhibit_id,
        attempt,
        startedAt: step.started_at.toISOString(),
        finishedAt: iso(step.finished_at),
        outcome: step.outcome,
        detail: step.detail,
      };
    }),
  };
}

export function presentTimelineEvent(row: TimelineRow): contract.TimelineEvent {
  return {
    id: row.id,
    at: row.at.toISOString(),
    type: row.type,
    actor: { kind: row.actorKind, name: row.actorName },
    summary: sentenceFor(row.type, row.payload),
    payload: row.payload ?? {},
  };
}

export function iso(at: Date | null): string | null {
  return at === null ? null : at.toISOString();
}
