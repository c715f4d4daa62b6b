/** Enforcement: webhooks to a service, and what became of them. */
import { z } from 'zod';
import { id, instant, pageQuery, serviceRef, slug } from './shapes.ts';

export const deliveryStatus = z.enum(['pending', 'delivered', 'dead']);

export const delivery = z
  .object({
    id: id.describe('Also the webhook-id header.'),
    service: serviceRef,
    type: z.string().describe('Such as action.requested.'),
    status: deliveryStatus,
    attempts: z.number().int(),
    createdAt: z.string(),
    nextAttemptAt: z.string().nullable(),
    deliveredAt: z.string().nullable(),
    lastProblem: z.string().nullable(),
    caseId: id.nullable(),
    caseNumber: z.number().int().nullable(),
  })
  .meta({ id: 'Delivery' });

export const deliveryQuery = pageQuery.extend({ status: deliveryStatus.optional() });

export const webhookInput = z
  .strictObject({
    url: z.url({ protocol: /^https?$/ }).max(2000),
    overlapHours: z
      .number()
      .min(0)
      .max(168)
      .default(24)
      .describe('How long the secret before this one signs as well.'),
  })
  .meta({ id: 'WebhookRequest' });

export const webhookAnswer = z
  .object({
    url: z.string(),
    secret: z.string().describe('Signing secret (whsec_…), shown this once.'),
    previousUntil: z.string().nullable().describe('Until when the secret before this one signs as well.'),
  })
  .meta({ id: 'WebhookAnswer' });

export const serviceInput = z
  .strictObject({ slug, name: z.string().trim().min(1).max(200) })
  .meta({ id: 'ServiceRequest' });

export const service = z
  .object({
    ...serviceRef.shape,
    demo: z.boolean(),
    webhookUrl: z.string().nullable(),
    createdAt: z.string(),
  })
  .meta({ id: 'Service' });

export const serviceScope = z.enum(['screen', 'report', 'read-own', 'webhooks', 'hash-lists']);

export const rotationInput = z
  .strictObject({
    overlapHours: z.number().min(0).max(720).default(24).describe('How long the old key still works.'),
  })
  .meta({ id: 'RotationRequest' });

export const serviceKeyInput = z
  .strictObject({
    label: z.string().trim().min(1).max(200),
    scopes: z
      .array(serviceScope)
      .min(1)
      .max(5)
      .default([...serviceScope.options]),
    expiresAt: instant.nullable().default(null).describe('When it stops working; null: never.'),
    requestsAMinute: z
      .number()
      .int()
      .min(1)
      .max(1_000_000)
      .nullable()
      .default(6000)
      .describe('Counted by each process for itself; null: no limit of its own.'),
  })
  .meta({ id: 'ServiceKeyRequest' });

export const serviceKey = z
  .object({
    id,
    label: z.string(),
    hint: z.string().describe('First characters of the key, to tell keys apart.'),
    createdAt: z.string(),
    lastUsedAt: z.string().nullable(),
    revokedAt: z.string().nullable(),
    scopes: z.array(serviceScope),
    expiresAt: z.string().nullable(),
    requestsAMinute: z.number().int().nullable(),
    replacedBy: id.nullable().describe('The key that took its place.'),
  })
  .meta({ id: 'ServiceKey' });

export const serviceKeyAnswer = z
  .object({ ...serviceKey.shape, key: z.string().describe('The key itself, shown this once.') })
  .meta({ id: 'ServiceKeyAnswer' });

export type Delivery = z.infer<typeof delivery>;
export type Service = z.infer<typeof service>;
export type ServiceKey = z.infer<typeof serviceKey>;
export type ServiceKeyAnswer = z.infer<typeof serviceKeyAnswer>;
export type WebhookAnswer = z.infer<typeof webhookAnswer>;
