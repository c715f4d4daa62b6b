import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import type { z } from 'zod';
import type { Access } from './authentication.ts';
import { errorAnswer } from './contract/index.ts';
import type { Api } from './deps.ts';
import { tidy } from './openapi-document.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What the body may be, by content type, where it is not simply the JSON of a schema. */
    bodies?: Readonly<Record<string, JsonSchema>>;
  }
}

/** As it stands in an OpenAPI 3.1 document. */
export type JsonSchema = Readonly<Record<string, unknown>>;
export const BINARY: JsonSchema = { type: 'string', format: 'binary' };

/** OpenAPI 3.1 from the schemas of the routes, at /openapi.json, and a page to read it at /docs. */
export async function documentApi(app: Api, version: string): Promise<void> {
  app.addHook('onRoute', (route) => {
    if (route.schema === undefined || route.schema.hide === true) return;
    const schema = route.schema as {
      response?: Record<string, z.ZodType>;
      security?: unknown;
      description?: string;
    };
    // Every route can fail, and all fail in the same shape.
    schema.response = { ...schema.response, '4xx': errorAnswer, '5xx': errorAnswer };
    schema.security = securityOf(route.config?.access);
    const needs = needsOf(route.config?.access);
    if (needs !== undefined) {
      const said = schema.description;
      schema.description = said === undefined ? needs : `${said} ${needs}`;
    }
  });
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Breakwater',
        version,
        description:
          'The child-safety desk for group messaging. Services send user reports and screen pictures with a service key; people use the rest from the console.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      components: {
        securitySchemes: {
          serviceKey: { type: 'http', scheme: 'bearer', description: 'A service key, bwk_…' },
          session: {
            type: 'apiKey',
            in: 'cookie',
            name: 'breakwater_session',
            description: '`__Host-breakwater_session` over TLS.',
          },
        },
      },
    },
    transform: (route) => {
      const { schema, url } = jsonSchemaTransform(route);
      const bodies = route.route.config?.bodies;
      return { schema: bodies === undefined ? schema : { ...schema, body: withContent(bodies) }, url };
    },
    transformObject: (document) => tidy(jsonSchemaTransformObject(document)),
  });
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP: PAGE_POLICY,
    uiConfig: { docExpansion: 'list', deepLinking: true, tryItOutEnabled: false },
    theme: { title: 'Breakwater API' },
  });
  app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger());
}

/** As that of the console, but that the page draws its icons from data addresses. */
const PAGE_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

function withContent(bodies: Readonly<Record<string, JsonSchema>>) {
  const content = Object.entries(bodies).map(([type, schema]) => [type, { schema }]);
  return { content: Object.fromEntries(content) };
}

/** Who may call, as the documentation says it; docs/permissions.md is read from it. */
function needsOf(access: Access | undefined): string | undefined {
  switch (access?.kind) {
    case undefined:
      return undefined;
    case 'anyone':
      return 'Open to anyone.';
    case 'signed-in':
      return 'For anybody who is signed in.';
    case 'own-account':
      return access.signedIn === 'at-all'
        ? 'For anybody who is signed in, about themselves.'
        : 'For anybody who has signed in within the last minutes, about themselves.';
    case 'person':
      return `Permission: ${access.permission}.`;
    case 'service':
      return `Scope: ${access.scope}.`;
    case 'service-or-person':
      return `Scope: ${access.scope}. Permission: ${access.permission}.`;
  }
}

function securityOf(access: Access | undefined): Record<string, string[]>[] {
  switch (access?.kind) {
    case undefined:
    case 'anyone':
      return [];
    case 'service':
      return [{ serviceKey: [] }];
    case 'service-or-person':
      return [{ serviceKey: [] }, { session: [] }];
    case 'signed-in':
    case 'own-account':
    case 'person':
      return [{ session: [] }];
  }
}
