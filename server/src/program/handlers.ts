import type { Approvals } from '../access/index.ts';
import { carryOutDecision, deliverWebhook, type DeliveryDeps } from '../enforcement/index.ts';
import type { JobHandlers } from '../foundation/index.ts';
import { openCaseForUserReport, screenUserReport } from '../intake/index.ts';
import { fileReport, queueReport, type FilingDeps } from '../reporting/index.ts';
import type { Screening } from '../screening/index.ts';
import { scrubNightly } from '../vault/index.ts';

/** What is done for each kind of job. */
export function handlersOf(
  deps: DeliveryDeps &
    FilingDeps & {
      readonly screening: Screening;
      readonly approvals: Approvals;
      readonly scrubWithinDays?: number;
    },
): JobHandlers {
  return {
    'screen-user-report': ({ userReportId }) => screenUserReport(deps, userReportId),
    'open-case-for-user-report': ({ userReportId }) => openCaseForUserReport(deps, userReportId),
    'carry-out-decision': ({ decisionId }) => carryOutDecision(deps, decisionId),
    'deliver-webhook': ({ deliveryId }) => deliverWebhook(deps, deliveryId),
    'queue-report': ({ decisionId }) => queueReport(deps, decisionId),
    'expire-approval': ({ approvalId }) => deps.approvals.expire(approvalId),
    'file-report': ({ reportId }) => fileReport(deps, reportId),
    'scrub-vault': () => scrubNightly(deps),
  };
}
