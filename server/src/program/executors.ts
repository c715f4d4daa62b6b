import { giveRoles, loosenTwoPersonRule, type Executors } from '../access/index.ts';
import {
  changeRetentionOnceSigned,
  destroyOnceSigned,
  exportOnceSigned,
  type RetentionProfile,
} from '../custody/index.ts';
import type { Clock } from '../foundation/index.ts';
import { importStaged, shareOnceSigned } from '../hashlists/index.ts';
import { decideOnceSigned } from '../review/index.ts';

/** What is done for each kind of request once two people have signed it. */
export function executorsOf(deps: {
  readonly clock: Clock;
  readonly profiles: readonly RetentionProfile[];
}): Executors {
  const { clock } = deps;
  return {
    'exhibits.destroy': destroyOnceSigned(deps),
    'originals.export': exportOnceSigned(clock),
    'retention.change': changeRetentionOnceSigned(deps),
    'accounts.ban-many': decideOnceSigned(clock),
    'hash-lists.add-to-shared': importStaged(clock),
    'hash-lists.share': shareOnceSigned(clock),
    'people.give-role': giveRoles(clock),
    'two-person.change': loosenTwoPersonRule(clock),
  };
}
