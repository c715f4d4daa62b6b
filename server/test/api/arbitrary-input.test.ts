import { randomUUID } from 'node:crypto';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BOUNDARY, FORM_TYPE, rawForm } from './multipart.ts';
import { ROLES } from '../../src/access/index.ts';
import {
  createWatchedDesk,
  expectDiscreetLog,
  expectSound,
  goodReport,
  MARK,
  type Answer,
  type WatchedDesk,
} from './watched-desk.ts';

const NO_SUCH = '00000000-0000-4000-8000-000000000000';

/** Every route that takes JSON. */
const JSON_ROUTES = [
  ['POST', '/v1/sign-in'],
  ['POST', '/v1/user-reports'],
  ['POST', `/v1/exhibits/${NO_SUCH}/reveal`],
  ['POST', `/v1/cases/${NO_SUCH}/decisions`],
  ['POST', '/v1/services'],
  ['POST', '/v1/services/test-service/keys'],
  ['PUT', '/v1/services/test-service/webhook'],
] as const;

const READ_ROUTES = [
  '/v1/cases',
  `/v1/cases/${NO_SUCH}/timeline`,
  '/v1/deliveries',
  '/v1/reports',
  '/v1/hash-lists/placeholder/entries',
];

/** Values of JSON with the strangest texts that a parser lets through. */
const anything = fc.jsonValue({ stringUnit: 'binary', maxDepth: 4 });

/** A good report in which some places hold something else. */
const almostReports = fc
  .record(
    {
      group: fc.record(
        { id: fc.string(), name: anything, members: fc.array(anything) },
        { requiredKeys: [] },
      ),
      message: anything,
      context: fc.array(anything),
      reporter: fc.record({ id: fc.string({ unit: 'binary' }) }),
      reason: fc.constantFrom('other', 'child_safety', 'placeholder'),
      comment: fc.string({ unit: 'binary' }),
      occurredAt: fc.oneof(
        fc.string(),
        fc.date().map(String),
        fc.date({ noInvalidDate: true }).map((at) => at.toISOString()),
      ),
    },
    { requiredKeys: [] },
  )
  .map((changes) => goodReport(changes));

describe('whatever is sent', () => {
  let watched: WatchedDesk;
  let cookie: string;
  beforeAll(async () => {
    watched = await createWatchedDesk();
    ({ cookie } = await watched.signInAs(...ROLES));
  });
  afterAll(() => watched.close());

  const send = (method: 'POST' | 'PUT', url: string, payload: string | Buffer, type: string) =>
    watched.api.inject({
      method,
      url,
      payload,
      headers: {
        'content-type': type,
        'idempotency-key': randomUUID(),
        ...(/user-reports|screen/.test(url) ? watched.serviceKey : { cookie }),
      },
    });

  it.each(JSON_ROUTES)('%s %s answers any JSON', async (method, url) => {
    const property = fc.asyncProperty(anything, async (value) => {
      expectAnswered(await send(method, url, JSON.stringify(value), 'application/json'));
    });
    await fc.assert(property, { numRuns: 60 });
  });

  it('POST /v1/user-reports answers reports that are wrong somewhere', async () => {
    const property = fc.asyncProperty(almostReports, async (report) => {
      expectAnswered(await send('POST', '/v1/user-reports', JSON.stringify(report), 'application/json'));
    });
    await fc.assert(property, { numRuns: 200 });
  });

  it('POST /v1/user-reports answers any bytes as JSON', async () => {
    const property = fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
      expectAnswered(await send('POST', '/v1/user-reports', Buffer.from(bytes), 'application/json'));
    });
    await fc.assert(property, { numRuns: 100 });
  });

  it('POST /v1/screen answers any bytes, and never calls them clean', async () => {
    const magic = fc.constantFrom(
      '',
      '\x89PNG\r\n\x1a\n',
      '\xff\xd8\xff\xe0',
      'GIF89a',
      'RIFF\x24\0\0\0WEBP',
      'II*\0',
      'BM',
      '\0\0\0\x18ftypavif',
    );
    const property = fc.asyncProperty(magic, fc.uint8Array({ maxLength: 400 }), async (start, rest) => {
      const bytes = Buffer.concat([Buffer.from(start, 'latin1'), rest]);
      const answer = await send('POST', '/v1/screen', bytes, 'application/octet-stream');
      expectAnswered(answer);
      expect(answer.json()).toMatchObject({ verdict: 'unscanned' });
    });
    await fc.assert(property, { numRuns: 100 });
  });

  it('POST /v1/user-reports answers any form', async () => {
    const part = fc.record(
      {
        name: fc.oneof(fc.constantFrom('report', 'p1', 'constructor', ''), fc.string({ unit: 'binary' })),
        fileName: fc.string({ unit: 'binary' }),
        type: fc.oneof(
          fc.constantFrom('application/json', 'text/plain; charset=utf-16', 'image/png'),
          fc.string(),
        ),
        content: fc.oneof(
          fc.json(),
          fc.constant(JSON.stringify(goodReport())),
          fc.uint8Array().map((bytes) => Buffer.from(bytes)),
        ),
      },
      { requiredKeys: ['content'] },
    );
    const property = fc.asyncProperty(fc.array(part, { maxLength: 5 }), async (parts) => {
      expectAnswered(await send('POST', '/v1/user-reports', rawForm(parts), FORM_TYPE));
    });
    await fc.assert(property, { numRuns: 150 });
  });

  it('POST /v1/user-reports answers what is hardly a form', async () => {
    const piece = fc.oneof(
      fc.constantFrom(
        `--${BOUNDARY}`,
        `--${BOUNDARY}--`,
        '\r\n',
        '\r\n\r\n',
        'content-disposition: form-data; name=',
        '"report"',
        '{}',
        '--',
      ),
      fc.string({ unit: 'binary', maxLength: 20 }),
    );
    const property = fc.asyncProperty(fc.array(piece, { maxLength: 20 }), async (pieces) => {
      expectAnswered(await send('POST', '/v1/user-reports', Buffer.from(pieces.join('')), FORM_TYPE));
    });
    await fc.assert(property, { numRuns: 150 });
  });

  it.each(READ_ROUTES)('GET %s answers any cursor and limit', async (path) => {
    const keys = fc.array(
      fc.oneof(
        fc.integer(),
        fc.maxSafeInteger(),
        fc.string({ unit: 'binary' }),
        fc.uuid(),
        fc.date({ noInvalidDate: true }).map((at) => at.toISOString()),
      ),
      { maxLength: 4 },
    );
    const cursor = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      keys.map((key) => Buffer.from(JSON.stringify(key)).toString('base64url')),
    );
    const limit = fc.oneof(fc.integer().map(String), fc.string({ unit: 'grapheme' }));
    const property = fc.asyncProperty(cursor, limit, async (after, most) => {
      const url = `${path}?${new URLSearchParams({ cursor: after, limit: most })}`;
      expectAnswered(await watched.api.inject({ url, headers: { cookie } }));
    });
    await fc.assert(property, { numRuns: 40 });
  });

  it('any address and any method is answered', async () => {
    const method = fc.constantFrom(
      'GET',
      'HEAD',
      'OPTIONS',
      'PUT',
      'PATCH',
      'DELETE',
      'POST',
      'TRACE',
      'PROPFIND',
    );
    const segment = fc.oneof(
      fc.constantFrom('v1', 'cases', '..', '%00', '%', '%ff', '__proto__', MARK),
      fc.webSegment(),
    );
    const property = fc.asyncProperty(method, fc.array(segment, { maxLength: 5 }), async (verb, segments) => {
      const answer = await watched.api.inject({
        method: verb as 'GET',
        url: `/${segments.join('/')}`,
        headers: { cookie },
      });
      if (verb === 'HEAD') expect(answer.statusCode).toBeLessThan(500);
      else expectAnswered(answer);
    });
    await fc.assert(property, { numRuns: 150 });
  });

  it('leaves a server behind that works, and a log that tells nothing', async () => {
    await expectSound(watched);
    expectDiscreetLog(watched);
    expect(watched.logged.filter((line) => line.includes('a request failed'))).toEqual([]);
  });
});

/** Refused with a code or taken, but never a failure of ours. */
function expectAnswered(answer: Answer): void {
  expect(answer.statusCode, answer.body).toBeLessThan(500);
  if (answer.statusCode < 400) return;
  expect(answer.json()).toEqual({
    error: expect.objectContaining({ code: expect.stringMatching(/^BW-/), requestId: expect.any(String) }),
  });
}
