import type { UserReport } from '../intake/index.ts';
import { DEMO_GROUPS, RENAMED_DAYS_AGO, type DemoGroup, type DemoMember } from './catalog.ts';
import { listedPicture } from './listed-pictures.ts';
import { demoPicture, encodePicture, variantOf } from './pictures.ts';

/** A user report as the demo service sends it in. */
export interface DemoReport {
  readonly idempotencyKey: string;
  readonly report: UserReport;
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** One report as it is planned, before its times are counted back from now. */
interface Plan {
  readonly group: DemoGroup;
  readonly hoursAgo: number;
  readonly reason: UserReport['reason'];
  readonly authenticity: UserReport['authenticity'];
  readonly comment?: string;
  readonly groupPicture?: Uint8Array;
  readonly attachments: readonly { readonly name: string; readonly bytes: Uint8Array }[];
}

const HOUR_MS = 3_600_000;

/**
 * The user reports of the demo, with all times counted back from `now`: a known picture, a near one, two reports about
 * a group that changed its name, pictures that nobody knows, a file that is cut off, and one without any picture.
 */
export async function demoReports(now: Date): Promise<DemoReport[]> {
  return (await plans()).map((plan, index) => toReport(plan, index + 1, now));
}

async function plans(): Promise<Plan[]> {
  const renamedHoursAgo = RENAMED_DAYS_AGO * 24;
  const cut = await landscape('harbor', 9);
  return [
    {
      group: groupAt(0),
      hoursAgo: 3,
      reason: 'child_safety.csam',
      authenticity: 'server-verified',
      comment: 'placeholder comment 1',
      groupPicture: await landscape('hills', 11),
      attachments: [{ name: 'picture-1.jpg', bytes: await listedPicture(1) }],
    },
    {
      group: groupAt(1),
      hoursAgo: 7,
      reason: 'child_safety.csam',
      authenticity: 'franked',
      attachments: [
        { name: 'picture-2.jpg', bytes: await variantOf(await listedPicture(2), 'resized') },
        { name: 'picture-3.jpg', bytes: await landscape('harbor', 16) },
      ],
    },
    {
      group: groupAt(2),
      hoursAgo: renamedHoursAgo + 70,
      reason: 'other',
      authenticity: 'unverified',
      comment: 'placeholder comment 2',
      groupPicture: await landscape('lighthouse', 9),
      attachments: [],
    },
    {
      group: groupAt(2),
      hoursAgo: 9,
      reason: 'child_safety',
      authenticity: 'server-verified',
      groupPicture: await landscape('lighthouse', 12),
      attachments: [{ name: 'picture-4.jpg', bytes: await landscape('harbor', 12) }],
    },
    {
      group: groupAt(15),
      hoursAgo: 22,
      reason: 'child_safety',
      authenticity: 'server-verified',
      groupPicture: await landscape('hills', 20),
      attachments: [
        { name: 'picture-5.jpg', bytes: await landscape('harbor', 11) },
        { name: 'picture-6.png', bytes: await encodePicture(demoPicture('shapes', 15), 'png') },
        { name: 'picture-7.jpg', bytes: await landscape('hills', 12) },
      ],
    },
    {
      group: groupAt(12),
      hoursAgo: 30,
      reason: 'child_safety.privacy_violation',
      authenticity: 'unverified',
      comment: 'placeholder comment 3',
      attachments: [{ name: 'picture-8.jpg', bytes: cut.subarray(0, Math.round(cut.length * 0.6)) }],
    },
    {
      group: groupAt(16),
      hoursAgo: 51,
      reason: 'child_safety.harassment',
      authenticity: 'franked',
      attachments: [],
    },
  ];
}

function landscape(kind: 'hills' | 'lighthouse' | 'harbor', seed: number): Promise<Buffer> {
  return encodePicture(demoPicture(kind, seed), 'jpeg');
}

function groupAt(index: number): DemoGroup {
  const group = DEMO_GROUPS[index];
  if (group === undefined) throw new RangeError(`the demo has no group ${index}`);
  return group;
}

function toReport(plan: Plan, number: number, now: Date): DemoReport {
  const at = (hoursAgo: number) => new Date(now.getTime() - hoursAgo * HOUR_MS).toISOString();
  const { group, hoursAgo } = plan;
  const members = group.members.filter((member) => member.joinedDaysAgo * 24 > hoursAgo);
  // All are sent in now, and say what the group is called now.
  const name = group.names.at(-1)?.name;
  if (name === undefined) throw new Error(`group ${group.id} has no name`);
  const message = (
    ordinal: number,
    sender: DemoMember,
    minutesEarlier: number,
    files: readonly string[],
  ) => ({
    id: `message-${number}-${ordinal}`,
    sender: sender.account,
    sentAt: at(hoursAgo + minutesEarlier / 60),
    text: `placeholder message ${ordinal}`,
    attachments: files.map((file, index) => ({ file, name: plan.attachments[index]!.name })),
  });
  const attached = plan.attachments.map(({ bytes }, index) => [`attachment-${index + 1}`, bytes] as const);
  const picture = plan.groupPicture === undefined ? [] : [['group-picture', plan.groupPicture] as const];
  const parts = attached.map(([part]) => part);
  return {
    idempotencyKey: `demo-${number}`,
    files: new Map([...picture, ...attached]),
    report: {
      group: {
        id: group.id,
        name,
        description: group.description,
        visibility: group.visibility,
        ...(picture.length === 0 ? {} : { picture: 'group-picture' }),
        members: members.map(({ account, role, joinedDaysAgo }) => ({
          account,
          role,
          joinedAt: at(joinedDaysAgo * 24),
        })),
      },
      message: message(1, memberAt(members, 2), 12, parts),
      context: [
        message(2, memberAt(members, 3), 19, []),
        message(3, memberAt(members, 2), 16, []),
        message(4, memberAt(members, 1), 8, []),
      ],
      reporter: memberAt(members, 4).account,
      reason: plan.reason,
      ...(plan.comment === undefined ? {} : { comment: plan.comment }),
      contentVisibility: group.visibility,
      authenticity: plan.authenticity,
      occurredAt: at(hoursAgo),
    },
  };
}

function memberAt(members: readonly DemoMember[], index: number): DemoMember {
  const member = members[index];
  if (member === undefined) throw new RangeError(`the group has no member ${index}`);
  return member;
}
