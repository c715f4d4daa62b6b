import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testPicture } from '../desk/index.ts';
import { FORM_TYPE, rawForm } from './multipart.ts';
import {
  createWatchedDesk,
  expectDiscreetLog,
  expectSound,
  goodReport,
  MARK,
  type WatchedDesk,
} from './watched-desk.ts';

const REPORTS = '/v1/user-reports';

describe('a listening server', () => {
  let watched: WatchedDesk;
  let port: number;
  beforeAll(async () => {
    watched = await createWatchedDesk();
    port = Number(new URL(await watched.api.listen({ host: '127.0.0.1', port: 0 })).port);
  });
  afterAll(() => watched.close());

  it.each<[string, string, number, string | null]>([
    [
      'gigantic headers',
      `GET /v1/cases HTTP/1.1\r\nhost: a\r\nx: ${MARK}${'y'.repeat(40_000)}\r\n\r\n`,
      431,
      'BW-HEADERS-TOO-LARGE',
    ],
    ['no HTTP', `${MARK}\r\n\r\n`, 400, 'BW-REQUEST-MALFORMED'],
    ['a NUL in a header', `GET / HTTP/1.1\r\nhost: a\r\nx: \0${MARK}\r\n\r\n`, 400, 'BW-REQUEST-MALFORMED'],
    [
      'two lengths',
      'POST /v1/sign-in HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n{}',
      400,
      'BW-REQUEST-MALFORMED',
    ],
    [
      'a length and chunks',
      'POST /v1/sign-in HTTP/1.1\r\nhost: a\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
      'BW-REQUEST-MALFORMED',
    ],
    ['an unknown method', 'SMUGGLE / HTTP/1.1\r\nhost: a\r\n\r\n', 400, 'BW-REQUEST-MALFORMED'],
    [
      'half of a percent sign',
      'GET /v1/cases/% HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n',
      400,
      'BW-REQUEST-MALFORMED',
    ],
  ])('answers %s with a code', async (_what, request, status, code) => {
    const answer = await raw(request);
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(answer).toContain(`"code":"${code}"`);
  });

  it('treats an address that is a whole URL as the route that it names', async () => {
    const { cookie } = await watched.signInAs('reviewer');
    const line = 'GET http://placeholder.example/v1/session HTTP/1.1';
    const answer = await raw(`${line}\r\nhost: a\r\nconnection: close\r\ncookie: ${cookie}\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    expect(answer).toMatch(/cache-control: no-store/i);
  });

  it.each<[string, () => Promise<{ type: string; body: Buffer }>]>([
    ['JSON', async () => ({ type: 'application/json', body: Buffer.from(JSON.stringify(goodReport())) })],
    [
      'a form',
      async () => ({
        type: FORM_TYPE,
        body: rawForm([
          { name: 'report', content: JSON.stringify(goodReport({ group: { id: 'g', picture: 'p1' } })) },
          { name: 'p1', fileName: 'p1.jpg', content: await testPicture(1) },
        ]),
      }),
    ],
  ])('stores nothing of %s that breaks off half way', async (_what, make) => {
    const { type, body } = await make();
    await cutOff(REPORTS, type, body, body.length);
    await cutOff(REPORTS, type, body, null);
    const rows = await watched.desk.db.selectFrom('user_reports').select('id').execute();
    expect(rows).toEqual([]);
  });

  it('stores nothing of a list that breaks off between two lines', async () => {
    const list = `fingerprint,value\n${'pdq,'.concat('0'.repeat(64), '\n').repeat(2000)}`;
    await cutOff('/v1/hash-lists/cut-list/import', 'text/csv', Buffer.from(list), null);
    const rows = await watched.desk.db.selectFrom('hash_lists').select('id').execute();
    expect(rows).toEqual([]);
  });

  it('refuses 10 megabytes of JSON and lives on', async () => {
    const answer = await send(REPORTS, 'application/json', Buffer.alloc(10_000_000, 0x20));
    expect(answer).toMatchObject({ status: 413, code: 'BW-BODY-TOO-LARGE' });
  });

  it('refuses a body in chunks that is longer than the limit', async () => {
    const chunks = new ReadableStream({
      start(controller) {
        for (let index = 0; index < 40; index += 1) controller.enqueue(Buffer.alloc(100_000, 0x20));
        controller.close();
      },
    });
    const answer = await send(REPORTS, 'application/json', chunks);
    expect(answer).toMatchObject({ status: 413, code: 'BW-BODY-TOO-LARGE' });
  });

  it('refuses a form with a part over the limit and lives on', async () => {
    const parts = [{ name: 'p1', fileName: 'p1.jpg', content: Buffer.alloc(40_000_000) }];
    const answer = await send(REPORTS, FORM_TYPE, rawForm(parts));
    expect(answer).toMatchObject({ status: 413, code: 'BW-BODY-TOO-LARGE' });
  });

  it('takes a good form over the network', async () => {
    const parts = [
      { name: 'report', content: JSON.stringify(goodReport({ group: { id: 'g', picture: 'p1' } })) },
      { name: 'p1', fileName: 'p1.jpg', content: await testPicture(1) },
    ];
    expect(await send(REPORTS, FORM_TYPE, rawForm(parts))).toMatchObject({ status: 201 });
  });

  it('leaves a server behind that works, and a log that tells nothing', async () => {
    await expectSound(watched);
    expectDiscreetLog(watched);
    expect(watched.logged.filter((line) => line.includes('a request failed'))).toEqual([]);
  });

  async function send(path: string, type: string, body: Buffer | ReadableStream) {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
      method: 'POST',
      headers: { ...watched.serviceKey, 'content-type': type, 'idempotency-key': randomUUID() },
      body,
      duplex: 'half',
    } as RequestInit);
    const json = (await answer.json()) as { error?: { code: string } };
    return { status: answer.status, code: json.error?.code };
  }

  /** Sends `text` and gives back everything that comes until the server closes. */
  function raw(text: string): Promise<string> {
    return new Promise((resolve, reject) => {
      let answer = '';
      const socket = connect(port, '127.0.0.1', () => socket.write(text));
      socket.setEncoding('utf8');
      socket.on('data', (chunk: string) => (answer += chunk));
      socket.on('error', reject);
      socket.on('close', () => resolve(answer));
    });
  }

  /** Half of `body`, announced whole (or in chunks, where no length is given), and then nothing more. */
  function cutOff(path: string, type: string, body: Buffer, length: number | null): Promise<void> {
    const half = body.subarray(0, body.length / 2);
    const head = [
      `POST ${path} HTTP/1.1`,
      'host: a',
      `authorization: ${watched.serviceKey.authorization}`,
      `idempotency-key: ${randomUUID()}`,
      `content-type: ${type}`,
      length === null ? 'transfer-encoding: chunked' : `content-length: ${length}`,
    ];
    return new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.write(`${head.join('\r\n')}\r\n\r\n`);
        if (length === null) socket.write(`${half.length.toString(16)}\r\n`);
        socket.end(half);
      });
      socket.on('error', reject);
      socket.on('close', () => resolve());
      socket.resume();
    });
  }
});
