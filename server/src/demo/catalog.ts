import { seededRandom } from './random.ts';

export interface DemoAccount {
  readonly id: string;
  readonly handle: string;
  readonly displayName: string;
}

export interface DemoMember {
  readonly account: DemoAccount;
  readonly role: 'owner' | 'admin' | 'member';
  readonly joinedDaysAgo: number;
}

export interface DemoGroup {
  readonly id: string;
  /** Every name it had, oldest first. */
  readonly names: readonly { readonly name: string; readonly sinceDaysAgo: number }[];
  readonly description: string;
  readonly visibility: 'public' | 'private';
  readonly members: readonly DemoMember[];
}

const DISPLAY_NAMES = [
  'Heron Pebble Tansy Marlin Sorrel Plover Juniper Cockle Fennel Tern',
  'Bramble Kelp Linnet Skiff Clover Osprey Thistle Limpet Rowan Petrel',
  'Sedge Mackerel Aster Curlew Halyard Yarrow Dunlin Capstan Larch Whimbrel',
  'Samphire Sextant Teasel Avocet Cleat Willow Bowline Sandpiper 灯台 مرساة',
].flatMap((line) => line.split(' '));

const ACCOUNTS: readonly DemoAccount[] = DISPLAY_NAMES.map((displayName, index) => {
  const number = String(index + 1).padStart(2, '0');
  const latin = /^[A-Za-z]+$/.test(displayName);
  return {
    id: `account-${number}`,
    handle: latin ? displayName.toLowerCase() : `guest${number}`,
    displayName,
  };
});

/** Name or names, oldest first, and what the group says of itself. */
const GROUPS: readonly (readonly [names: string | readonly string[], description: string])[] = [
  ['Tide tables', 'High water, low water, every day.'],
  ['Knot of the week', 'One knot, once a week.'],
  [['Rowing Tuesdays', 'Rowing Thursdays'], 'Eight seats, bring gloves.'],
  ['Lantern club', 'We mend old lanterns.'],
  ['Driftwood workshop', 'What the sea brought, and what we made of it.'],
  ['Harbor market swaps', 'Swap, do not sell.'],
  ['Gull watchers', 'Sightings only.'],
  ['Chart readers', 'Old charts, new eyes.'],
  ['Paint the boathouse', 'Saturdays from ten.'],
  ['Foghorn choir', 'All voices, mostly low.'],
  ['Pebble collectors', 'Round ones above all.'],
  ['Anchor restoration', 'Rust is patient, so are we.'],
  ['Sunday sails ⛵', 'Meet at the second pier.'],
  ['Buoy radio', 'Test messages welcome.'],
  ['Ropes and rigging', 'Splices, whippings, servings.'],
  ['潮汐と天気', '毎朝の潮と空。'],
  ['فانوس الميناء', 'أخبار الميناء كل مساء.'],
  ['Mussel soup recipes', 'No two alike.'],
  ['Kite beach mornings', 'When the wind is right.'],
  ['Old maps exchange', 'Paper only.'],
];

/** How long ago a group that has two names took the second. */
export const RENAMED_DAYS_AGO = 6;

/** The groups of the demo service, the one first seen longest ago first, each with its members. */
export const DEMO_GROUPS: readonly DemoGroup[] = GROUPS.map(([names, description], index) => {
  const seenDaysAgo = 240 - index * 11;
  return {
    id: `group-${String(index + 1).padStart(2, '0')}`,
    names: [names].flat().map((name, nth) => ({
      name,
      sinceDaysAgo: nth === 0 ? seenDaysAgo : RENAMED_DAYS_AGO,
    })),
    description,
    visibility: index % 3 === 0 ? 'public' : 'private',
    members: membersOf(index, seenDaysAgo),
  };
});

/** Seven to eleven members; the last two joined in the last days, the others before we knew of the group. */
function membersOf(group: number, seenDaysAgo: number): DemoMember[] {
  const random = seededRandom(group);
  const count = random.whole(7, 11);
  const first = random.whole(0, ACCOUNTS.length - 1);
  const stride = random.pick([3, 7, 9, 11]);
  return Array.from({ length: count }, (_, nth) => {
    const role = nth === 0 ? 'owner' : nth === 1 ? 'admin' : 'member';
    const isNew = nth >= count - 2;
    return {
      account: ACCOUNTS[(first + nth * stride) % ACCOUNTS.length]!,
      role,
      joinedDaysAgo: isNew ? random.between(0.5, 4) : seenDaysAgo + random.between(1, 120),
    };
  });
}
