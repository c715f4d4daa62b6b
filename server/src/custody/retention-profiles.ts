import { z } from 'zod';
import { span } from './calendar.ts';

/**
 * What the law of a jurisdiction says about how long to keep what was reported. Profiles are data: those that come with
 * Breakwater stand below, and an operator may add a file of their own.
 */
const duty = z.strictObject({
  /** `content`: the pictures of the reported case. `reference`: that a report was made, and its number. */
  artefact: z.enum(['content', 'reference']),
  from: z.literal('report-filed'),
  /** The authority whose report sets it running, or any. */
  authority: z.string().min(1),
  /** null: the law states no term. */
  lasts: span.nullable(),
  citation: z.string().min(1),
  source: z.string().min(1),
  /** Whether whoever wrote this down had read the law itself. */
  reading: z.enum(['primary', 'secondary', 'unread']),
});

export const retentionProfile = z.strictObject({
  id: z.string().regex(/^[a-z][a-z0-9-]{0,62}$/),
  title: z.string().min(1),
  version: z.string().min(1),
  /** `desk-in-jurisdiction`: only where the desk's rules name it. `whoever-files`: it comes with filing there. */
  applies: z.enum(['desk-in-jurisdiction', 'whoever-files']),
  duties: z.array(duty),
  note: z.string().optional(),
});
export type RetentionProfile = z.infer<typeof retentionProfile>;

/** A file of an operator: an array of profiles. One with the id of a built-in profile takes its place. */
export const retentionProfileFile = z.array(retentionProfile);

export const BUILT_IN_PROFILES: readonly RetentionProfile[] = retentionProfileFile.parse([
  {
    id: 'us',
    title: 'United States',
    version: '2026-11',
    applies: 'whoever-files',
    duties: [
      {
        artefact: 'content',
        from: 'report-filed',
        authority: 'ncmec-cybertipline',
        lasts: { years: 1 },
        citation: '18 U.S.C. 2258A(h), as amended by the REPORT Act, Pub. L. 118-59',
        source: 'https://www.congress.gov/118/plaws/publ59/PLAW-118publ59.pdf',
        reading: 'secondary',
      },
      {
        artefact: 'reference',
        from: 'report-filed',
        authority: 'ncmec-cybertipline',
        lasts: null,
        citation: '18 U.S.C. 2258A states no term for the reference of a report',
        source: 'https://www.congress.gov/118/plaws/publ59/PLAW-118publ59.pdf',
        reading: 'secondary',
      },
    ],
  },
  {
    id: 'uk',
    title: 'United Kingdom',
    version: '2026-11',
    applies: 'desk-in-jurisdiction',
    note: 'A report to NCMEC counts where it makes a report to the NCA unnecessary.',
    duties: [
      {
        artefact: 'content',
        from: 'report-filed',
        authority: 'any',
        lasts: { years: 1 },
        citation: 'Online Safety Act 2023, s. 66; SI 2026/268',
        source: 'https://www.legislation.gov.uk/uksi/2026/268',
        reading: 'secondary',
      },
      {
        artefact: 'reference',
        from: 'report-filed',
        authority: 'any',
        lasts: { years: 5 },
        citation: 'Online Safety Act 2023, s. 66; SI 2026/268',
        source: 'https://www.legislation.gov.uk/uksi/2026/268',
        reading: 'secondary',
      },
    ],
  },
  {
    id: 'ca',
    title: 'Canada',
    version: '2026-11',
    applies: 'desk-in-jurisdiction',
    duties: [
      {
        artefact: 'content',
        from: 'report-filed',
        authority: 'any',
        lasts: { days: 21 },
        citation: 'Mandatory reporting of Internet child pornography: 21 days of preservation',
        source: 'A secondary source; the statute was not read',
        reading: 'secondary',
      },
    ],
  },
  {
    id: 'eu',
    title: 'European Union',
    version: '2026-11',
    applies: 'desk-in-jurisdiction',
    note: 'No term of preservation was found in the DSA. What is not confirmed is to be deleted: see the desk terms.',
    duties: [],
  },
]);

/** The grounds of a legal hold. Some lapse unless whoever asked for it asks again; no hold ends by itself. */
export interface HoldGround {
  readonly id: string;
  readonly title: string;
  readonly renewAfter: z.infer<typeof span> | null;
  readonly citation: string | null;
  readonly reading: 'primary' | 'secondary' | 'unread' | null;
}

export const HOLD_GROUNDS: readonly HoldGround[] = [
  {
    id: 'authority-request',
    title: 'An authority or a court asks for it',
    renewAfter: null,
    citation: null,
    reading: null,
  },
  {
    id: 'us-2703f',
    title: 'Preservation request under 18 U.S.C. 2703(f)',
    renewAfter: { days: 90 },
    citation: '18 U.S.C. 2703(f)(2): 90 days, and 90 more upon a renewed request',
    reading: 'unread',
  },
  { id: 'litigation', title: 'Litigation', renewAfter: null, citation: null, reading: null },
  {
    id: 'internal',
    title: 'The desk needs it: an appeal or an inquiry',
    renewAfter: null,
    citation: null,
    reading: null,
  },
];

/** The built-in profiles, and those of an operator in place of or beside them. */
export function mergeProfiles(own: readonly RetentionProfile[]): RetentionProfile[] {
  const merged = new Map([...BUILT_IN_PROFILES, ...own].map((profile) => [profile.id, profile]));
  return [...merged.values()];
}
