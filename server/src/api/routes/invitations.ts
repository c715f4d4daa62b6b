import { z } from 'zod';
import {
  changeRoles,
  invite,
  inviteAgain,
  ROLES,
  ROLES_GIVEN_BY_TWO,
  type Invitation,
  type Person,
  type Role,
} from '../../access/index.ts';
import { CodedError } from '../../foundation/index.ts';
import { actorOf, personOf } from '../authentication.ts';
import { id, invitation, invitationInput } from '../contract/index.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { awaited } from './awaited.ts';

const config = { access: { kind: 'person', permission: 'people.change' } } as const;

/** Letting somebody new in. */
export function invitationRoutes(app: Api, deps: ApiDeps): void {
  const { db, clock, publicAddress } = deps;
  const present = ({ person, token, expiresAt }: Invitation) => ({
    person: { id: person.id, displayName: person.displayName },
    // In the fragment, which a browser sends to nobody and no log sees.
    link: `${publicAddress()}/accept-invitation#token=${token}`,
    expiresAt: expiresAt.toISOString(),
  });

  app.post(
    '/v1/invitations',
    {
      config,
      schema: {
        tags: ['People'],
        summary: 'Add a person and make a link for them, shown this once',
        description:
          'Roles that open media or give signatures wait for a second person, as when they are given later.',
        body: invitationInput,
        response: { 201: invitation },
      },
    },
    async (request, reply) => {
      const { displayName, roles } = request.body;
      const asked = knownRoles(roles);
      const invited = { displayName, roles: asked.filter((role) => !ROLES_GIVEN_BY_TWO.includes(role)) };
      const made = await db.transaction().execute((trx) => invite(trx, clock, actorOf(request), invited));
      const waiting = await askForRoles(deps, personOf(request), made.person, asked);
      return reply.status(201).send({ ...present(made), waiting });
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
      return reply.status(201).send({ ...present(made), waiting: null });
    },
  );
}

/** What of the roles takes two people is asked for like any change: an invitation is no way around the second signature. */
async function askForRoles(deps: ApiDeps, by: Person, invited: Person, roles: readonly Role[]) {
  if (roles.length === invited.roles.length) return null;
  const reason = 'Asked for with the invitation';
  const outcome = await changeRoles(deps, by, { personId: invited.id, roles, reason });
  return 'waiting' in outcome ? awaited(deps, by, outcome.waiting) : null;
}

function knownRoles(roles: readonly string[]): Role[] {
  return [...new Set(roles)].map((role) => {
    const known = ROLES.find((one) => one === role);
    if (known !== undefined) return known;
    const details = [
      { path: 'roles', message: `There is no role of this name. Roles: ${ROLES.join(', ')}.` },
    ];
    throw new CodedError('BW-BODY-INVALID', { details });
  });
}
