import { z } from 'zod';
import { CodedError } from '../../foundation/index.ts';
import { sessionOf } from '../authentication.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { browserOfRequest, sessionCookies } from '../session-cookies.ts';

const CALLBACK = '/v1/sign-in/organization/callback';
const away = { 302: z.null().describe('To the provider.'), 303: z.null().describe('Back to the console.') };
const brake = { max: 60, timeWindow: 60_000 };

/** The way to an organization's identity provider and back, for a browser that follows redirects. */
export function identityProviderRoutes(app: Api, deps: ApiDeps): void {
  const { publicAddress } = deps;
  const cookies = sessionCookies(deps);
  const provider = () => {
    if (deps.identityProvider === null) throw new CodedError('BW-OIDC-UNAVAILABLE');
    return deps.identityProvider;
  };

  app.get(
    '/v1/sign-in/organization',
    {
      config: { access: { kind: 'anyone' }, rateLimit: brake },
      schema: { tags: ['People'], summary: "Sign in with the organization's provider", response: away },
    },
    async (request, reply) => {
      const boundTo = cookies.keepAttempt(request, reply);
      const url = await provider().begin({ boundTo, redirectUri: publicAddress() + CALLBACK });
      return reply.redirect(url.href, 302);
    },
  );

  app.get(
    '/v1/step-up/organization',
    {
      config: { access: { kind: 'own-account', signedIn: 'at-all' }, rateLimit: brake },
      schema: { tags: ['People'], summary: 'Show by the provider that it is still you', response: away },
    },
    async (request, reply) => {
      const boundTo = cookies.keepAttempt(request, reply);
      const redirectUri = publicAddress() + CALLBACK;
      const url = await provider().begin({ boundTo, redirectUri, session: sessionOf(request) });
      return reply.redirect(url.href, 302);
    },
  );

  app.get(
    CALLBACK,
    {
      config: { access: { kind: 'anyone' }, rateLimit: brake },
      schema: { tags: ['People'], summary: 'Where the provider sends the browser back to', response: away },
    },
    async (request, reply) => {
      try {
        const opened = await provider().complete({
          boundTo: cookies.attempt(request) ?? '',
          callback: new URL(request.url, publicAddress()),
          browser: browserOfRequest(request),
        });
        cookies.setSession(request, reply, opened.sessionToken, opened.session);
        return reply.redirect('/', 303);
      } catch (error) {
        // Somebody looks at this in a browser: the console tells them in words.
        if (!(error instanceof CodedError)) throw error;
        return reply.redirect(`/sign-in?problem=${error.code}`, 303);
      }
    },
  );
}
