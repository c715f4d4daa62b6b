import fastifyStatic from '@fastify/static';
import type { Api } from './deps.ts';

/** Addresses that belong to the program and never show a page of the console. */
const NOT_PAGES = /^\/(?:v1|docs|openapi\.json|healthz|readyz|metrics|assets)(?:[/?]|$)/;

/** Serves the built console: its files as they are, and its page for every address that it routes itself. */
export async function serveConsole(app: Api, folder: string): Promise<void> {
  await app.register(fastifyStatic, {
    root: folder,
    wildcard: false,
    index: false,
    cacheControl: false,
    setHeaders(reply, path) {
      // Built files carry a hash of their content in their name; the page that names them does not.
      const lasting = path.includes('/assets/');
      reply.header('cache-control', lasting ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
  app.get('/*', { schema: { hide: true } }, async (request, reply) => {
    if (NOT_PAGES.test(request.url)) return reply.callNotFound();
    return reply.sendFile('index.html');
  });
}
