import { z } from 'zod';
import { invite, inviteAgain, ROLES, type Invitation, type Role } from '../../access/index.ts';
import { CodedError } from '../../foundation/index.ts';
import { actorOf } from '../authentication.ts';
import { id, invitation, invitationInput } from '../contract/index.ts';
import type { Api, ApiDeps } from '../deps.ts';

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
        body: invitationInput,
        response: { 201: invitation },
      },
    },
    async (request, reply) => {
      const { displayName, roles } = request.body;
      const invited = { displayName, roles: knownRoles(roles) };
      const made = await db.transaction().execute((trx) => invite(trx, clock, actorOf(request), invited));
      return reply.status(201).send(present(made));
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
    const known = ROLES.find((one) => one === role);
    if (known !== undefined) return known;
    const details = [
      { path: 'roles', message: `There is no role of this name. Roles: ${ROLES.join(', ')}.` },
    ];
    throw new CodedError('BW-BODY-INVALID', { details });
  });
}
