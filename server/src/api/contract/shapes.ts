/** Shapes that every part of the HTTP contract uses. */
import { z } from 'zod';

/** An instant, ISO 8601 with a time zone, such as `2026-01-31T08:30:00Z`. */
export const instant = z.iso.datetime({ offset: true });
export const id = z.uuid();
export const slug = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/, 'Use 1 to 64 lower-case letters, digits and hyphens.');

export const problemDetail = z.object({
  path: z.string().describe('Where in the request, as a dotted path; empty for the whole of it.'),
  message: z.string(),
});

export const errorAnswer = z
  .object({
    error: z.object({
      code: z.string().describe('One of the table in docs/errors.md, such as BW-UNKNOWN-FIELD.'),
      message: z.string().describe('What went wrong and what to do about it.'),
      details: z.array(problemDetail).optional(),
      requestId: z.string(),
    }),
  })
  .meta({ id: 'Error' });

export const pageQuery = z.strictObject({
  cursor: z
    .string()
    .max(500)
    .optional()
    .describe('`nextCursor` of the page before; none for the first page.'),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

/** A page of `item`: follow `nextCursor` until it is null. */
export function page<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() });
}

export const personRef = z.object({ id, displayName: z.string() }).meta({ id: 'PersonRef' });
export const serviceRef = z.object({ id, slug, name: z.string() }).meta({ id: 'ServiceRef' });

export type ErrorAnswer = z.infer<typeof errorAnswer>;
export type PersonRef = z.infer<typeof personRef>;
export type ServiceRef = z.infer<typeof serviceRef>;
