/** Review: reveals and decisions under a policy. */
import { z } from 'zod';
import { id, personRef } from './shapes.ts';

export const actionKind = z.enum([
  'remove-group',
  'restrict-group',
  'suspend-account',
  'ban-account',
  'quarantine-media',
]);

export const policy = z
  .object({
    id: z.string(),
    title: z.string(),
    explanation: z.string().describe('When to rule under it, for the person who decides.'),
    violation: z.boolean().describe('false: the ruling that nothing is to be done.'),
    actions: z.array(actionKind).describe('The actions that this policy permits.'),
    /** Offered, never automatic: a person decides whether to file. */
    reportable: z.boolean(),
    defaultIncidentType: z.string().nullable(),
    incidentTypes: z
      .array(z.string())
      .describe('The published incident types that a report under it can have.'),
  })
  .meta({ id: 'Policy' });

export const actionTarget = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('group'), id }),
  z.strictObject({ kind: z.literal('account'), id }),
  z.strictObject({ kind: z.literal('exhibit'), id }),
]);

export const actionInput = z
  .strictObject({ kind: actionKind, target: actionTarget })
  .meta({ id: 'ActionRequest' });

export const industryClassification = z.enum(['A1', 'A2', 'B1', 'B2']);

export const cyberTipInput = z
  .strictObject({
    incidentType: z
      .string()
      .describe('One of the published incident types; GET /v1/report-options lists them.'),
    reportedAccountId: id.optional().describe('The account reported, if one is known.'),
    exhibits: z
      .array(z.strictObject({ exhibitId: id, industryClassification: industryClassification.optional() }))
      .max(100)
      .default([]),
    escalate: z
      .string()
      .trim()
      .min(1)
      .max(3000)
      .optional()
      .describe('Why it is urgent; its presence asks for high priority.'),
    additionalInfo: z.string().max(3000).optional(),
  })
  .meta({ id: 'CyberTipRequest' });

export const decisionInput = z
  .strictObject({
    policyId: z.string(),
    rationale: z.string().trim().min(1).max(4000),
    actions: z.array(actionInput).max(500).default([]),
    cyberTip: cyberTipInput
      .optional()
      .describe('Present: file a CyberTip under the name of the person who decides.'),
  })
  .meta({ id: 'DecisionRequest' });

export const decision = z
  .object({
    id,
    policyId: z.string(),
    policyTitle: z.string(),
    rationale: z.string(),
    decidedBy: personRef,
    decidedAt: z.string(),
    /** Exhibits of the case that this person had revealed in full before ruling. */
    revealedExhibits: z.number().int(),
  })
  .meta({ id: 'Decision' });

export const plannedAction = z
  .object({
    id,
    kind: actionKind,
    target: z.object({ kind: z.enum(['group', 'account', 'exhibit']), id, label: z.string() }),
    status: z.enum(['waiting', 'delivered', 'dead']),
    deliveryId: id.nullable(),
  })
  .meta({ id: 'PlannedAction' });

export const revealInput = z
  .strictObject({ reason: z.string().trim().min(3).max(500) })
  .meta({ id: 'RevealRequest' });

export type Policy = z.infer<typeof policy>;
export type ActionKind = z.infer<typeof actionKind>;
export type ActionInput = z.infer<typeof actionInput>;
export type CyberTipInput = z.infer<typeof cyberTipInput>;
export type DecisionInput = z.infer<typeof decisionInput>;
export type Decision = z.infer<typeof decision>;
export type PlannedAction = z.infer<typeof plannedAction>;
