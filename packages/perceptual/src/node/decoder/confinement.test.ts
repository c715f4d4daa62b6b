import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createConfinedDecoder } from './confined-decoder.ts';
import { type Confinement, decoderCommand } from './confinement.ts';
import { usableConfinements } from './usable-confinements.ts';

const usable = await usableConfinements();
const server = createServer((socket) => socket.end());
let port: number;

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  port = address.port;
});
afterAll(() => server.close());

/** Runs a script where the decoder would run, and returns what it prints, as JSON. */
async function inside(confinement: Confinement, script: string): Promise<unknown> {
  const command = decoderCommand(confinement, 512 * 1024 * 1024)!;
  const worker = command.arguments.findIndex((argument) => /worker\.[jt]s$/.test(argument));
  const { stdout } = await promisify(execFile)(
    command.file,
    [...command.arguments.slice(0, worker), '--input-type=module', '-e', `${PRELUDE}${script}`],
    { env: command.environment },
  );
  return JSON.parse(stdout);
}

const PRELUDE = `
  import fs from 'node:fs'; import net from 'node:net'; import os from 'node:os';
  const attempt = (action) => { try { return action() ?? 'done'; } catch (error) { return error.code; } };
  const print = (value) => console.log(JSON.stringify(value));
`;

const CONNECT = () => `
  const socket = net.connect(${port}, '127.0.0.1');
  socket.on('connect', () => { print('connected'); socket.destroy(); });
  socket.on('error', (error) => print(error.code));
`;

const walled = usable.includes('bubblewrap');

describe.skipIf(!walled)(
  walled ? 'inside bubblewrap' : 'inside bubblewrap (skipped: it does not work here)',
  () => {
    it('there is no network', async () => {
      expect(await inside('bubblewrap', CONNECT())).toMatch(/^E(CONNREFUSED|NETUNREACH)$/);
      expect(
        await inside(
          'bubblewrap',
          'print(Object.keys(os.networkInterfaces()).filter((name) => name !== "lo"))',
        ),
      ).toEqual([]);
    });

    it('there is nothing to read but the decoder and libraries', async () => {
      const script = `print(['/etc/passwd', '/etc/hostname', '/root', '/home', '/var', '/usr/bin', '/bin', '/sys']
      .map((path) => attempt(() => void fs.statSync(path))))`;
      expect(await inside('bubblewrap', script)).toEqual(Array(8).fill('ENOENT'));
      const project = new URL('../../../../../package.json', import.meta.url).pathname;
      expect(
        await inside(
          'bubblewrap',
          `print(attempt(() => fs.readFileSync(${JSON.stringify(project)}, 'utf8')))`,
        ),
      ).toBe('ENOENT');
    });

    it('nothing can be written', async () => {
      const script = `print(['/x', '/usr/lib/x', process.execPath, '/proc/sys/kernel/hostname']
      .map((path) => attempt(() => fs.writeFileSync(path, 'x'))))`;
      expect(await inside('bubblewrap', script)).toEqual(
        ['EROFS', 'EROFS', 'EROFS', 'EROFS'].map(anyRefusal),
      );
    });

    it('there are no other processes and no capabilities', async () => {
      const script = `print({
      strangers: fs.readdirSync('/proc').filter((name) => /^\\d+$/.test(name) && name !== '1' && name !== String(process.pid)),
      capabilities: fs.readFileSync('/proc/self/status', 'utf8').match(/CapEff:\\s*(\\w+)/)[1],
      mayGainPrivileges: fs.readFileSync('/proc/self/status', 'utf8').match(/NoNewPrivs:\\s*(\\d)/)[1],
    })`;
      expect(await inside('bubblewrap', script)).toEqual({
        strangers: [],
        capabilities: '0000000000000000',
        mayGainPrivileges: '1',
      });
    });
  },
);

describe.each(usable)('confined by %s', (confinement) => {
  it('the environment of the server is not handed on', async () => {
    process.env['BREAKWATER_TEST_SECRET'] = 'placeholder';
    const names = await inside(confinement, 'print(Object.keys(process.env))');
    delete process.env['BREAKWATER_TEST_SECRET'];
    expect(names).not.toContain('BREAKWATER_TEST_SECRET');
    expect(names).not.toContain('HOME');
  });

  it('no file can be filled', async () => {
    const script = `
      process.on('SIGXFSZ', () => {});
      const path = os.tmpdir() + '/breakwater-' + process.pid + '-' + Date.now();
      const outcome = attempt(() => fs.writeFileSync(path, 'placeholder'));
      const size = attempt(() => fs.statSync(path).size);
      attempt(() => fs.rmSync(path));
      print({ outcome, size });`;
    expect(await inside(confinement, script)).toEqual({ outcome: 'EFBIG', size: 0 });
  });

  it('says so when asked', async () => {
    const decoder = createConfinedDecoder({ confinement });
    expect(decoder.status().confinement).toBe('undecided');
    expect(await decoder.probe()).toMatchObject({ confinement, trouble: undefined });
    await decoder.close();
  });
});

describe('where bubblewrap is not installed', () => {
  let path: string | undefined;
  beforeAll(() => {
    path = process.env['PATH'];
    process.env['PATH'] = '/nonexistent';
  });
  afterAll(() => {
    process.env['PATH'] = path;
  });

  it('a plain process takes its place, visibly', async () => {
    const decoder = createConfinedDecoder();
    expect(await decoder.probe()).toMatchObject({
      confinement: 'process',
      trouble: 'bubblewrap: not installed',
    });
    await decoder.close();
  });

  it('a decoder that insists on it scans nothing', async () => {
    const decoder = createConfinedDecoder({ confinement: 'bubblewrap' });
    expect(await decoder.probe()).toMatchObject({
      confinement: 'undecided',
      trouble: 'bubblewrap: not installed',
    });
    expect(await decoder.fingerprint(Buffer.from('GIF89a'))).toEqual({
      kind: 'unscanned',
      reason: 'decoder-unavailable',
    });
    await decoder.close();
  });
});

function anyRefusal(): unknown {
  return expect.stringMatching(/^E(ROFS|ACCES|PERM|TXTBSY|FBIG)$/);
}
