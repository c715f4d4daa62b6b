import { z } from 'zod';
import {
  changeRoles,
  invite,
  inviteAgain,
  isRole,
  ROLES,
  ROLES_GIVEN_BY_TWO,
  type Invitation,
  type Role,
} from '../../access/index.ts';
import { CodedError } from '../../foundation/index.ts';
import { actorOf, personOf } from '../authentication.ts';
import { id, invitation, invitationInput } from '../contract/index.ts';
import type { Api, ApiDeps } from '../deps.ts';

const config = { access: { kind: 'person', permission: 'people.change' } } as const;

/** Letting somebody new in. */
export function invitationRoutes(app: Api, deps: ApiDeps): void {
  const { db, clock, publicAddress } = deps;
  const present = ({ person, token, expiresAt }: Invitation, waiting: Role[] = []) => ({
    person: { id: person.id, displayName: person.displayName },
    // In the fragment, which a browser sends to nobody and no log sees.
    link: `${publicAddress()}/accept-invitation#token=${token}`,
    expiresAt: expiresAt.toISOString(),
    rolesWaiting: waiting,
  });

  app.post(
    '/v1/invitations',
    {
      config,
      schema: {
        tags: ['People'],
        summary: 'Add a person and make a link for them, shown this once',
        body: invitationInput,
        response: { 201: invitation },
      },
    },
    async (request, reply) => {
      const { displayName } = request.body;
      const roles = knownRoles(request.body.roles);
      const weighty = roles.filter((role) => ROLES_GIVEN_BY_TWO.includes(role));
      const invited = { displayName, roles: roles.filter((role) => !weighty.includes(role)) };
      const made = await db.transaction().execute((trx) => invite(trx, clock, actorOf(request), invited));
      if (weighty.length === 0) return reply.status(201).send(present(made));
      const change = { personId: made.person.id, roles, reason: 'Asked for with the invitation' };
      const outcome = await changeRoles(deps, personOf(request), change);
      return reply.status(201).send(present(made, 'waiting' in outcome ? weighty : []));
    },
  );

  app.post(
    '/v1/people/:personId/invitation',
    {
      config,
      schema: {
        tags: ['People'],
        summary: 'A new link for somebody who was invited and has not come in yet',
        params: z.object({ personId: id }),
        response: { 201: invitation },
      },
    },
    async (request, reply) => {
      const made = await inviteAgain(db, clock, actorOf(request), request.params.personId);
      return reply.status(201).send(present(made));
    },
  );
}

function knownRoles(roles: readonly string[]): Role[] {
  return [...new Set(roles)].map((role) => {
    if (isRole(role)) return role;
    const details = [
      { path: 'roles', message: `There is no role of this name. Roles: ${ROLES.join(', ')}.` },
    ];
    throw new CodedError('BW-BODY-INVALID', { details });
  });
}
