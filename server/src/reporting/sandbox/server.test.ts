import { createHash } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CyberTiplineClient, FileDetails, Report } from '../cybertipline/index.ts';
import { createCyberTiplineClient, CyberTiplineError, reportXml } from '../cybertipline/index.ts';
import type { Fault, FaultyOperation } from './faults.ts';
import { startCyberTiplineSandbox } from './server.ts';
import type { CyberTiplineSandbox, CyberTiplineSandboxOptions } from './server.ts';

const account = { username: 'drill', password: 'placeholder' };
const report: Report = {
  incidentSummary: { incidentType: 'Child Sex Tourism', incidentDateTime: '2025-10-01T12:00:00Z' },
  reporter: { reportingPerson: { email: [{ value: 'desk@example.org' }] } },
  additionalInfo: 'placeholder <text> & more \u{1F642}',
};
const picture = {
  name: 'a "picture"\r\n;\u{1F642}.png',
  mediaType: 'image/png',
  bytes: Uint8Array.from({ length: 3_000_000 }, (_, index) => index % 251),
};
const hour = 60 * 60 * 1000;

let time: number;
let running: CyberTiplineSandbox[];
let folder: string;

beforeEach(async () => {
  time = Date.parse('2025-10-03T00:00:00Z');
  running = [];
  folder = await mkdtemp(join(tmpdir(), 'sandbox-'));
});

afterEach(async () => {
  for (const sandbox of running) await sandbox.close();
  await rm(folder, { recursive: true });
});

describe('a report, from its opening to its end', () => {
  it('is opened, filled and finished', async () => {
    const { sandbox, client } = await start();
    expect(await client.status()).toEqual({ requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) });
    const { reportId } = await client.submit(report);
    expect(Number(reportId)).toBeGreaterThan(1_000_000);
    const { fileId, md5 } = await client.upload(reportId, picture);
    expect(fileId).toMatch(/^[0-9a-f]{32}$/);
    expect(md5).toBe(createHash('md5').update(picture.bytes).digest('hex'));
    await client.fileInfo(detailsOf(reportId, fileId));
    const second = await client.upload(reportId, { ...picture, bytes: new Uint8Array(0) });
    const finished = await client.finish(reportId);
    expect(finished.fileIds).toEqual([fileId, second.fileId]);
    expect(sandbox.counts()).toEqual({
      opened: 1,
      uploaded: 2,
      fileInfos: 1,
      finished: 1,
      retracted: 0,
      lapsed: 0,
    });
    expect(sandbox.reports()).toEqual([
      {
        reportId,
        state: 'finished',
        openedAt: '2025-10-03T00:00:00.000Z',
        modifiedAt: '2025-10-03T00:00:00.000Z',
        xml: reportXml(report),
        files: [
          {
            fileId,
            size: 3_000_000,
            md5,
            sha256: createHash('sha256').update(picture.bytes).digest('hex'),
            detailsXml: expect.stringContaining('<fileViewedByEsp>false</fileViewedByEsp>'),
          },
          expect.objectContaining({ size: 0, md5: 'd41d8cd98f00b204e9800998ecf8427e' }),
        ],
      },
    ]);
  });

  it('gets a higher number than the one before', async () => {
    const { client } = await start();
    const ids = [await client.submit(report), await client.submit(report)].map(({ reportId }) =>
      Number(reportId),
    );
    expect(ids[1]).toBe((ids[0] ?? 0) + 1);
  });

  it('cannot be changed once it is finished', async () => {
    const { client } = await start();
    const { reportId } = await client.submit(report);
    const { fileId } = await client.upload(reportId, picture);
    await client.finish(reportId);
    const finished = { responseCode: 5102, kind: 'already-finished', inDoubt: false };
    expect(await failureOf(client.upload(reportId, picture))).toMatchObject(finished);
    expect(await failureOf(client.fileInfo(detailsOf(reportId, fileId)))).toMatchObject(finished);
    expect(await failureOf(client.finish(reportId))).toMatchObject(finished);
    expect(await failureOf(client.retract(reportId))).toMatchObject(finished);
  });

  it('cannot be changed once it is retracted', async () => {
    const { client, sandbox } = await start();
    const { reportId } = await client.submit(report);
    await client.retract(reportId);
    const retracted = { responseCode: 5101, kind: 'already-retracted', inDoubt: false };
    expect(await failureOf(client.upload(reportId, picture))).toMatchObject(retracted);
    expect(await failureOf(client.finish(reportId))).toMatchObject(retracted);
    expect(await failureOf(client.retract(reportId))).toMatchObject(retracted);
    expect(sandbox.counts()).toMatchObject({ opened: 1, retracted: 1, uploaded: 0 });
  });

  it('must exist', async () => {
    const { client } = await start();
    const absent = { responseCode: 5001, kind: 'not-found', inDoubt: false };
    expect(await failureOf(client.upload('7', picture))).toMatchObject(absent);
    expect(await failureOf(client.fileInfo(detailsOf('7', 'abc')))).toMatchObject(absent);
    expect(await failureOf(client.finish('7'))).toMatchObject(absent);
    expect(await failureOf(client.retract('7'))).toMatchObject(absent);
    const { reportId } = await client.submit(report);
    const noFile = await failureOf(client.fileInfo(detailsOf(reportId, 'abc')));
    expect(noFile).toMatchObject({ responseCode: 5002, kind: 'not-found' });
  });

  it('takes the details of one file once', async () => {
    const { client } = await start();
    const { reportId } = await client.submit(report);
    const { fileId } = await client.upload(reportId, picture);
    await client.fileInfo(detailsOf(reportId, fileId));
    const again = await failureOf(client.fileInfo(detailsOf(reportId, fileId)));
    expect(again).toMatchObject({ responseCode: 4100, kind: 'invalid' });
  });

  it('is refused when it breaks the format, with the element named', async () => {
    const { client, sandbox } = await start();
    const invalid = await failureOf(client.submit('<report><reporter/></report>'));
    expect(invalid).toMatchObject({ responseCode: 4100, kind: 'invalid', httpStatus: 400 });
    expect(invalid.serverDescription()).toBe("Element 'reportingPerson' is missing from element 'reporter'.");
    expect(await failureOf(client.submit('<report>'))).toMatchObject({ responseCode: 4110, kind: 'invalid' });
    expect(sandbox.counts().opened).toBe(0);
  });

  it('stays sound when many calls come at once', async () => {
    const { client, sandbox } = await start({ stateFolder: folder });
    const { reportId } = await client.submit(report);
    const finishes = await Promise.allSettled(Array.from({ length: 5 }, () => client.finish(reportId)));
    expect(finishes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const opened = await Promise.all(Array.from({ length: 8 }, () => client.submit(report)));
    expect(new Set(opened.map((each) => each.reportId)).size).toBe(8);
    expect(sandbox.counts()).toMatchObject({ opened: 9, finished: 1 });
  });
});

describe('an unfinished report', () => {
  it('lapses 24 hours after its opening', async () => {
    const { client, sandbox } = await start();
    const { reportId } = await client.submit(report);
    time += 24 * hour - 1;
    expect(sandbox.reports()[0]).toMatchObject({ state: 'open', lapsesAt: '2025-10-04T00:00:00.000Z' });
    time += 1;
    expect(await failureOf(client.finish(reportId))).toMatchObject({ responseCode: 5001 });
    expect(await failureOf(client.retract(reportId))).toMatchObject({ responseCode: 5001 });
    expect(sandbox.counts()).toMatchObject({ opened: 1, lapsed: 1, finished: 0 });
  });

  it('lapses 1 hour after its last change when that is later', async () => {
    const { client } = await start();
    const { reportId } = await client.submit(report);
    time += 23.5 * hour;
    const { fileId } = await client.upload(reportId, picture);
    time += hour - 1;
    await client.fileInfo(detailsOf(reportId, fileId));
    time += hour - 1;
    await client.upload(reportId, picture);
    time += hour;
    expect(await failureOf(client.finish(reportId))).toMatchObject({ responseCode: 5001 });
  });

  it('does not lapse once it is finished', async () => {
    const { client, sandbox } = await start();
    const { reportId } = await client.submit(report);
    await client.finish(reportId);
    time += 1000 * hour;
    expect(await failureOf(client.retract(reportId))).toMatchObject({ responseCode: 5102 });
    expect(sandbox.counts()).toMatchObject({ finished: 1, lapsed: 0 });
  });
});

describe('a restart', () => {
  it('loses nothing that was answered, and gives no number twice', async () => {
    const first = await start({ stateFolder: folder });
    const open = await first.client.submit(report);
    const { fileId } = await first.client.upload(open.reportId, picture);
    const finished = await first.client.submit(report);
    await first.client.finish(finished.reportId);
    const before = first.sandbox.reports();
    await first.sandbox.close();

    const second = await start({ stateFolder: folder });
    expect(second.sandbox.reports()).toEqual(before);
    await second.client.fileInfo(detailsOf(open.reportId, fileId));
    expect((await second.client.finish(open.reportId)).fileIds).toEqual([fileId]);
    expect(await failureOf(second.client.finish(finished.reportId))).toMatchObject({ responseCode: 5102 });
    const next = await second.client.submit(report);
    expect(Number(next.reportId)).toBeGreaterThan(Number(finished.reportId));
  });

  it('finds no byte of a file on the disk', async () => {
    const { client, sandbox } = await start({ stateFolder: folder });
    const { reportId } = await client.submit(report);
    const mark = 'mark-of-the-file';
    await client.upload(reportId, { ...picture, bytes: new TextEncoder().encode(mark) });
    await sandbox.close();
    const journal = await readFile(join(folder, 'journal.jsonl'), 'utf8');
    expect(journal).toContain(reportId);
    expect(journal).not.toContain(mark);
  });
});

describe('when the answer does not come', () => {
  it('a submission that was dropped on arrival opened nothing', async () => {
    const { client, sandbox } = await start({}, { submit: [{ kind: 'drop-before' }] });
    expect(await failureOf(client.submit(report))).toMatchObject({
      kind: 'network',
      retryable: true,
      inDoubt: true,
    });
    expect(sandbox.counts().opened).toBe(0);
    await client.submit(report);
  });

  it('a finish that was carried out is recognized by asking again', async () => {
    const { client, sandbox } = await start({}, { finish: [{ kind: 'drop-after' }] });
    const { reportId } = await client.submit(report);
    expect(await failureOf(client.finish(reportId))).toMatchObject({ kind: 'network', inDoubt: true });
    expect(sandbox.counts().finished).toBe(1);
    expect(await failureOf(client.retract(reportId))).toMatchObject({
      kind: 'already-finished',
      inDoubt: false,
    });
  });

  it('a finish that was not carried out can be taken back', async () => {
    const { client, sandbox } = await start({}, { finish: [{ kind: 'drop-before' }] });
    const { reportId } = await client.submit(report);
    expect(await failureOf(client.finish(reportId))).toMatchObject({ kind: 'network', inDoubt: true });
    await client.retract(reportId);
    expect(sandbox.counts()).toMatchObject({ finished: 0, retracted: 1 });
  });

  it.each<[FaultyOperation, Partial<ReturnType<CyberTiplineSandbox['counts']>>]>([
    ['submit', { opened: 2 }],
    ['upload', { uploaded: 2 }],
    ['fileinfo', { fileInfos: 2 }],
    ['retract', { retracted: 1 }],
  ])('a %s that was carried out is in doubt all the same', async (operation, counts) => {
    const ready = await start();
    const { reportId } = await ready.client.submit(report);
    const { fileId } = await ready.client.upload(reportId, picture);
    await ready.client.fileInfo(detailsOf(reportId, fileId));
    const third = operation === 'fileinfo' ? await ready.client.upload(reportId, picture) : undefined;
    ready.faults[operation] = [{ kind: 'drop-after' }];
    const calls: Record<FaultyOperation, () => Promise<unknown>> = {
      status: () => ready.client.status(),
      submit: () => ready.client.submit(report),
      upload: () => ready.client.upload(reportId, picture),
      fileinfo: () => ready.client.fileInfo(detailsOf(reportId, third?.fileId ?? fileId)),
      finish: () => ready.client.finish(reportId),
      retract: () => ready.client.retract(reportId),
    };
    expect(await failureOf(calls[operation]())).toMatchObject({ operation, kind: 'network', inDoubt: true });
    expect(ready.sandbox.counts()).toMatchObject(counts);
  });

  it('a call that takes too long is in doubt', async () => {
    const { sandbox } = await start({}, { submit: [{ kind: 'delay', ms: 600_000 }] });
    const impatient = createCyberTiplineClient({ ...account, baseUrl: sandbox.url, timeoutMs: 50 });
    expect(await failureOf(impatient.submit(report))).toMatchObject({ kind: 'network', inDoubt: true });
  });

  it('a 500 without a code is in doubt, though nothing was done', async () => {
    const { client, sandbox } = await start({}, { submit: [{ kind: 'http-500' }] });
    expect(await failureOf(client.submit(report))).toMatchObject({
      kind: 'server',
      httpStatus: 500,
      inDoubt: true,
    });
    expect(sandbox.counts().opened).toBe(0);
  });

  it('any response code can be had', async () => {
    const { client } = await start({}, { upload: [{ kind: 'code', code: 1111 }] });
    const { reportId } = await client.submit(report);
    const failure = await failureOf(client.upload(reportId, picture));
    expect(failure).toMatchObject({ kind: 'server', responseCode: 1111, inDoubt: true });
    expect(failure.serverDescription()).toBe('File upload failed');
  });
});

describe('the tool for tests and for people', () => {
  it('takes orders for faults over HTTP, and refuses orders it does not understand', async () => {
    const { client, origin } = await start();
    const order = (body: unknown) =>
      fetch(`${origin}/sandbox/faults`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    expect((await order({ operation: 'status', kind: 'code', code: 3000, times: 2 })).status).toBe(204);
    expect(await failureOf(client.status())).toMatchObject({ kind: 'permission' });
    expect(await failureOf(client.status())).toMatchObject({ kind: 'permission' });
    await client.status();
    expect((await order({ operation: 'status', kind: 'code' })).status).toBe(400);
    expect((await order({ operation: 'everything', kind: 'drop-before' })).status).toBe(400);
  });

  it('shows counts, reports and a page that says what it is', async () => {
    const { client, origin, sandbox } = await start();
    const { reportId } = await client.submit(report);
    expect(await (await fetch(`${origin}/sandbox/counts`)).json()).toEqual(sandbox.counts());
    expect(await (await fetch(`${origin}/sandbox/reports`)).json()).toEqual(sandbox.reports());
    const response = await fetch(`${origin}/`);
    const page = await response.text();
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(page).toContain('This is a sandbox.');
    expect(page).toContain('stays\non this machine');
    expect(page).toContain(`Report ${reportId}`);
    // The report says "&lt;text&gt;", and the page shows it as it was received.
    expect(page).toContain('placeholder &#38;lt;text&#38;gt;');
    expect(page).not.toContain('<additionalInfo>');
  });

  it('carries no schema', async () => {
    const { origin } = await start();
    const response = await fetch(`${origin}/ispws/xsd`, { headers: { authorization } });
    expect(response.status).toBe(501);
    expect(await response.text()).toContain('<responseCode>1210</responseCode>');
  });

  it('does not answer to a foreign name that points at this machine', async () => {
    const { origin } = await start();
    const { port } = new URL(origin);
    const { statusCode } = await requestAs(Number(port), 'attacker.example');
    expect(statusCode).toBe(421);
  });
});

describe('what goes over the wire', () => {
  it('refuses wrong credentials with an empty body', async () => {
    const { sandbox } = await start();
    const stranger = createCyberTiplineClient({
      username: 'drill',
      password: 'wrong',
      baseUrl: sandbox.url,
      timeoutMs: 5000,
    });
    expect(await failureOf(stranger.submit(report))).toMatchObject({
      kind: 'authentication',
      httpStatus: 401,
      requestId: expect.any(String),
    });
    const response = await fetch(`${sandbox.url}/status`);
    expect([response.status, await response.text()]).toEqual([401, '']);
  });

  it.each([
    ['no body', undefined, undefined, '4000'],
    ['a body of another kind', 'application/json', '{}', '4000'],
    ['bytes that are not UTF-8', 'text/xml', new Uint8Array([0xff]), '4110'],
  ])('refuses a submission with %s', async (_, mediaType, body, code) => {
    const { sandbox } = await start();
    const headers = { authorization, ...(mediaType !== undefined && { 'content-type': mediaType }) };
    const response = await fetch(`${sandbox.url}/submit`, {
      method: 'POST',
      headers,
      ...(body !== undefined && { body }),
    });
    expect(await response.text()).toContain(`<responseCode>${code}</responseCode>`);
  });

  it('takes the number of a report in either kind of form, and refuses a form without one', async () => {
    const { sandbox, client } = await start();
    const { reportId } = await client.submit(report);
    const post = async (path: string, body: FormData | URLSearchParams) => {
      const response = await fetch(`${sandbox.url}/${path}`, {
        method: 'POST',
        headers: { authorization },
        body,
      });
      return /<responseCode>(\d+)</.exec(await response.text())?.[1];
    };
    expect(await post('retract', new URLSearchParams({ id: reportId }))).toBe('0');
    expect(await post('retract', new URLSearchParams())).toBe('4000');
    expect(await post('finish', new FormData())).toBe('4000');
    const noFile = new FormData();
    noFile.set('id', reportId);
    expect(await post('upload', noFile)).toBe('4200');
    const noId = new FormData();
    noId.set('file', new Blob(['x']), 'x');
    expect(await post('upload', noId)).toBe('4000');
  });

  it('answers an unknown address with a code', async () => {
    const { sandbox } = await start();
    const response = await fetch(`${sandbox.url}/nowhere`, { headers: { authorization } });
    expect(response.status).toBe(404);
    expect(await response.text()).toContain('<responseCode>1210</responseCode>');
  });

  const schema = fileURLToPath(new URL('../../../../../shared/data/ncmec/report-2025.xsd', import.meta.url));
  const judged = existsSync(schema) && spawnSync('xmllint', ['--version']).status === 0;

  it.skipIf(!judged)(
    'gives answers that are valid by the published schema (skipped without ../shared/data/ncmec and xmllint)',
    async () => {
      const { sandbox, client } = await start();
      const { reportId } = await client.submit(report);
      const form = new FormData();
      form.set('id', reportId);
      form.set('file', new Blob(['x']), 'x');
      const answers = [
        ...(await Promise.all(
          ['status', 'xsd', 'nowhere'].map((path) => answerTo(`${sandbox.url}/${path}`)),
        )),
        await answerTo(`${sandbox.url}/submit`, reportXml(report)),
        await answerTo(`${sandbox.url}/submit`, '<report>'),
        await answerTo(`${sandbox.url}/upload`, form),
        await answerTo(`${sandbox.url}/finish`, form),
        await answerTo(`${sandbox.url}/finish`, form),
        await answerTo(`${sandbox.url}/retract`, form),
      ];
      for (const answer of answers) {
        const { status, stderr } = spawnSync('xmllint', ['--noout', '--schema', schema, '-'], {
          input: answer,
          encoding: 'utf8',
        });
        expect({ status, stderr, answer }).toMatchObject({ status: 0 });
      }
    },
  );
});

const authorization = `Basic ${Buffer.from('drill:placeholder').toString('base64')}`;

interface Started {
  readonly sandbox: CyberTiplineSandbox;
  readonly client: CyberTiplineClient;
  readonly origin: string;
  readonly faults: Partial<Record<FaultyOperation, Fault[]>>;
}

async function start(
  options: Partial<CyberTiplineSandboxOptions> = {},
  faults: Partial<Record<FaultyOperation, Fault[]>> = {},
): Promise<Started> {
  const sandbox = await startCyberTiplineSandbox({
    port: 0,
    ...account,
    clock: { now: () => new Date(time) },
    faults: (operation) => faults[operation]?.shift(),
    ...options,
  });
  running.push(sandbox);
  const client = createCyberTiplineClient({ ...account, baseUrl: sandbox.url, timeoutMs: 20_000 });
  return { sandbox, client, origin: new URL(sandbox.url).origin, faults };
}

function detailsOf(reportId: string, fileId: string): FileDetails {
  return { reportId, fileId, fileViewedByEsp: false, fileRelevance: 'Reported' };
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

async function answerTo(url: string, body?: string | FormData): Promise<string> {
  const headers = {
    authorization,
    ...(typeof body === 'string' && { 'content-type': 'text/xml; charset=utf-8' }),
  };
  const response = await fetch(url, {
    method: body === undefined ? 'GET' : 'POST',
    headers,
    ...(body !== undefined && { body }),
  });
  return response.text();
}

function requestAs(port: number, host: string): Promise<{ statusCode: number | undefined }> {
  return new Promise((resolve, reject) => {
    get({ port, host: '127.0.0.1', path: '/', headers: { host } }, (response) => {
      response.resume();
      resolve({ statusCode: response.statusCode });
    }).once('error', reject);
  });
}
