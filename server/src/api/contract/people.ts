/** People of the desk: roles, exclusions. */
import { z } from 'zod';
import { id, personRef } from './shapes.ts';

/** As the server's table of roles; the compiler holds the two together where they meet. */
export const role = z.enum([
  'intake',
  'analyst',
  'reviewer',
  'reporting-officer',
  'lead',
  'auditor',
  'administrator',
]);
const reason = z.string().trim().min(3).max(500);

export const person = z
  .object({
    ...personRef.shape,
    roles: z.array(z.string()),
    createdAt: z.string(),
    deactivatedAt: z.string().nullable(),
  })
  .meta({ id: 'Person' });

export const roleDescription = z
  .object({
    id: role,
    title: z.string(),
    duty: z.string(),
    permissions: z.array(z.object({ id: z.string(), words: z.string() })),
    givenByTwo: z.boolean().describe('A second person signs before somebody has it.'),
  })
  .meta({ id: 'Role' });

export const peopleAnswer = z
  .object({ items: z.array(person), roles: z.array(roleDescription) })
  .meta({ id: 'People' });

export const rolesInput = z
  .strictObject({ roles: z.array(role).max(20), reason })
  .meta({ id: 'RolesRequest' });

export const exclusionTarget = z.strictObject({
  kind: z.enum(['case', 'group', 'account', 'service']),
  id,
});

export const exclusionInput = z
  .strictObject({ personId: id, target: exclusionTarget, reason })
  .meta({ id: 'ExclusionRequest' });

export const exclusion = z
  .object({
    id,
    person: personRef,
    target: z.object({ ...exclusionTarget.shape, label: z.string() }),
    reason: z.string(),
    setBy: z.string(),
    setAt: z.string(),
  })
  .meta({ id: 'Exclusion' });

export const assigneeInput = z.strictObject({ personId: id.nullable() }).meta({ id: 'AssigneeRequest' });

export const accessInput = z
  .strictObject({
    people: z
      .array(id)
      .max(200)
      .nullable()
      .describe('Who alone may know of the case; null opens it to all whose roles let them.'),
  })
  .meta({ id: 'CaseAccessRequest' });

export type DeskPerson = z.infer<typeof person>;
export type RoleDescription = z.infer<typeof roleDescription>;
export type Exclusion = z.infer<typeof exclusion>;
