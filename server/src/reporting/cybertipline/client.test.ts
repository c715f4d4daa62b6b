import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { createCyberTiplineClient } from './client.ts';
import type { CyberTiplineClient } from './client.ts';
import { CyberTiplineError } from './errors.ts';
import { smallFileDetails, smallReport } from './sample-documents.test-support.ts';

const password = 'placeholder-password';
const account = { username: 'drill', password, timeoutMs: 5000 };
const md5OfPicture = 'c7de07ec45e9aabd39fdf2ab4aea6c3d';
const picture = {
  name: 'placeholder.png',
  mediaType: 'image/png',
  bytes: new TextEncoder().encode('a harmless picture'),
};

describe('the client, against a server that does not behave', () => {
  it.each<[string, Response, Partial<CyberTiplineError>]>([
    [
      'a 401 with an empty body',
      answer(401, ''),
      { kind: 'authentication', httpStatus: 401, retryable: false, inDoubt: false },
    ],
    ['a 403 with a page', answer(403, '<html/>'), { kind: 'permission', retryable: false, inDoubt: false }],
    ['a bare 404', answer(404, ''), { kind: 'unintelligible', retryable: true, inDoubt: false }],
    ['a 413', answer(413, ''), { kind: 'invalid', retryable: false, inDoubt: false }],
    ['a 429', answer(429, ''), { kind: 'server', retryable: true, inDoubt: false }],
    [
      'a 502 with a page',
      answer(502, '<h1>Bad gateway</h1>'),
      { kind: 'server', retryable: true, inDoubt: true },
    ],
    ['a redirect', answer(302, ''), { kind: 'unintelligible', inDoubt: true }],
    [
      'a success that is no XML',
      answer(200, 'OK'),
      { kind: 'unintelligible', retryable: true, inDoubt: true },
    ],
    [
      'a success cut short',
      answer(200, coded(0, '<reportId>45').slice(0, -30)),
      { kind: 'unintelligible', inDoubt: true },
    ],
    ['a success without a report number', answer(200, coded(0)), { kind: 'unintelligible', inDoubt: true }],
    [
      'a success code under an error status',
      answer(500, coded(0, '<reportId>7</reportId>')),
      { kind: 'unintelligible', inDoubt: true },
    ],
    [
      'a body that is not UTF-8',
      new Response(new Uint8Array([0xff, 0xfe, 0x3c])),
      { kind: 'unintelligible', inDoubt: true },
    ],
    [
      'a huge answer',
      answer(200, coded(0, `<!--${'x'.repeat(2 * 1024 * 1024)}-->`)),
      { kind: 'unintelligible', inDoubt: true },
    ],
    ['an endless answer', new Response(endless()), { kind: 'unintelligible', inDoubt: true }],
  ])('reports %s', async (_, response, expected) => {
    const failure = await failureOf(clientOf(response).submit(smallReport));
    expect(failure).toMatchObject({ operation: 'submit', ...expected });
    expect(failure.message).not.toContain(password);
  });

  it.each([
    [1000, 'server', true, true],
    [1100, 'server', true, true],
    [1210, 'invalid', false, false],
    [1999, 'server', true, true],
    [2000, 'authentication', false, false],
    [3000, 'permission', false, false],
    [3100, 'permission', false, false],
    [3300, 'permission', false, false],
    [4000, 'invalid', false, false],
    [4100, 'invalid', false, false],
    [4110, 'invalid', false, false],
    [4200, 'invalid', false, false],
    [5001, 'not-found', false, false],
    [5002, 'not-found', false, false],
    [5101, 'already-retracted', false, false],
    [5102, 'already-finished', false, false],
    [7777, 'unintelligible', true, true],
  ])('knows what response code %i means', async (responseCode, kind, retryable, inDoubt) => {
    for (const httpStatus of [200, 400]) {
      const failure = await failureOf(clientOf(answer(httpStatus, coded(responseCode))).retract('7'));
      expect(failure).toMatchObject({
        operation: 'retract',
        responseCode,
        kind,
        retryable,
        inDoubt,
        httpStatus,
      });
    }
  });

  it('hands over what the server said without putting it where it would be logged', async () => {
    const said = 'Invalid value placeholder-content &amp; more';
    const response = new Response(
      `<reportResponse><responseCode>4100</responseCode><responseDescription>${said}</responseDescription></reportResponse>`,
      { status: 400, headers: { 'request-id': 'request-1' } },
    );
    const failure = await failureOf(clientOf(response).submit(smallReport));
    expect(failure.serverDescription()).toBe('Invalid value placeholder-content & more');
    expect(failure.message).toBe(
      'CyberTipline submit: the request was refused as invalid (response code 4100, HTTP status 400, request request-1).',
    );
    expect(JSON.stringify([failure, failure.message, failure.stack])).not.toContain('placeholder');
  });

  it('refuses a success that speaks of another report', async () => {
    const other = coded(0, '<reportId>8</reportId>');
    expect(await failureOf(clientOf(answer(200, other)).retract('7'))).toMatchObject({
      kind: 'unintelligible',
      inDoubt: true,
    });
    const done =
      '<reportDoneResponse><responseCode>0</responseCode><reportId>8</reportId><files/></reportDoneResponse>';
    expect(await failureOf(clientOf(answer(200, done)).finish('7'))).toMatchObject({
      kind: 'unintelligible',
      inDoubt: true,
    });
  });

  it('takes only the proper answer for a finished report', async () => {
    const failure = await failureOf(clientOf(answer(200, coded(0, '<reportId>7</reportId>'))).finish('7'));
    expect(failure).toMatchObject({ kind: 'unintelligible', inDoubt: true });
  });

  it('notices when the server holds other bytes than were sent', async () => {
    const good = await clientOf(answer(200, uploaded(md5OfPicture.toUpperCase()))).upload('7', picture);
    expect(good).toEqual({ fileId: 'abc', md5: md5OfPicture });
    const failure = await failureOf(clientOf(answer(200, uploaded('0'.repeat(32)))).upload('7', picture));
    expect(failure).toMatchObject({ kind: 'hash-mismatch', retryable: false, inDoubt: false });
    expect(failure.message).not.toContain('placeholder');
  });

  it('passes on the identifier of the request, unless it is not fit for a log', async () => {
    expect(await clientOf(named('0d1c-17')).status()).toEqual({ requestId: '0d1c-17' });
    expect(await clientOf(named('two words')).status()).toEqual({});
    expect(await clientOf(named('x'.repeat(201))).status()).toEqual({});
  });

  it('sends credentials, the document as UTF-8 XML, and forms as the documentation shows', async () => {
    const sent: { url: string; init: RequestInit }[] = [];
    const client = createCyberTiplineClient({
      ...account,
      baseUrl: 'https://example.org/ispws/',
      fetch: async (url, init) => {
        sent.push({ url: typeof url === 'string' ? url : '', init: init ?? {} });
        return answer(200, coded(0, '<reportId>7</reportId>'));
      },
    });
    await client.status();
    await client.submit('<report/>');
    await client.fileInfo(smallFileDetails);
    await client.retract('7');
    expect(sent.map(({ url, init }) => `${init.method} ${url}`)).toEqual([
      'GET https://example.org/ispws/status',
      'POST https://example.org/ispws/submit',
      'POST https://example.org/ispws/fileinfo',
      'POST https://example.org/ispws/retract',
    ]);
    const headers = sent.map(({ init }) => new Headers(init.headers));
    expect(headers.map((each) => each.get('authorization'))).toEqual(
      Array.from({ length: 4 }, () => `Basic ${Buffer.from(`drill:${password}`).toString('base64')}`),
    );
    expect(headers.map((each) => each.get('content-type'))).toEqual([
      null,
      'text/xml; charset=utf-8',
      'text/xml; charset=utf-8',
      null,
    ]);
    expect(sent[1]?.init.body).toBe('<report/>');
    const form = sent[3]?.init.body;
    expect(form instanceof FormData && form.get('id')).toBe('7');
    expect(sent.every(({ init }) => init.redirect === 'manual')).toBe(true);
  });
});

describe('the client, without an answer', () => {
  it('is not in doubt when nobody listens', async () => {
    const listener = createServer();
    const port = await portOf(listener.listen(0, '127.0.0.1'));
    await new Promise((resolve) => listener.close(resolve));
    const client = createCyberTiplineClient({ ...account, baseUrl: `http://127.0.0.1:${port}/ispws` });
    expect(await failureOf(client.submit(smallReport))).toMatchObject({
      kind: 'network',
      retryable: true,
      inDoubt: false,
      httpStatus: undefined,
    });
  });

  it('is in doubt when the connection breaks within the answer', async () => {
    const listener = createServer((_request, response) => {
      response.writeHead(200, { 'content-length': '1000', 'request-id': 'request-2' });
      response.write('<reportResponse>', () => response.destroy());
    });
    const port = await portOf(listener.listen(0, '127.0.0.1'));
    const client = createCyberTiplineClient({ ...account, baseUrl: `http://127.0.0.1:${port}` });
    expect(await failureOf(client.submit(smallReport))).toMatchObject({
      kind: 'network',
      inDoubt: true,
      httpStatus: 200,
      requestId: 'request-2',
    });
    await new Promise((resolve) => listener.close(resolve));
  });

  it('has nothing to be in doubt of when it only asks for the status', async () => {
    expect(await failureOf(clientOf(answer(500, '')).status())).toMatchObject({
      kind: 'server',
      inDoubt: false,
    });
    expect(await failureOf(clientOf(answer(200, '')).status())).toMatchObject({
      kind: 'unintelligible',
      inDoubt: false,
    });
  });
});

describe('where the client may be pointed', () => {
  it.each([
    'https://report.cybertip.org/ispws',
    'http://127.0.0.1:1234/ispws',
    'http://localhost:1234/ispws',
    'http://[::1]:1234/ispws',
  ])('takes %s', (baseUrl) => {
    expect(() => createCyberTiplineClient({ ...account, baseUrl })).not.toThrow();
  });

  it.each([
    'http://report.cybertip.org/ispws',
    'http://127.example.org/ispws',
    'https://drill:secret@example.org/ispws',
    'ftp://localhost/ispws',
    '/ispws',
  ])('refuses %s', (baseUrl) => {
    expect(() => createCyberTiplineClient({ ...account, baseUrl })).toThrow(TypeError);
  });
});

function clientOf(response: Response): CyberTiplineClient {
  return createCyberTiplineClient({
    ...account,
    baseUrl: 'https://example.org/ispws',
    fetch: async () => response,
  });
}

function answer(status: number, body: string): Response {
  return new Response(body, { status });
}

function coded(code: number, more = ''): string {
  return `<?xml version="1.0" encoding="UTF-8" standalone="yes"?><reportResponse><responseCode>${code}</responseCode><responseDescription>placeholder</responseDescription>${more}</reportResponse>`;
}

function uploaded(md5: string): string {
  return coded(0, `<reportId>7</reportId><fileId>abc</fileId><hash>${md5}</hash>`);
}

function named(requestId: string): Response {
  return new Response(coded(0), { headers: { 'request-id': requestId } });
}

function endless(): ReadableStream<Uint8Array> {
  return new ReadableStream({
    pull(controller) {
      controller.enqueue(new Uint8Array(64 * 1024).fill(0x20));
    },
  });
}

async function failureOf(work: Promise<unknown>): Promise<CyberTiplineError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof CyberTiplineError) return error;
    throw error;
  }
  throw new Error('The call succeeded');
}

function portOf(listener: ReturnType<typeof createServer>): Promise<number> {
  return new Promise((resolve) => {
    listener.once('listening', () => {
      const address: AddressInfo | string | null = listener.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
}
