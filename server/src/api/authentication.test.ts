import fastify from 'fastify';
import { expect, it } from 'vitest';
import { answerErrors } from './answer-errors.ts';
import { authenticate } from './authentication.ts';

function appWithRoutes() {
  const app = fastify();
  answerErrors(app);
  const never = {} as Parameters<typeof authenticate>[0];
  app.addHook('onRequest', authenticate(never));
  app.get('/v1/forgotten', async () => ({ let: 'in' }));
  app.get('/v1/open', { config: { access: { kind: 'anyone' } } }, async () => ({ let: 'in' }));
  app.get('/page', async () => ({ let: 'in' }));
  return app;
}

it('refuses everybody where a route of the API does not say who may call it', async () => {
  const answer = await appWithRoutes().inject('/v1/forgotten');
  expect(answer.statusCode).toBe(500);
  expect(answer.json()).toMatchObject({ error: { code: 'BW-INTERNAL' } });
});

it.each(['/v1/open', '/page'])('lets anyone in at %s', async (url) => {
  expect((await appWithRoutes().inject(url)).json()).toEqual({ let: 'in' });
});
