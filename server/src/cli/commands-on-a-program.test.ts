import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { passedOn, testPicture } from '../../test/desk/index.ts';
import { sendUntilTaken, signIn, untilInCase } from '../../test/program/client.ts';
import {
  runToEnd,
  scratchData,
  start,
  withDatabase,
  type RunningProgram,
} from '../../test/program/running-program.ts';

// Each command is a process of its own, and a machine may have much else to do.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let data: Awaited<ReturnType<typeof scratchData>>;
let program: RunningProgram;
let files: string;

beforeAll(async () => {
  data = await scratchData();
  program = await start(data.folder);
  files = `${data.folder}-files`;
  await mkdir(files);
});
afterAll(() => data.leave());

async function command(
  ...words: string[]
): Promise<{ code: number | null; lines: unknown[]; error: unknown }> {
  const { code, out, errors } = await runToEnd([...words, '--json', '--data', data.folder]);
  const parse = (text: string) => text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]));
  return { code, lines: parse(out), error: parse(errors)[0] };
}

async function file(name: string, bytes: Buffer | string): Promise<string> {
  const path = join(files, name);
  await writeFile(path, bytes);
  return path;
}

describe('lists and screen', () => {
  it('import a list once, and find what is on it', async () => {
    const known = await testPicture(1);
    const knownFile = await file('known.jpg', known);
    const hashed = JSON.parse((await runToEnd(['hash', '--json', knownFile])).out) as {
      pdq: string;
      md5: string;
    };
    const csv = await file('My list.csv', `fingerprint,value,id,label\npdq,${hashed.pdq},e-1,placeholder\n`);
    const lines = `{"fingerprint":"md5","value":"${hashed.md5}","id":"e-2"}\n`;
    const jsonl = await file('second.jsonl', lines);

    const imported = { list: 'my-list', read: 1, added: 1, alreadyPresent: 0 };
    expect(await command('lists', 'import', csv)).toMatchObject({ code: 0, lines: [imported] });
    expect(await command('lists', 'import', csv)).toMatchObject({
      lines: [{ ...imported, added: 0, alreadyPresent: 1 }],
    });
    expect(await command('lists', 'import', jsonl, '--list', 'other', '--name', 'Other')).toMatchObject({
      code: 0,
      lines: [{ list: 'other', read: 1, added: 1 }],
    });
    expect((await command('lists', 'show')).lines).toEqual([
      { list: 'my-list', name: 'my-list', entries: 1 },
      { list: 'other', name: 'Other', entries: 1 },
    ]);

    const again = await file('passed on.jpg', await passedOn(known));
    const found = await command('screen', again);
    expect(found).toMatchObject({
      code: 3,
      lines: [
        { file: again, verdict: 'match', matches: [{ list: { slug: 'my-list' }, fingerprint: 'pdq' }] },
      ],
    });
    const unknown = await file('unknown.jpg', await testPicture(2));
    expect(await command('screen', unknown)).toMatchObject({ code: 0, lines: [{ verdict: 'no-match' }] });
    const broken = await file('broken.jpg', 'placeholder');
    expect(await command('screen', unknown, broken, knownFile)).toMatchObject({
      code: 1,
      lines: [{ verdict: 'no-match' }, { verdict: 'unscanned' }, { verdict: 'match' }],
    });
  });

  it.each([
    ['a value that is no fingerprint', 'bad.csv', 'fingerprint,value\npdq,xyz\n', 'BW-LIST-INVALID'],
    ['no entries', 'none.csv', 'fingerprint,value\n', 'BW-LIST-EMPTY'],
    ['its last line cut', 'cut.jsonl', '{"fingerprint":"md5","val', 'BW-LIST-CUT'],
    [
      'bytes that are no text',
      'bytes.csv',
      Buffer.from('fingerprint,value\nmd5,\xff\xfe\n', 'latin1'),
      'BW-LIST-INVALID',
    ],
  ])('refuse a list with %s, and store nothing of it', async (_what, name, bytes, code) => {
    const before = (await command('lists', 'show')).lines;
    expect(await command('lists', 'import', await file(name, bytes))).toMatchObject({
      code: 1,
      lines: [],
      error: { error: { code } },
    });
    expect((await command('lists', 'show')).lines).toEqual(before);
  });
});

it('sign-in-link prints a link that works once', async () => {
  const { code, lines, error } = await command('sign-in-link');
  expect({ code, error }).toEqual({ code: 0, error: undefined });
  const [{ signInLink, token }] = lines as [{ signInLink: string; token: string }];
  expect(signInLink).toBe(`${program.ready.url}/sign-in#token=${token}`);
  const person = await signIn({ ...program.ready, signInLink });
  expect(await person.get('/v1/session')).toMatchObject({ person: { displayName: 'First person' } });
  await expect(signIn({ ...program.ready, signInLink })).rejects.toThrow('401');
});

it('doctor finds the database and its clock', async () => {
  const { code, lines } = await command('doctor');
  expect(code).toBe(0);
  expect(lines).toContainEqual({
    check: 'database',
    status: 'ok',
    message: expect.stringMatching(/^PostgreSQL \d/),
  });
  expect(lines).toContainEqual(expect.objectContaining({ check: 'clock', status: 'ok' }));
  expect(lines).toContainEqual({
    check: 'duties',
    status: 'degraded',
    message: expect.stringContaining('Only one person here can give second signatures'),
  });
});

it('ledger verify ends with 0 while it is intact, and with 4 when an event was altered, which it names', async () => {
  const picture = await testPicture(3, { width: 96, height: 72 });
  const { userReportId } = await sendUntilTaken(program.ready, { key: 'key-1', groupId: 'group-1', picture });
  await untilInCase(program.ready, userReportId);
  const before = await command('ledger', 'verify');
  expect(before).toMatchObject({
    code: 0,
    lines: [{ intact: true, head: expect.stringMatching(/^[0-9a-f]{64}$/) }],
  });

  const eventId = await withDatabase(data.folder, async ({ pool }) => {
    const client = await pool.connect();
    try {
      // As somebody does who has the database in their hands: its triggers forbid this to everyone else.
      await client.query(`SET session_replication_role = 'replica'`);
      const { rows } = await client.query<{ id: string }>(
        `UPDATE events SET payload = payload || '{"reason": "other"}' WHERE type = 'user-report.received' RETURNING id`,
      );
      return rows[0]?.id;
    } finally {
      client.release(true);
    }
  });
  expect(await command('ledger', 'verify')).toMatchObject({
    code: 4,
    lines: [{ intact: false, eventId, problem: 'event-altered' }],
  });
  const forPeople = await runToEnd(['ledger', 'verify', '--data', data.folder]);
  expect(forPeople.out).toMatch(
    new RegExp(`NOT intact.*${eventId}.*what is stored of it is not what was recorded`),
  );
});

it('lone-signature forbids acting alone and allows it again, and the ledger has both', async () => {
  for (const [choice, loneSignature] of [
    ['forbid', false],
    ['allow', true],
  ] as const) {
    const { code, lines } = await command('lone-signature', choice);
    expect({ code, lines }).toEqual({ code: 0, lines: [{ loneSignature }] });
    const person = await signIn({
      ...program.ready,
      signInLink:
        (await command('sign-in-link')).lines.map((line) => (line as { signInLink: string }).signInLink)[0] ??
        '',
    });
    expect(await person.get('/v1/two-person-rules')).toMatchObject({ loneSignature });
  }
});
