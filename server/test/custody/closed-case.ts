import { exhibitsOfCase } from '../../src/cases/index.ts';
import { watchClock } from '../../src/custody/index.ts';
import { receiveUserReport, receiptOf } from '../../src/intake/index.ts';
import { decide } from '../../src/review/index.ts';
import type { Desk } from '../desk/index.ts';
import { testPicture } from '../desk/index.ts';
import { randomUUID } from 'node:crypto';

const DAY_MS = 24 * 60 * 60 * 1000;

export interface ClosedCase {
  readonly caseId: string;
  readonly exhibitId: string;
}

/** A case with one picture, made of `seed`, closed by a decision that found nothing: its term is the shortest. */
export async function closedCase(desk: Desk, seed: number): Promise<ClosedCase> {
  const picture = await testPicture(seed, { width: 64, height: 48 });
  const { userReportId } = await receiveUserReport(
    desk,
    desk.service,
    randomUUID(),
    {
      group: { id: randomUUID(), name: 'Tide tables', members: [] },
      message: {
        id: 'm',
        sender: { id: 'sender' },
        sentAt: '2026-01-14T10:00:00Z',
        text: 'Placeholder words, and https://chat.example/invite/abc',
        attachments: [{ file: 'picture' }],
      },
      context: [],
      reason: 'child_safety.csam',
      contentVisibility: 'private',
      authenticity: 'franked',
    },
    new Map([['picture', picture]]),
  );
  await desk.runJobs();
  const caseId = (await receiptOf(desk.db, desk.service.serviceId, userReportId)).report.case_id ?? '';
  await decide(desk, desk.person, caseId, {
    policyId: 'no-violation',
    rationale: 'placeholder',
    actions: [],
  });
  await desk.runJobs();
  const [exhibit] = await exhibitsOfCase(desk.db, caseId);
  return { caseId, exhibitId: exhibit?.id ?? '' };
}

/** Lets days go by as they do for a program that runs: the clock is looked at all along. */
export async function liveOn(desk: Desk, days: number): Promise<void> {
  for (let left = days; left > 0; left -= 6) {
    await desk.db.transaction().execute((trx) => watchClock(trx, desk.clock));
    desk.clock.advance(Math.min(left, 6) * DAY_MS);
  }
  await desk.db.transaction().execute((trx) => watchClock(trx, desk.clock));
}

/** The file of a sealed object, as the folder store lays it. */
export async function objectOf(desk: Desk, exhibitId: string): Promise<string | null> {
  const row = await desk.db
    .selectFrom('exhibits')
    .select('object_id')
    .where('id', '=', exhibitId)
    .executeTakeFirstOrThrow();
  return row.object_id;
}
