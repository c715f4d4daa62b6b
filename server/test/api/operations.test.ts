import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../../src/foundation/index.ts';
import { testPicture } from '../desk/index.ts';
import { ROLES } from '../../src/access/index.ts';
import { createWatchedDesk, expectDiscreetLog, goodReport, type WatchedDesk } from './watched-desk.ts';

describe('for whoever keeps the program running', () => {
  let watched: WatchedDesk;
  beforeAll(async () => {
    watched = await createWatchedDesk();
  });
  afterAll(() => watched.close());

  const metrics = async () => (await watched.api.inject('/metrics')).body;

  it('the metrics are text that Prometheus reads', async () => {
    const answer = await watched.api.inject('/metrics');
    expect(answer.headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/);
    const line =
      /^(?:# (?:HELP|TYPE) [a-z0-9_]+ .*|[a-z0-9_]+(?:\{[a-z_]+="[^"]*"(?:,[a-z_]+="[^"]*")*\})? \S+|)$/;
    expect(answer.body.split('\n').filter((text) => !line.test(text))).toEqual([]);
  });

  it('the metrics count screenings by verdict and reason', async () => {
    const type = { 'content-type': 'image/jpeg' };
    for (const picture of [await testPicture(1), await testPicture(2), Buffer.from('placeholder')])
      await watched.post('/v1/screen', picture, type);
    const text = await metrics();
    expect(text).toContain('breakwater_screenings_total{verdict="no-match",reason=""} 2');
    expect(text).toContain('breakwater_screenings_total{verdict="unscanned",reason="unrecognized-format"} 1');
  });

  it('the metrics name routes and never what was asked for', async () => {
    const { cookie } = await watched.signInAs(...ROLES);
    await watched.post('/v1/user-reports', goodReport());
    const id = '00000000-0000-4000-8000-000000000000';
    await watched.api.inject({ url: `/v1/cases/${id}`, headers: { cookie } });
    await watched.api.inject({ url: '/v1/services/test-service/keys', headers: { cookie } });
    await watched.api.inject('/placeholder-address');
    await watched.api.inject('/v1/cases/%');
    const text = await metrics();
    expect(text).toContain('route="/v1/cases/:caseId",method="GET",status="404"');
    expect(text).toContain('route="none",method="GET",status="404"');
    for (const asked of [
      id,
      'test-service',
      'placeholder-address',
      watched.desk.service.serviceId,
      ...watched.secrets,
    ])
      expect(text).not.toContain(asked);
  });

  it('the program is alive and ready', async () => {
    const healthy = await watched.api.inject('/healthz');
    expect([healthy.statusCode, healthy.json()]).toEqual([200, { status: 'alive' }]);
    const ready = await watched.api.inject('/readyz');
    expect([ready.statusCode, ready.json()]).toEqual([200, { status: 'ready' }]);
  });

  it('the log tells nothing of what was said', () => expectDiscreetLog(watched));
});

describe('without a database', () => {
  const nowhere = openDatabase(
    { host: '/nonexistent', port: 5432, user: 'placeholder', database: 'placeholder' },
    { onError: () => {} },
  );
  let watched: WatchedDesk;
  beforeAll(async () => {
    watched = await createWatchedDesk({ store: nowhere });
  });
  afterAll(async () => {
    await watched.close();
    await nowhere.close();
  });

  it('the program is alive and not ready', async () => {
    expect((await watched.api.inject('/healthz')).statusCode).toBe(200);
    const answer = await watched.api.inject('/readyz');
    expect(answer.statusCode).toBe(503);
    expect(answer.json()).toMatchObject({ error: { code: 'BW-DATABASE-UNAVAILABLE' } });
  });

  it('nothing is taken, and whoever sends it is told to try again', async () => {
    const refused = await watched.post('/v1/user-reports', goodReport());
    expect(refused).toMatchObject({ status: 503, code: 'BW-DATABASE-UNAVAILABLE' });
    const picture = await watched.post('/v1/screen', await testPicture(1), { 'content-type': 'image/jpeg' });
    expect(picture).toMatchObject({ status: 503, code: 'BW-DATABASE-UNAVAILABLE' });
  });

  it('the log says what is the matter, and nothing of what was said', () => {
    expect(watched.logged.join('')).toContain('a request failed');
    expectDiscreetLog(watched);
  });
});
