/** The two-person rule: what waits for a second signature, and what needs one. */
import { z } from 'zod';
import { id, pageQuery, personRef } from './shapes.ts';

export const approvalQuery = pageQuery.extend({
  view: z
    .enum(['to-sign', 'own', 'history'])
    .default('to-sign')
    .describe('What waits for your signature, what you asked for and waits, or what is over.'),
});

export const approval = z
  .object({
    id,
    kind: z.string(),
    title: z.string(),
    state: z
      .enum(['waiting', 'approved', 'refused', 'withdrawn', 'expired', 'waived'])
      .describe('waived: done by one person alone, while nobody else could sign.'),
    reason: z.string(),
    facts: z.array(z.object({ name: z.string(), value: z.string() })).describe('What is asked for.'),
    caseId: id.nullable(),
    requestedBy: personRef,
    requestedAt: z.string(),
    expiresAt: z.string(),
    concludedBy: personRef.nullable(),
    concludedAt: z.string().nullable(),
    note: z.string().nullable(),
    maySign: z.boolean().describe('Whether you can approve or refuse it.'),
    mayWithdraw: z.boolean(),
  })
  .meta({ id: 'Approval' });

export const approvalInput = z
  .strictObject({ note: z.string().trim().min(1).max(500).optional() })
  .meta({ id: 'ApprovalRequest' });

export const twoPersonRule = z
  .object({
    kind: z.string(),
    title: z.string(),
    required: z.boolean(),
    threshold: z.number().int().nullable().describe('Up to so many at once need no second person.'),
    fixed: z.boolean().describe('Cannot be switched off.'),
  })
  .meta({ id: 'TwoPersonRule' });

export const twoPersonRules = z
  .object({
    rules: z.array(twoPersonRule),
    loneSignature: z
      .boolean()
      .describe('Whether one person acts alone while nobody else could sign. Each use is recorded.'),
  })
  .meta({ id: 'TwoPersonRules' });

const reason = z.string().trim().min(3).max(500);

export const twoPersonRuleInput = z
  .strictObject({
    required: z.boolean(),
    threshold: z.number().int().min(0).max(10_000).optional(),
    reason,
  })
  .meta({ id: 'TwoPersonRuleRequest' });

export const loneSignatureInput = z
  .strictObject({ allowed: z.boolean(), reason })
  .meta({ id: 'LoneSignatureRequest' });

export type Approval = z.infer<typeof approval>;
export type TwoPersonRules = z.infer<typeof twoPersonRules>;
export type TwoPersonRule = z.infer<typeof twoPersonRule>;
