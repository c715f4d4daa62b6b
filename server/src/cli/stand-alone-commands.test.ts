import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { testPicture } from '../../test/desk/index.ts';
import { run, runToEnd } from '../../test/program/running-program.ts';

// Programs are started again and again, and a machine may have much else to do.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'breakwater-cli-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function file(name: string, bytes: Buffer | string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, bytes);
  return path;
}

function jsonLines(out: string): unknown[] {
  return out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
}

describe('hash', () => {
  it('prints a line a file, and says of each that cannot be hashed why', async () => {
    const picture = await testPicture(1);
    const files = [
      await file('a picture.jpg', picture),
      await file('cut.jpg', picture.subarray(0, picture.length / 2)),
      await file('empty.jpg', ''),
      await file('text.jpg', 'placeholder words'),
      join(folder, 'absent.jpg'),
      folder,
    ];
    const { code, out, errors } = await runToEnd(['hash', '--json', ...files]);
    expect({ code, errors }).toEqual({ code: 1, errors: '' });
    const hex = (digits: number) => expect.stringMatching(new RegExp(`^[0-9a-f]{${digits}}$`));
    const unscanned = { unscanned: true, message: expect.stringMatching(/\.$/) };
    expect(jsonLines(out)).toMatchObject([
      {
        file: files[0],
        sha256: hex(64),
        sha1: hex(40),
        md5: hex(32),
        pdq: hex(64),
        quality: 100,
        pdq512: hex(64),
        quality512: 100,
        dihedral: Array.from({ length: 8 }, () => hex(64)),
        width: 320,
        height: 240,
        frames: 1,
        decodedAs: 'jpeg',
        warnings: [],
      },
      { file: files[1], ...unscanned, reason: 'truncated', code: 'BW-UNSCANNED-TRUNCATED', sha256: hex(64) },
      { file: files[2], ...unscanned, reason: 'empty', code: 'BW-UNSCANNED-EMPTY' },
      { file: files[3], ...unscanned, reason: 'unrecognized-format' },
      { file: files[4], ...unscanned, reason: 'unreadable', code: 'BW-FILE-UNREADABLE' },
      { file: files[5], ...unscanned, reason: 'unreadable', code: 'BW-FILE-UNREADABLE' },
    ]);
  });

  it('prints the hashes of a video, frame by frame', async () => {
    const path = join(folder, 'pattern.mp4');
    const made = spawnSync('ffmpeg', [
      '-v',
      'error',
      '-f',
      'lavfi',
      '-i',
      'testsrc2=d=3:r=10:s=320x240',
      path,
    ]);
    expect(made.status).toBe(0);
    const { code, out } = await runToEnd(['hash', '--json', path]);
    expect(code).toBe(0);
    const [line] = jsonLines(out) as { vpdq: { frame: number }[] }[];
    expect(line).toMatchObject({
      file: path,
      frames: 30,
      truncated: false,
      decodedAs: 'mp4',
      width: 320,
      height: 240,
    });
    expect(line?.vpdq.map(({ frame }) => frame)).toEqual([0, 10, 20]);
  });

  it('ends with 0 when every file was hashed, and speaks to people as well', async () => {
    const path = await file('another.png', await testPicture(2, { format: 'png' }));
    const { code, out } = await runToEnd(['hash', path]);
    expect(code).toBe(0);
    expect(out).toMatch(
      /sha256 {3}[0-9a-f]{64}\n {2}sha1 {5}[0-9a-f]{40}\n {2}md5 {6}[0-9a-f]{32}\n {2}pdq {6}[0-9a-f]{64}\n {2}pdq512 {3}[0-9a-f]{64}\n {2}quality {2}/,
    );
  });
});

describe('sandbox cybertipline', () => {
  it('says where it is and with what password, answers, and ends when it is told', async () => {
    const started = run(['sandbox', 'cybertipline', '--json', '--port', '0']);
    const told = JSON.parse((await started.firstLine) ?? '') as {
      url: string;
      username: string;
      password: string;
      pid: number;
    };
    expect(told.pid).toBe(started.pid);
    const authorization = `Basic ${btoa(`${told.username}:${told.password}`)}`;
    expect((await fetch(`${told.url}/status`, { headers: { authorization } })).status).toBe(200);
    expect((await fetch(`${told.url}/status`)).status).toBe(401);
    started.signal('SIGTERM');
    expect(await started.ended).toEqual({ code: 0, signal: null });
  });

  it('says that its port is in use', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const address = taken.address();
    const port = String(typeof address === 'object' && address !== null ? address.port : 0);
    const { code, errors } = await runToEnd(['sandbox', 'cybertipline', '--json', '--port', port]);
    taken.close();
    expect(code).toBe(1);
    expect(JSON.parse(errors)).toMatchObject({ error: { code: 'BW-START-PORT-IN-USE' } });
  });
});

it('sandbox webhook-listener prints what it heard, and whether it was signed', async () => {
  const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
  const started = run(['sandbox', 'webhook-listener', '--json', '--port', '0', '--secret', secret]);
  const { url } = JSON.parse((await started.firstLine) ?? '') as { url: string };
  const at = new Date();
  const headers = {
    'webhook-id': 'a',
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': new Webhook(secret).sign('a', at, '{"x":1}'),
  };
  expect((await fetch(url, { method: 'POST', headers, body: '{"x":1}' })).status).toBe(204);
  expect((await fetch(url, { method: 'POST', headers, body: '{"x":2}' })).status).toBe(400);
  started.signal('SIGINT');
  expect(await started.ended).toEqual({ code: 0, signal: null });
  expect(jsonLines(started.out()).slice(1)).toEqual([
    { id: 'a', verified: true, repeated: false, body: { x: 1 } },
    { id: 'a', verified: false, repeated: false, body: null },
  ]);
});

it('demo files writes what it names', async () => {
  const target = join(folder, 'samples');
  const { code, out } = await runToEnd(['demo', 'files', '--json', target]);
  expect(code).toBe(0);
  const named = jsonLines(out).map((line) => (line as { file: string }).file);
  expect(new Set(named)).toEqual(new Set((await readdir(target)).map((name) => join(target, name))));
});

it('doctor names each check, and what is not there without the program', async () => {
  const { code, out } = await runToEnd(['doctor', '--json', '--data', join(folder, 'no-data')]);
  expect(code).toBe(0);
  const findings = jsonLines(out) as { check: string; status: string; message: string }[];
  expect(findings.map(({ check }) => check)).toEqual([
    'node',
    'disk',
    'database',
    'clock',
    'vault',
    'bubblewrap',
    'ffmpeg',
  ]);
  expect(findings[2]).toEqual({
    check: 'database',
    status: 'degraded',
    message: 'not running; bin/up starts it',
  });
});
