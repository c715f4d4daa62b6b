/** Sign-in and the state of the desk as a whole. */
import { z } from 'zod';
import { personRef } from './shapes.ts';
import { service } from './enforcement.ts';

export const signInInput = z
  .strictObject({ token: z.string().min(1).max(200) })
  .meta({ id: 'SignInRequest' });

export const session = z
  .object({ person: personRef, permissions: z.array(z.string()), expiresAt: z.string() })
  .meta({ id: 'Session' });

export const workspace = z
  .object({
    version: z.string(),
    services: z.array(service),
    demoPresent: z.boolean(),
    counts: z
      .object({
        openCases: z.number().int().nullable(),
        pendingDeliveries: z.number().int().nullable(),
        deadDeliveries: z.number().int().nullable(),
        reportsInTrouble: z.number().int().nullable(),
        unscannedExhibits: z.number().int().nullable(),
        hashListEntries: z.number().int().nullable(),
        approvalsToSign: z.number().int(),
      })
      .describe('Of what you may know of; null where your roles do not let you count.'),
    decoder: z.object({
      confinement: z.enum(['bubblewrap', 'process', 'unavailable']),
    }),
    cyberTipline: z.object({ environment: z.enum(['sandbox', 'test', 'production', 'unconfigured']) }),
    warnings: z.array(z.string()).describe('What is degraded and how to mend it, in plain sentences.'),
  })
  .meta({ id: 'Workspace' });

export const demoRemoval = z.object({ removedCases: z.number().int() }).meta({ id: 'DemoRemoval' });

export type SessionAnswer = z.infer<typeof session>;
export type Workspace = z.infer<typeof workspace>;
