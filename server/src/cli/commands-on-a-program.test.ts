import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generateSigningKey, parseSigningKey } from '@breakwater/ledger';
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
import { createLog } from '../foundation/index.ts';
import { joinStore, readConfig } from '../program/index.ts';

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

it('the ledger is proven to those who have neither the program nor its database', async () => {
  const picture = await testPicture(5, { width: 96, height: 72 });
  await sendUntilTaken(program.ready, { key: 'key-5', groupId: 'group-5', picture });
  const elsewhere = async (...words: string[]) =>
    JSON.parse((await runToEnd([...words, '--json'])).out) as { verifierKey: string; cosignature: string };
  const answered = async (words: string[]) =>
    (await command(...words)) as { code: number; lines: Record<string, unknown>[] };
  const checkpoint = async (...words: string[]) =>
    (await answered(['ledger', 'checkpoint', ...words])).lines[0] as unknown as {
      size: number;
      verifierKey: string;
      checkpoint: string;
    };
  const before = await checkpoint('--old', '0');
  const key = before.verifierKey;
  const request = await file('request.txt', before.checkpoint);

  const { verifierKey } = await elsewhere(
    'ledger',
    'witness-key',
    'witness.example/w1',
    '--out',
    join(files, 'witness.key'),
  );
  const witness = [
    '--log',
    key,
    '--signing-key',
    join(files, 'witness.key'),
    '--state',
    join(files, 'witness.state'),
  ];
  const { cosignature } = await elsewhere('ledger', 'cosign', request, ...witness);
  const kept = before.checkpoint.slice(before.checkpoint.indexOf('\n\n') + 2);
  const answer = await file('answer.txt', kept + cosignature);
  expect(await command('ledger', 'checkpoint', '--add', answer, '--witness', verifierKey)).toMatchObject({
    code: 0,
    lines: [{ size: before.size, checkpoint: expect.stringContaining('— witness.example/w1 ') }],
  });

  const copy = join(files, 'ledger.jsonl');
  const state = join(files, 'watch.state');
  expect((await command('ledger', 'export', '--out', copy)).code).toBe(0);
  expect(
    await runToEnd(['ledger', 'verify', copy, '--key', key, '--checkpoint', await file('kept.txt', kept)]),
  ).toMatchObject({ code: 0 });
  const other = parseSigningKey(generateSigningKey('breakwater/other', 'log')).verifier.verifierKey;
  const foreign = await runToEnd(['ledger', 'verify', copy, '--key', other, '--json']);
  expect(foreign).toMatchObject({ code: 4, out: expect.stringContaining('checkpoint-by-another-key') });

  const eventId = await withDatabase(data.folder, async ({ pool }) => {
    const { rows } = await pool.query<{ event_id: string }>(
      'SELECT event_id FROM ledger_leaves WHERE index = 1',
    );
    return rows[0]?.event_id ?? '';
  });
  const [proven] = (await command('ledger', 'prove', eventId)).lines;
  const proof = await file('proof.json', JSON.stringify(proven));
  expect(await runToEnd(['ledger', 'prove', '--check', proof, '--key', key, '--json'])).toMatchObject({
    code: 0,
    out: expect.stringContaining(eventId),
  });

  expect(await command('ledger', 'watch', '--state', state)).toMatchObject({
    code: 0,
    lines: [{ before: null }],
  });
  const { cookie } = await signIn(program.ready);
  const cookieFile = await file('cookie.txt', cookie);
  const watch = ['ledger', 'watch', program.ready.url, '--state', state, '--cookie-file', cookieFile];
  expect(await command(...watch)).toMatchObject({ code: 0, lines: [{ before: expect.any(Number) }] });
  expect(await command(...watch, '--key', other)).toMatchObject({
    code: 4,
    error: { error: { code: 'BW-LEDGER-OTHER-KEY' } },
  });
  const older = await file('older.txt', kept);
  expect(await command('ledger', 'watch', older, '--state', state)).toMatchObject({
    code: 4,
    error: { error: { code: 'BW-LEDGER-ROLLED-BACK' } },
  });
  const { size } = await checkpoint();
  expect(size).toBeGreaterThan(before.size);
});

it('the program is connected as one who can change nothing that was recorded', async () => {
  const log = createLog({ level: 'silent', destination: process.stderr });
  const store = await joinStore(readConfig({ BREAKWATER_DATA: data.folder }), log);
  try {
    for (const statement of [
      'UPDATE events SET type = type',
      'DELETE FROM ledger_leaves',
      'TRUNCATE ledger_checkpoints CASCADE',
      'ALTER TABLE events DISABLE TRIGGER ALL',
      'DROP TABLE ledger_tiles',
      'SET session_replication_role = replica',
      'SET ROLE breakwater',
    ])
      await expect(store?.pool.query(statement), statement).rejects.toMatchObject({ code: '42501' });
  } finally {
    await store?.close();
  }
  const { lines } = await command('doctor');
  expect(lines).toContainEqual(expect.objectContaining({ check: 'ledger', status: 'ok' }));
});

it('doctor tells where exhibits lie, that they can be opened, and that nothing is amiss', async () => {
  const { lines } = await command('doctor');
  const vault = (lines as { check: string; status: string; message: string }[]).filter(({ check }) =>
    check.startsWith('vault'),
  );
  expect(vault.map(({ check, status }) => [check, status])).toEqual([
    ['vault store', 'ok'],
    ['vault lock', 'ok'],
    ['vault objects', 'ok'],
  ]);
});

it('vault verify ends with 0 while all is in order, and with 4 when an exhibit was altered, which it names', async () => {
  const picture = await testPicture(30, { width: 96, height: 72 });
  const { userReportId } = await sendUntilTaken(program.ready, {
    key: 'key-30',
    groupId: 'group-30',
    picture,
  });
  await untilInCase(program.ready, userReportId);
  const intact = await command('vault', 'verify');
  expect(intact).toMatchObject({ code: 0, lines: [{ found: 0, unknown: 0, locked: false }] });
  const [id = ''] = await withDatabase(data.folder, async ({ db }) =>
    (await db.selectFrom('vault_objects').select('id').limit(1).execute()).map((row) => row.id),
  );
  const path = join(data.folder, 'vault', id.slice(0, 2), id);
  const sealed = await readFile(path);
  await writeFile(path, 'placeholder');
  const altered = await command('vault', 'verify');
  expect(altered).toMatchObject({
    code: 4,
    lines: [{ kind: 'corrupt', storedAs: id, objectId: id }, { found: 1 }],
  });
  const { lines } = await command('doctor');
  expect(lines).toContainEqual(expect.objectContaining({ check: 'vault objects', status: 'failed' }));
  await writeFile(path, sealed);
  expect(await command('vault', 'verify', '--sample')).toMatchObject({ code: expect.any(Number) });
  expect(await command('vault', 'verify')).toMatchObject({ code: 0 });
});

it('vault recipient prints whom exhibits are sealed to, and no more', async () => {
  const { code, lines } = await command('vault', 'recipient');
  expect({ code, lines }).toEqual({ code: 0, lines: [{ recipients: [expect.stringMatching(/^age1\w+$/)] }] });
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
    new RegExp(`NOT intact.*${eventId}.*what is stored of the event is not what was recorded`),
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
