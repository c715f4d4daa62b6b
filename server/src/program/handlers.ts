import type { Approvals } from '../access/index.ts';
import {
  carryOutDestruction,
  computePreservation,
  reviewPreservation,
  watchClockAgain,
  type DestructionDeps,
} from '../custody/index.ts';
import { carryOutDecision, deliverWebhook, type DeliveryDeps } from '../enforcement/index.ts';
import type { JobHandlers } from '../foundation/index.ts';
import { applyHashLists, examineAgain, openCaseForUserReport, screenUserReport } from '../intake/index.ts';
import { fileReport, queueReport, type FilingDeps } from '../reporting/index.ts';
import type { Screening } from '../screening/index.ts';
import { scrubNightly } from '../vault/index.ts';

/** What is done for each kind of job. */
export function handlersOf(
  deps: DeliveryDeps &
    FilingDeps &
    DestructionDeps & {
      readonly screening: Screening;
      readonly approvals: Approvals;
      readonly scrubWithinDays?: number;
    },
): JobHandlers {
  return {
    'screen-user-report': ({ userReportId }) => screenUserReport(deps, userReportId),
    'open-case-for-user-report': ({ userReportId }) => openCaseForUserReport(deps, userReportId),
    'examine-again': ({ exhibitId }) => examineAgain(deps, exhibitId),
    'apply-hash-lists': (job) => applyHashLists(deps, job),
    'carry-out-decision': ({ decisionId }) => carryOutDecision(deps, decisionId),
    'deliver-webhook': ({ deliveryId }) => deliverWebhook(deps, deliveryId),
    'queue-report': ({ decisionId }) => queueReport(deps, decisionId),
    'expire-approval': ({ approvalId }) => deps.approvals.expire(approvalId),
    'file-report': ({ reportId }) => fileReport(deps, reportId),
    'scrub-vault': () => scrubNightly(deps),
    'compute-preservation': ({ caseId }) => computePreservation(deps, caseId),
    'destroy-exhibit': ({ destructionId }) => carryOutDestruction(deps, destructionId),
    'review-preservation': () => reviewPreservation(deps),
    'watch-clock': () => watchClockAgain(deps),
  };
}
