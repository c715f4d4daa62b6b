/**
 * Every business fact that Breakwater records, with what it says. Payloads name things by id and count them; names,
 * texts and pictures stay with the things themselves, where they can be erased.
 */
export interface EventPayloads {
  'workspace.opened': { version: string };
  'demo.created': { serviceId: string };
  'demo.removed': { serviceId: string; cases: number };
  'person.created': { personId: string; roles: string[] };
  'person.roles-changed': {
    personId: string;
    before: string[];
    after: string[];
    because: 'asked' | 'migration' | 'organization';
  };
  'person.deactivated': { personId: string };
  'person.reactivated': { personId: string };
  'person.excluded': { exclusionId: string; personId: string; targetKind: string; targetId: string };
  'person.exclusion-lifted': { exclusionId: string; personId: string };
  'approval.requested': { approvalId: string; kind: string; subject: string };
  'approval.given': { approvalId: string; kind: string; requestedBy: string };
  'approval.refused': { approvalId: string; kind: string; requestedBy: string };
  'approval.withdrawn': { approvalId: string; kind: string };
  'approval.expired': { approvalId: string; kind: string };
  'approval.waived': { approvalId: string; kind: string; subject: string };
  'two-person.changed': { kind: string; required: boolean; threshold: number | null };
  'lone-signature.changed': { allowed: boolean; because: 'asked' | 'second-signer' };
  'sign-in-link.created': { personId: string };
  'person.signed-in': { personId: string; sessionId?: string; method?: string };
  'person.signed-out': { personId: string; sessionId?: string };
  'person.invited': { personId: string };
  'invitation.accepted': { personId: string };
  'person.stepped-up': { personId: string; sessionId: string; method: string };
  'passkey.added': { personId: string; passkeyId: string };
  'passkey.removed': { personId: string; passkeyId: string };
  'password.set': { personId: string };
  'password.removed': { personId: string };
  'recovery-codes.made': { personId: string; codes: number };
  'recovery-code.used': { personId: string; left: number };
  'session.ended': { personId: string; sessionId: string; because: string };
  'sign-in.refused': { way: string; reason: string; personId: string | null };
  'sign-in.throttled': { scope: string; failures: number };
  'service.created': { serviceId: string; slug: string };
  'service-key.created': { serviceId: string; keyId: string };
  'service-key.revoked': { serviceId: string; keyId: string };
  'service-key.rotated': { serviceId: string; keyId: string; replacedBy: string };
  'webhook.set': { serviceId: string };
  'webhook.removed': { serviceId: string };
  'hash-list.imported': { listId: string; slug: string; added: number; alreadyPresent: number };
  'hash-list.sharing-changed': { listId: string; slug: string; shared: boolean };
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
  'case.priority-changed': { caseId: string; priority: number };
  'exhibit.examined-again': {
    exhibitId: string;
    examination: number;
    verdict: string;
    reason: string | null;
  };
  'exhibit.matched-later': { exhibitId: string; matches: number };
  'exhibit.brought-forward': { exhibitId: string; fromExhibitId: string; fromCaseId: string };
  'case.assigned': { caseId: string; personId: string | null; before: string | null };
  'case.access-changed': { caseId: string; restricted: boolean; people: string[] };
  'case.closed': { caseId: string; decisionId: string };
  'exhibit.revealed': {
    exhibitId: string;
    extent: 'full' | 'first-frame' | 'stills';
    reason: string;
    sha256: string;
  };
  'exhibit.previewed': { exhibitId: string; tone: 'gray'; blurred: true; sha256?: string };
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
    /** The person of the second signature. */
    approvedBy?: string;
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
  'retention.changed': { policyId: string; jurisdictions: string[]; why: string; approvedBy?: string };
  'clock.doubted': { problem: 'behind' | 'jumped'; believedAt: string };
  'clock.confirmed': { why: string; approvedBy?: string };
  'case.export-ordered': {
    caseId: string;
    exportId: string;
    recipient: string;
    exhibits: number;
    links: string;
    why: string;
    approvedBy?: string;
  };
  /** Each time that a package leaves the house. */
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
  'vault.unlock-failed': { because: string };
  'vault.scrubbed': {
    scrubId: string;
    extent: 'sample' | 'all';
    verified: number;
    opened: number;
    found: number;
    swept: number;
  };
  /** `objectId` is null for what no row of the vault knows. */
  'vault.finding': { findingId: string; kind: string; storedAs: string; objectId: string | null };
  'vault.finding-resolved': { findingId: string; kind: string; storedAs: string; how: string };
  'vault.object-replaced': { objectId: string; storedAs: string };
}

export type EventType = keyof EventPayloads;

export type Actor =
  | { readonly kind: 'person'; readonly id: string }
  | { readonly kind: 'service'; readonly id: string; readonly keyId: string }
  | { readonly kind: 'system'; readonly part: string };
