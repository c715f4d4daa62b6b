/** Custody: what must be kept and until when, holds, destruction, and packages for the police or a court. */
import { z } from 'zod';
import { id } from './shapes.ts';

const why = z.string().trim().min(3).max(500);
const reference = z.string().trim().min(1).max(200).optional();

const namedActor = z.object({
  kind: z.enum(['person', 'service', 'system']),
  id: z.string(),
  name: z.string(),
});

export const custodyEntry = z
  .object({
    eventId: id,
    at: z.string(),
    type: z.string().describe('Such as exhibit.revealed.'),
    actor: namedActor,
    why: z.string().nullable(),
    sha256: z.string().describe('Of the content that it is about.'),
    summary: z.string().describe('One plain sentence.'),
    payload: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'CustodyEntry' });

const reason = z.object({
  rule: z.string().describe('A profile, a term of the desk, or what it waits for.'),
  text: z.string(),
  from: z.string().nullable(),
  until: z.string().nullable(),
});

export const preservationTerm = z
  .object({
    preserveUntil: z.string().nullable().describe('null: there is no end yet.'),
    because: z.array(reason).describe('What applies, that which lasts longest first.'),
  })
  .meta({ id: 'PreservationTerm' });

export const hold = z
  .object({
    id,
    on: z.object({ kind: z.enum(['case', 'exhibit']), id }),
    ground: z.string(),
    groundTitle: z.string(),
    reference: z.string().nullable(),
    why: z.string(),
    placedBy: namedActor,
    placedAt: z.string(),
    renewBy: z.string().nullable().describe('It holds on after that, until it is released.'),
    released: z.object({ by: namedActor, at: z.string(), why: z.string() }).nullable(),
  })
  .meta({ id: 'Hold' });

export const destruction = z
  .object({
    id,
    exhibitId: id,
    status: z.enum(['ordered', 'erased', 'destroyed', 'halted']),
    haltedBecause: z.string().nullable(),
    why: z.string(),
    orderedBy: namedActor,
    approvedBy: namedActor.nullable().describe('null: one person acted alone.'),
    orderedAt: z.string(),
    destroyedAt: z.string().nullable(),
  })
  .meta({ id: 'Destruction' });

export const caseExport = z
  .object({
    id,
    recipient: z.string(),
    why: z.string(),
    links: z.enum(['withheld', 'included']),
    orderedBy: namedActor,
    approvedBy: namedActor.nullable().describe('null: one person acted alone.'),
    orderedAt: z.string(),
    fetchUntil: z.string().nullable().describe('null: not yours to fetch, or too late for it.'),
    manifestSha256: z.string().nullable().describe('Of the package that was fetched last.'),
  })
  .meta({ id: 'CaseExport' });

export const caseCustody = z
  .object({
    exhibits: z.array(
      z.object({
        exhibitId: id,
        term: preservationTerm.nullable().describe('null: not computed yet.'),
        held: z.boolean(),
        due: z.boolean().describe('The term has ended and no hold covers it: it can be destroyed.'),
        awaited: z.boolean().describe('Its destruction waits for a second signature.'),
        destruction: destruction.nullable(),
      }),
    ),
    holds: z.array(hold),
    exports: z.array(caseExport),
    exportAwaited: z.boolean().describe('An export waits for a second signature.'),
    grounds: z.array(
      z.object({ id: z.string(), title: z.string(), citation: z.string().nullable(), renewed: z.boolean() }),
    ),
  })
  .meta({ id: 'CaseCustody' });

export const holdInput = z
  .strictObject({
    on: z.strictObject({ kind: z.enum(['case', 'exhibit']), id }),
    ground: z.string(),
    reference,
    why,
  })
  .meta({ id: 'HoldRequest' });

export const releaseInput = z.strictObject({ why }).meta({ id: 'ReleaseRequest' });

export const destructionInput = z
  .strictObject({ ground: z.enum(['term-ended', 'authority-request']), reference, why })
  .meta({ id: 'DestructionRequest' });

export const exportInput = z
  .strictObject({
    recipient: z.string().trim().min(1).max(4000).describe('Age public key of whoever is to open it.'),
    why,
    links: z
      .enum(['withheld', 'included'])
      .default('withheld')
      .describe('included: only where the package goes to whoever is to act on the links.'),
  })
  .meta({ id: 'ExportRequest' });

export const dueExhibit = z
  .object({
    exhibitId: id,
    caseId: id,
    caseNumber: z.number().int(),
    sha256: z.string(),
    preserveUntil: z.string(),
    because: z.array(reason),
  })
  .meta({ id: 'DueExhibit' });

export const certificate = z
  .object({
    format: z.literal('breakwater-destruction-certificate/1'),
    id,
    what: z.object({ exhibitId: id, caseId: id.nullable(), sha256: z.string(), bytes: z.number().int() }),
    why: z.object({
      ground: z.enum(['term-ended', 'authority-request']),
      reference: z.string().nullable(),
      why: z.string(),
      terms: z.array(reason),
    }),
    when: z.object({ ordered: z.string(), keyErased: z.string(), destroyed: z.string() }),
    by: z.object({ kind: z.string(), id: z.string(), name: z.string() }),
    approvedBy: z.object({ kind: z.string(), id: z.string(), name: z.string() }).optional(),
    sealedBytes: z.enum(['erased', 'kept-for-another-exhibit']),
    ledgerEventId: id,
  })
  .meta({ id: 'DestructionCertificate' });

const span = z.union([
  z.strictObject({ years: z.int().min(1).max(100) }),
  z.strictObject({ months: z.int().min(1).max(1200) }),
  z.strictObject({ days: z.int().min(1).max(36_500) }),
]);

export const retentionRules = z.strictObject({
  jurisdictions: z.array(z.string().max(64)).max(50).describe('Profiles that the desk is under.'),
  terms: z.strictObject({
    reported: span,
    decidedAgainst: span,
    notDecidedAgainst: span,
    reportReference: span,
  }),
});

export const retention = z
  .object({
    rules: retentionRules,
    setAt: z.string().nullable().describe('null: the defaults are in force.'),
    profiles: z.array(
      z.object({
        id: z.string(),
        title: z.string(),
        version: z.string(),
        applies: z.enum(['desk-in-jurisdiction', 'whoever-files']),
        note: z.string().nullable(),
        duties: z.array(
          z.object({
            artefact: z.enum(['content', 'reference']),
            authority: z.string(),
            lasts: z.string().nullable().describe('null: the law states no term.'),
            citation: z.string(),
            source: z.string(),
            reading: z.enum(['primary', 'secondary', 'unread']),
          }),
        ),
      }),
    ),
    clockProblem: z.enum(['behind', 'jumped']).nullable(),
  })
  .meta({ id: 'Retention' });

export const retentionInput = z.strictObject({ rules: retentionRules, why }).meta({ id: 'RetentionRequest' });

export type CustodyEntryAnswer = z.infer<typeof custodyEntry>;
export type CaseCustody = z.infer<typeof caseCustody>;
export type Hold = z.infer<typeof hold>;
export type HoldInput = z.infer<typeof holdInput>;
export type DestructionAnswer = z.infer<typeof destruction>;
export type DestructionInput = z.infer<typeof destructionInput>;
export type CaseExport = z.infer<typeof caseExport>;
export type ExportInput = z.input<typeof exportInput>;
export type Retention = z.infer<typeof retention>;
