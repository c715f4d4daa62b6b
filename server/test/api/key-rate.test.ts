import { afterAll, beforeAll, expect, it } from 'vitest';
import { createServiceKey } from '../../src/access/index.ts';
import { createDesk, type Desk } from '../desk/index.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await createDesk();
});
afterAll(() => desk.close());

it('tells a service key that comes too often when to come again', async () => {
  const { key } = await desk.db.transaction().execute((trx) =>
    createServiceKey(
      trx,
      desk.clock,
      { kind: 'system', part: 'test' },
      {
        serviceId: desk.service.serviceId,
        label: 'placeholder',
        requestsAMinute: 2,
      },
    ),
  );
  const api = await desk.api();
  const ask = () =>
    api.inject({
      url: '/v1/user-reports/00000000-0000-4000-8000-000000000000',
      headers: { authorization: `Bearer ${key}` },
    });
  expect([(await ask()).statusCode, (await ask()).statusCode]).toEqual([404, 404]);
  const refused = await ask();
  expect(refused.statusCode).toBe(429);
  expect(refused.headers['retry-after']).toBe('30');
  expect(refused.json()).toMatchObject({ error: { code: 'BW-RATE-LIMITED' } });
  desk.clock.advance(30_000);
  expect((await ask()).statusCode).toBe(404);
});
