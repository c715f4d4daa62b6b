import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, open as openFile, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Encrypter, generateX25519Identity, identityToRecipient } from 'age-encryption';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { sealAge } from './age-file.ts';
import { gather } from './gather.ts';
import { createKeeper, type Keeper, type KeeperOptions } from './keeper.ts';
import type { PassphraseSource, UnlockWay } from './keeper-questions.ts';
import { createHmac } from 'node:crypto';

const contentSecret = randomBytes(32);
const PASSPHRASE = 'five neutral placeholder words here';
const content = Buffer.alloc(300_000, 'plain placeholder ');
const contentKey = createHmac('sha256', contentSecret).update(content).digest('hex');

let folder: string;
let recipient: string;
let sealed: Buffer;
const keepers: Keeper[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'breakwater-keeper-'));
  const identity = await generateX25519Identity();
  recipient = await identityToRecipient(identity);
  sealed = Buffer.concat(await gather(sealAge([recipient], [content])));
  await secretFile('plain', `# a comment\n\n${identity}\n`);
  const encrypter = new Encrypter();
  encrypter.setPassphrase(PASSPHRASE);
  encrypter.setScryptWorkFactor(10);
  await secretFile('protected', await encrypter.encrypt(`${identity}\n`));
  await secretFile('passphrase', `${PASSPHRASE}\n`);
  await secretFile('wrong-passphrase', 'another placeholder\n');
  await secretFile('placeholder', 'placeholder\n');
  await secretFile('empty', '# nothing but a comment\n');
});
afterEach(async () => {
  for (const keeper of keepers.splice(0)) await keeper.close();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const at = (name: string) => join(folder, name);
const secretFile = (name: string, bytes: string | Uint8Array) => writeFile(at(name), bytes, { mode: 0o600 });
const file = (name: string, passphrase: PassphraseSource = { from: 'none' }): UnlockWay => ({
  kind: 'file',
  path: at(name),
  passphrase,
});

function keeperBy(way: UnlockWay | null, more: Partial<KeeperOptions> = {}): Keeper {
  const keeper = createKeeper({ way, contentSecret, ...more });
  keepers.push(keeper);
  return keeper;
}

async function opened(keeper: Keeper): Promise<Buffer> {
  const { bytes } = await keeper.ask({ task: 'open', contentKey }, [sealed]);
  return Buffer.concat(await gather(bytes));
}

describe('a keeper is unlocked', () => {
  it.each<[string, () => UnlockWay]>([
    ['by a key file, when something is to be opened', () => file('plain')],
    ['by a passphrase from a file', () => file('protected', { from: 'file', path: at('passphrase') })],
    [
      'by a command, which is run without a shell',
      () => ({ kind: 'command', words: ['/bin/cat', at('plain')] }),
    ],
  ])('%s', async (_how, way) => {
    const keeper = keeperBy(way());
    expect(keeper.status()).toEqual({ state: 'on-demand' });
    expect((await opened(keeper)).equals(content)).toBe(true);
    expect(keeper.status()).toEqual({ state: 'unlocked', recipients: [recipient] });
  });

  it('by a passphrase from a descriptor, once: nobody keeps it', async () => {
    const passphrase = await openFile(at('passphrase'));
    const keeper = keeperBy(file('protected', { from: 'descriptor', descriptor: passphrase.fd }));
    expect(await keeper.unlock()).toMatchObject({ state: 'unlocked' });
    await passphrase.close();
    await endKeepers();
    await expect.poll(() => keeper.status().state).toBe('locked');
    expect(keeper.status()).toMatchObject({ because: expect.stringMatching(/nobody keeps its passphrase/) });
    await expect(opened(keeper)).rejects.toMatchObject({ code: 'BW-VAULT-LOCKED' });
  });

  it('by no words of a shell that a command is given', async () => {
    const keeper = keeperBy({ kind: 'command', words: ['/bin/echo', `$(cat ${at('plain')})`] });
    expect(await keeper.unlock()).toMatchObject({ state: 'locked' });
  });
});

describe('a keeper stays locked, says why, and quotes nothing secret', () => {
  const forAll = () => file('for-all');
  beforeAll(async () => {
    await secretFile('for-all', await readFile(at('plain')));
    await chmod(at('for-all'), 0o644);
  });

  it.each<[string, () => UnlockWay | null, RegExp]>([
    ['where there is no identity', () => null, /no identity on this machine/],
    ['when the file is not there', () => file('absent'), /absent cannot be read/],
    ['when others can read the file', forAll, /can be read by others/],
    ['when the file holds something else', () => file('placeholder'), /is none/],
    ['when the file holds nothing', () => file('empty'), /is empty/],
    [
      'when the passphrase is another',
      () => file('protected', { from: 'file', path: at('wrong-passphrase') }),
      /passphrase does not open/,
    ],
    ['when it does not know where the passphrase is', () => file('protected'), /PASSPHRASE_FROM/],
    ['when the command fails', () => ({ kind: 'command', words: ['/bin/false'] }), /command .* failed/],
    [
      'when there is no such command',
      () => ({ kind: 'command', words: [at('absent')] }),
      /failed \(ENOENT\)/,
    ],
  ])('%s', async (_when, way, why) => {
    const told: string[] = [];
    const keeper = keeperBy(way(), { onUnlockFailed: async (because) => void told.push(because) });
    const status = await keeper.unlock();
    expect(status).toMatchObject({ state: 'locked', because: expect.stringMatching(why) });
    expect(JSON.stringify(status)).not.toMatch(/AGE-SECRET-KEY-1|neutral placeholder/);
    await expect(opened(keeper)).rejects.toMatchObject({ code: 'BW-VAULT-LOCKED' });
    expect(told).toHaveLength(way() === null ? 0 : 1);
  });
});

describe('a keeper that runs', () => {
  it('answers many at once, and one that reads slowly holds up nobody', async () => {
    const keeper = keeperBy(file('plain'));
    const large = Buffer.alloc(8_000_000, 'large placeholder ');
    const key = createHmac('sha256', contentSecret).update(large).digest('hex');
    const sealedLarge = Buffer.concat(await gather(sealAge([recipient], [large])));
    const slow = await keeper.ask({ task: 'open', contentKey: key }, [sealedLarge]);
    const first = await slow.bytes.next();
    const others = await Promise.all(Array.from({ length: 8 }, () => opened(keeper)));
    expect(others.every((bytes) => bytes.equals(content))).toBe(true);
    const rest = await gather(slow.bytes);
    expect(Buffer.concat([first.value as Uint8Array, ...rest]).equals(large)).toBe(true);
  });

  it('goes on with others when one gives up what it asked, or fails in the middle of sending', async () => {
    const keeper = keeperBy(file('plain'));
    const given = await keeper.ask({ task: 'open', contentKey }, [sealed]);
    for await (const piece of given.bytes) if (piece.length > 0) break;
    const failing = async function* () {
      yield sealed.subarray(0, 1000);
      throw new RangeError('placeholder');
    };
    const { bytes } = await keeper.ask({ task: 'open', contentKey }, failing());
    await expect(gather(bytes)).rejects.toThrow('placeholder');
    expect((await opened(keeper)).equals(content)).toBe(true);
  });

  it('says that the content is not the one that was asked for', async () => {
    const keeper = keeperBy(file('plain'));
    const { bytes } = await keeper.ask({ task: 'open', contentKey: '0'.repeat(64) }, [sealed]);
    await expect(gather(bytes)).rejects.toMatchObject({ code: 'BW-EXHIBIT-CORRUPT' });
  });

  it('is started again by the next question when it was killed, and what was under way fails in words', async () => {
    const keeper = keeperBy(file('plain'));
    await opened(keeper);
    const endless = async function* () {
      yield sealed.subarray(0, 1000);
      await pause(60_000, undefined, { ref: false });
    };
    const { bytes } = await keeper.ask({ task: 'open', contentKey }, endless());
    const failing = expect(gather(bytes)).rejects.toMatchObject({ code: 'BW-VAULT-KEEPER-FAILED' });
    await endKeepers();
    await failing;
    expect((await opened(keeper)).equals(content)).toBe(true);
  });

  it('is ended when it has had nothing to do, and started again when it has', async () => {
    const keeper = keeperBy(file('plain'), { idleMilliseconds: 1 });
    await opened(keeper);
    await expect.poll(() => keeper.status().state).toBe('on-demand');
    await expect.poll(runningKeepers).toEqual([]);
    expect((await opened(keeper)).equals(content)).toBe(true);
  });

  it('has neither the settings of the program nor a core dump', async () => {
    process.env['BREAKWATER_PLACEHOLDER'] = 'placeholder';
    const keeper = keeperBy(file('plain'), {});
    await keeper.unlock();
    delete process.env['BREAKWATER_PLACEHOLDER'];
    const [pid] = await runningKeepers();
    const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
    expect(environment).not.toContain('BREAKWATER_');
    const limits = await readFile(`/proc/${pid}/limits`, 'utf8').catch(() => 'Max core file size 0 0');
    expect(limits).toMatch(/Max core file size\s+0\s+0/);
  });

  it('ends with whoever closes it', async () => {
    const keeper = keeperBy(file('plain'));
    await opened(keeper);
    await keeper.close();
    expect(await runningKeepers()).toEqual([]);
    await expect(opened(keeper)).rejects.toMatchObject({ code: 'BW-VAULT-LOCKED' });
  });
});

/** The keepers of this process. */
async function runningKeepers(): Promise<number[]> {
  const ps = promisify(execFile)('ps', ['--ppid', String(process.pid), '-o', 'pid=,args=']);
  const { stdout } = await ps.catch(() => ({ stdout: '' }));
  return stdout
    .split('\n')
    .filter((line) => line.includes('keeper-process'))
    .map((line) => Number.parseInt(line, 10));
}

async function endKeepers(): Promise<void> {
  for (const pid of await runningKeepers()) process.kill(pid, 'SIGKILL');
}
