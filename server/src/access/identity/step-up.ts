import { CodedError, type Clock } from '../../foundation/index.ts';
import type { Permission } from '../permissions.ts';
import type { Session } from './sessions.ts';

/**
 * What a session alone is not enough for: whoever uses one of these has shown who they are within the last minutes, so that
 * a session that was left open or was stolen does no lasting harm. Enforced where permissions are, in api/authentication.ts.
 */
export const STEP_UP: ReadonlySet<Permission> = new Set<Permission>([
  'exhibits.reveal',
  'exhibits.destroy',
  'cases.export',
  'ledger.export',
  'approvals.give',
  'approvals.configure',
  'retention.change',
  'exhibits.hold',
  'hash-lists.change',
  'services.change',
  'people.change',
  'workspace.change',
]);

/** @throws {CodedError} BW-STEP-UP-REQUIRED when it was too long ago that the person showed who they are */
export function requireFresh(session: Session, clock: Clock): void {
  if (session.freshUntil <= clock.now()) throw new CodedError('BW-STEP-UP-REQUIRED');
}
