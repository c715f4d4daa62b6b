/**
 * Every business fact that Breakwater records, with what it says. Payloads name things by id and count them; names,
 * texts and pictures stay with the things themselves, where they can be erased.
 */
export interface EventPayloads {
  'workspace.opened': { version: string };
  'demo.created': { serviceId: string };
  'demo.removed': { serviceId: string; cases: number };
  'person.created': { personId: string; roles: string[] };
  'sign-in-link.created': { personId: string };
  'person.signed-in': { personId: string };
  'person.signed-out': { personId: string };
  'service.created': { serviceId: string; slug: string };
  'service-key.created': { serviceId: string; keyId: string };
  'service-key.revoked': { serviceId: string; keyId: string };
  'webhook.set': { serviceId: string };
  'webhook.removed': { serviceId: string };
  'hash-list.imported': { listId: string; slug: string; added: number; alreadyPresent: number };
  'hash-list.removed': { listId: string; slug: string; entries: number };
  'user-report.received': {
    userReportId: string;
    serviceId: string;
    reason: string;
    contentVisibility: string;
    authenticity: string;
    exhibits: number;
  };
  'user-report.screened': { userReportId: string; matched: number; unmatched: number; unscanned: number };
  'exhibit.sealed': { exhibitId: string; objectId: string; sha256: string; bytes: number };
  'case.opened': { caseId: string; number: number; groupId: string; priority: number };
  'case.user-report-joined': { caseId: string; userReportId: string; priority: number };
  'case.closed': { caseId: string; decisionId: string };
  'exhibit.previewed': { exhibitId: string; tone: 'gray'; blurred: true; sha256?: string };
  'exhibit.revealed': { exhibitId: string; extent: 'full' | 'first-frame'; reason: string; sha256: string };
  'exhibit.transferred': {
    exhibitId: string;
    sha256: string;
    reportId: string;
    authority: string;
    environment: string;
    fileId: string;
  };
  'exhibit.exported': { exhibitId: string; sha256: string; exportId: string; recipient: string; why: string };
  'exhibit.held': { exhibitId: string; sha256: string; holdId: string; ground: string; why: string };
  'exhibit.released': { exhibitId: string; sha256: string; holdId: string; why: string };
  'exhibit.destruction-ordered': {
    exhibitId: string;
    sha256: string;
    destructionId: string;
    ground: string;
    why: string;
  };
  'exhibit.destruction-halted': { exhibitId: string; sha256: string; destructionId: string; because: string };
  'exhibit.destroyed': {
    exhibitId: string;
    sha256: string;
    destructionId: string;
    sealedBytes: 'erased' | 'kept-for-another-exhibit';
  };
  'hold.placed': { holdId: string; ground: string; exhibits: number };
  'hold.renewed': { holdId: string; renewBy: string };
  'hold.released': { holdId: string; exhibits: number };
  'preservation.computed': {
    artefact: 'exhibit' | 'report';
    artefactId: string;
    preserveUntil: string | null;
    because: string[];
    rules: string;
  };
  'retention.changed': { policyId: string; jurisdictions: string[]; why: string };
  'clock.doubted': { problem: 'behind' | 'jumped'; believedAt: string };
  'clock.confirmed': { why: string };
  'case.exported': { caseId: string; exportId: string; recipient: string; exhibits: number; links: string };
  'case.export-completed': { exportId: string; manifestSha256: string };
  'decision.made': {
    decisionId: string;
    policyId: string;
    actions: { kind: string; targetKind: string; targetId: string }[];
    cyberTip: boolean;
  };
  'action.requested': { actionId: string; kind: string; deliveryId: string };
  'delivery.delivered': { deliveryId: string; attempts: number };
  'delivery.dead': { deliveryId: string; attempts: number };
  'delivery.retried': { deliveryId: string };
  'report.queued': { reportId: string; authority: string; environment: string; decisionId: string };
  'report.step-done': { reportId: string; step: string; exhibitId?: string };
  'report.restarted': { reportId: string; because: string };
  'report.filed': { reportId: string; externalId: string; environment: string };
  'report.failed': { reportId: string; kind: string };
  'report.retried': { reportId: string };
  'ledger.content-erased': { eventIds: string[]; because: string };
}

export type EventType = keyof EventPayloads;

export type Actor =
  | { readonly kind: 'person'; readonly id: string }
  | { readonly kind: 'service'; readonly id: string; readonly keyId: string }
  | { readonly kind: 'system'; readonly part: string };
