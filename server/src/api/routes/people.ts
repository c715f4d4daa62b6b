import { z } from 'zod';
import {
  changeRoles,
  deactivatePerson,
  excludePerson,
  liftExclusion,
  listExclusions,
  listPeople,
  personById,
  reactivatePerson,
  requirePermission,
  requireVisible,
} from '../../access/index.ts';
import { personOf } from '../authentication.ts';
import {
  approval,
  exclusion,
  exclusionInput,
  id,
  peopleAnswer,
  person,
  rolesInput,
} from '../contract/index.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { presentExclusion, presentPerson, presentRoles } from '../present-people.ts';
import { awaited } from './awaited.ts';

const personParams = z.object({ personId: id });
const changes = { access: { kind: 'person', permission: 'people.change' } } as const;

/** Who works here, in which roles, and from what they are kept apart. */
export function peopleRoutes(app: Api, deps: ApiDeps): void {
  const { db } = deps;

  app.get(
    '/v1/people',
    {
      config: { access: { kind: 'person', permission: 'people.read' } },
      schema: {
        tags: ['People'],
        summary: 'Everybody, and what each role may do',
        response: { 200: peopleAnswer },
      },
    },
    async () => ({ items: (await listPeople(db)).map(presentPerson), roles: presentRoles() }),
  );

  app.put(
    '/v1/people/:personId/roles',
    {
      config: changes,
      schema: {
        tags: ['People'],
        summary: 'Give and take roles',
        description: 'Roles that open media or give signatures wait for a second person: the answer is 202.',
        params: personParams,
        body: rolesInput,
        response: { 200: person, 202: approval },
      },
    },
    async (request, reply) => {
      const { personId } = request.params;
      const outcome = await changeRoles(deps, personOf(request), { personId, ...request.body });
      if ('waiting' in outcome)
        return reply.status(202).send(await awaited(deps, personOf(request), outcome.waiting));
      return presentPerson(await personById(db, personId));
    },
  );

  app.post(
    '/v1/people/:personId/deactivation',
    {
      config: changes,
      schema: {
        tags: ['People'],
        summary: "End somebody's access at once, with all their sessions",
        params: personParams,
        response: { 200: person },
      },
    },
    async (request) => {
      await deactivatePerson(deps, personOf(request), request.params.personId);
      return presentPerson(await personById(db, request.params.personId));
    },
  );

  app.delete(
    '/v1/people/:personId/deactivation',
    {
      config: changes,
      schema: {
        tags: ['People'],
        summary: 'Let somebody in again, without any role',
        params: personParams,
        response: { 200: person },
      },
    },
    async (request) => {
      await reactivatePerson(deps, personOf(request), request.params.personId);
      return presentPerson(await personById(db, request.params.personId));
    },
  );

  app.get(
    '/v1/exclusions',
    {
      config: { access: { kind: 'person', permission: 'people.exclude' } },
      schema: {
        tags: ['People'],
        summary: 'Who is kept from what for a conflict of interest',
        response: { 200: z.object({ items: z.array(exclusion) }) },
      },
    },
    async (request) => ({ items: (await listExclusions(db, personOf(request))).map(presentExclusion) }),
  );

  app.post(
    '/v1/exclusions',
    {
      config: { access: { kind: 'signed-in' } },
      schema: {
        tags: ['People'],
        summary:
          'Exclude yourself, or with the permission somebody else, from a case, group, account or service',
        description:
          'Others than yourself: permission people.exclude. Only from a case that you may know of.',
        body: exclusionInput,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const by = personOf(request);
      const { target, personId } = request.body;
      if (personId !== by.id) requirePermission(by.roles, 'people.exclude');
      else if (target.kind !== 'service') requirePermission(by.roles, 'cases.read');
      if (target.kind === 'case') await requireVisible(db, by, 'case', target.id);
      await excludePerson(deps, by, request.body);
      return reply.status(204).send(null);
    },
  );

  app.delete(
    '/v1/exclusions/:exclusionId',
    {
      config: { access: { kind: 'person', permission: 'people.exclude' } },
      schema: {
        tags: ['People'],
        summary: 'Lift an exclusion of somebody else',
        params: z.object({ exclusionId: id }),
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      await liftExclusion(deps, personOf(request), request.params.exclusionId);
      return reply.status(204).send(null);
    },
  );
}
