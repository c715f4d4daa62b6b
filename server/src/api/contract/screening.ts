/** Screening: bytes of a picture or a video in, verdict out. */
import { z } from 'zod';
import { id, slug } from './shapes.ts';

export const fingerprintKind = z.enum(['pdq', 'md5', 'sha1', 'sha256', 'vpdq']);

export const match = z
  .object({
    list: z.object({ slug, name: z.string() }),
    entry: z.object({ id: z.string(), externalId: z.string().nullable(), label: z.string().nullable() }),
    fingerprint: fingerprintKind,
    distance: z.number().int().min(0).max(256).describe('Differing bits; 0 for exact fingerprints.'),
    frameSeconds: z
      .number()
      .nullable()
      .describe('When the frame is shown that the match rests on; null for pictures and digests.'),
    queryPercent: z
      .number()
      .nullable()
      .describe('Of a match with a known video (vpdq): how much of what was screened is in it.'),
    comparedPercent: z
      .number()
      .nullable()
      .describe('Of a match with a known video (vpdq): how much of it is in what was screened.'),
  })
  .meta({ id: 'Match' });

const fingerprints = {
  sha256: z.string(),
  md5: z.string(),
  pdq: z.string().nullable(),
  quality: z
    .number()
    .int()
    .min(0)
    .max(100)
    .nullable()
    .describe('PDQ quality; below 50 a PDQ is not looked up.'),
  width: z.number().int().nullable(),
  height: z.number().int().nullable(),
  video: z
    .object({
      frames: z.number().int().describe('Frames that were decoded.'),
      hashes: z.number().int().describe('Distinct hashes of frames that were looked up.'),
      seconds: z.number().describe('Playing time that was looked at.'),
      warnings: z.array(z.string()),
    })
    .nullable()
    .describe('What was looked at of a video; null for pictures, and where nothing could be decoded.'),
};

export const screenAnswer = z
  .discriminatedUnion('verdict', [
    z.object({ verdict: z.literal('match'), matches: z.array(match).min(1), ...fingerprints }),
    z.object({ verdict: z.literal('no-match'), ...fingerprints }),
    z.object({
      verdict: z.literal('unscanned'),
      reason: z.string().describe('One of a fixed list, such as truncated or unrecognized-format.'),
      code: z.string(),
      message: z.string(),
      ...fingerprints,
    }),
  ])
  .meta({ id: 'ScreenAnswer' });

export const hashList = z
  .object({
    id,
    slug,
    name: z.string(),
    source: z.string().nullable(),
    demo: z.boolean(),
    shared: z.boolean().describe('What comes onto it needs two people.'),
    entries: z.number().int(),
    updatedAt: z.string(),
  })
  .meta({ id: 'HashList' });

export const hashListEntry = z
  .object({
    id: z.string(),
    fingerprint: fingerprintKind,
    value: z.string().describe('In hex; of a vpdq, a digest of its frames.'),
    externalId: z.string().nullable(),
    label: z.string().nullable(),
    threshold: z.number().int().nullable(),
    addedAt: z.string(),
  })
  .meta({ id: 'HashListEntry' });

export const importAnswer = z
  .object({
    list: hashList,
    read: z.number().int().describe('Entries read from the file.'),
    added: z.number().int(),
    alreadyPresent: z.number().int(),
  })
  .meta({ id: 'ImportAnswer' });

export const sharingInput = z
  .strictObject({ shared: z.boolean(), reason: z.string().trim().min(3).max(500) })
  .meta({ id: 'SharingRequest' });

export type Match = z.infer<typeof match>;
export type ScreenAnswer = z.infer<typeof screenAnswer>;
export type HashList = z.infer<typeof hashList>;
export type HashListEntry = z.infer<typeof hashListEntry>;
export type ImportAnswer = z.infer<typeof importAnswer>;
export type FingerprintKind = z.infer<typeof fingerprintKind>;
