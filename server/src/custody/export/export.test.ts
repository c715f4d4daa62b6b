import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { promisify } from 'node:util';
import { Decrypter, generateX25519Identity, identityToRecipient } from 'age-encryption';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { closedCase, liveOn } from '../../../test/custody/closed-case.ts';
import { proofsOf } from '../../../test/custody/event-proofs.ts';
import { createDesk, doneOf, type Desk } from '../../../test/desk/index.ts';
import { previewExhibit, revealExhibit } from '../../review/index.ts';
import {
  custodyOf,
  folderSink,
  orderDestruction,
  orderExport,
  startPackage,
  verifyPackageAt,
  zipSink,
} from '../index.ts';
import { writePackage } from './export-case.ts';
import type { PackageManifest } from './verification.ts';

const run = promisify(execFile);
const hasAge = await run('age', ['--version']).then(
  () => true,
  () => false,
);

describe('the package of a case', () => {
  let desk: Desk;
  let root: string;
  let folder: string;
  let identity: string;
  let recipient: string;
  let found: { caseId: string; exhibitId: string };
  let picture: Uint8Array;
  let manifest: PackageManifest;
  const deps = () => ({ ...desk, eventProofs: proofsOf(desk) });
  const actor = () => ({ kind: 'person', id: desk.person.id }) as const;
  const order = async (otherwise: object = {}) =>
    doneOf(
      await orderExport(desk, desk.person, {
        caseId: found.caseId,
        recipient,
        why: 'Asked for by <placeholder> & others',
        links: 'withheld',
        ...otherwise,
      }),
    );
  const start = async (ordered: Promise<{ id: string }>) => startPackage(deps(), actor(), (await ordered).id);
  const caseFileOf = async (at: string) => {
    const decrypter = new Decrypter();
    decrypter.addIdentity(identity);
    return decrypter.decrypt(await readFile(join(at, 'case.json.age')), 'text');
  };

  beforeAll(async () => {
    desk = await createDesk();
    root = await mkdtemp(join(tmpdir(), 'breakwater-package-'));
    identity = await generateX25519Identity();
    recipient = await identityToRecipient(identity);
    found = await closedCase(desk, 1);
    await previewExhibit(desk, desk.person.id, found.exhibitId);
    await revealExhibit(desk, desk.person.id, found.exhibitId, 'needed to tell');
    const { object_id: objectId } = await desk.db
      .selectFrom('exhibits')
      .select('object_id')
      .where('id', '=', found.exhibitId)
      .executeTakeFirstOrThrow();
    picture = await desk.vault.open(desk.db, objectId ?? '');
    folder = join(root, 'package');
    ({ manifest } = await (await start(order())).writeTo(await folderSink(folder)));
  });
  afterAll(async () => {
    await desk.close();
    await rm(root, { recursive: true, force: true });
  });

  it('is in the ledger and in the custody record before it leaves, with who, whom for and why', async () => {
    const record = await custodyOf(desk.db, found.exhibitId);
    expect(record.map(({ type }) => type)).toEqual([
      'exhibit.sealed',
      'exhibit.previewed',
      'exhibit.revealed',
      'exhibit.exported',
    ]);
    expect(record.at(-1)).toMatchObject({
      why: 'Asked for by <placeholder> & others',
      payload: { recipient },
      actor: { name: 'Test person' },
    });
    expect(new Set(record.map(({ sha256 }) => sha256)).size).toBe(1);
  });

  it('holds nothing of a picture, a name or a text that the recipient’s key does not open', async () => {
    for (const name of await readdir(folder)) {
      const bytes = await readFile(join(folder, name));
      expect(bytes.includes(Buffer.from(picture.subarray(100, 164)))).toBe(false);
      expect(bytes.includes('Tide tables')).toBe(false);
      expect(bytes.includes('Placeholder words')).toBe(false);
    }
    expect(await caseFileOf(folder)).toContain('Placeholder words');
  });

  it('gives no link, unless it is addressed so', async () => {
    expect(await caseFileOf(folder)).not.toContain('chat.example');
    expect(await caseFileOf(folder)).toContain('[link withheld]');
    const other = join(root, 'with-links');
    await (await start(order({ links: 'included' }))).writeTo(await folderSink(other));
    expect(await caseFileOf(other)).toContain('https://chat.example/invite/abc');
  });

  it('verifies offline, and with the identity down to the content', async () => {
    const { intact, findings, manifestSha256 } = await verifyPackageAt(folder, identity);
    expect(findings.filter(({ good }) => !good)).toEqual([]);
    expect(intact).toBe(true);
    const completed = await desk.db
      .selectFrom('case_exports')
      .select('manifest_sha256')
      .where('id', '=', manifest.exportId)
      .executeTakeFirstOrThrow();
    expect(completed.manifest_sha256).toBe(manifestSha256);
    await run('sha256sum', ['--check', '--strict', 'SHA256SUMS'], { cwd: folder });
  });

  it('says which exhibit another identity does not open', async () => {
    const { intact } = await verifyPackageAt(folder, await generateX25519Identity());
    expect(intact).toBe(false);
  });

  it.skipIf(!hasAge)('opens with the stock age command (skipped where it is not installed)', async () => {
    const key = join(root, 'key.txt');
    await writeFile(key, identity);
    const [exhibit] = manifest.exhibits;
    const { stdout } = await run('age', ['--decrypt', '--identity', key, join(folder, exhibit?.file ?? '')], {
      encoding: 'buffer',
    });
    expect(stdout.equals(picture)).toBe(true);
    expect(createHash('sha256').update(stdout).digest('hex')).toBe(exhibit?.contentSha256);
  });

  const tamperings: [string, (at: string) => Promise<void>][] = [
    ['a flipped bit in an exhibit', (at) => change(join(at, manifest.exhibits[0]?.file ?? ''), flipLast)],
    ['a missing exhibit', (at) => rm(join(at, manifest.exhibits[0]?.file ?? ''))],
    ['a file that was added', (at) => writeFile(join(at, 'more.txt'), 'x')],
    [
      'another reason in the custody record',
      (at) => rewrite(at, 'custody.json', 'needed to tell', 'no reason'),
    ],
    ['an entry taken out of the custody record', (at) => rewrite(at, 'custody.json', 'exhibit.sealed', 'x')],
    [
      'another hash in the manifest',
      (at) => rewriteManifest(at, manifest.exhibits[0]?.contentSha256 ?? '', 'ab'),
    ],
    [
      'an event told in another way',
      (at) => rewrite(at, 'ledger-proofs.json', 'needed to tell', 'no reason'),
    ],
    [
      'a checkpoint with another root',
      (at) => rewrite(at, 'ledger-proofs.json', '— breakwater', '— breakwazer'),
    ],
    ['an event moved to another place', (at) => rewrite(at, 'ledger-proofs.json', '"index": ', '"index": 1')],
  ];
  it.each(tamperings)('is found not to be intact with %s', async (_what, tamper) => {
    const at = await mkdtemp(join(root, 'tampered-'));
    await cp(folder, at, { recursive: true });
    await tamper(at);
    expect((await verifyPackageAt(at)).intact).toBe(false);
  });

  it('is the same but for the sealing when it is written again', async () => {
    const ordered = await order();
    const write = async (name: string) => {
      const to = join(root, name);
      await writePackage({ ...deps(), eventProofs: null }, { ordered, by: actor() }, await folderSink(to));
      return to;
    };
    const [one, two] = [await write('one'), await write('two')];
    expect(await readdir(one)).toEqual(await readdir(two));
    expect(await readFile(join(one, 'custody.json'), 'utf8')).toBe(
      await readFile(join(two, 'custody.json'), 'utf8'),
    );
    expect(await caseFileOf(one)).toBe(await caseFileOf(two));
    const manifests = await Promise.all(
      [one, two].map(async (at) => {
        const read = JSON.parse(await readFile(join(at, 'manifest.json'), 'utf8')) as PackageManifest;
        return { ...read, files: read.files.map((file) => (file.name.endsWith('.age') ? file.name : file)) };
      }),
    );
    expect(manifests[0]).toEqual(manifests[1]);
    expect((await verifyPackageAt(one)).intact).toBe(true);
  });

  it('comes as a ZIP that unzip reads, too', async () => {
    const file = join(root, 'package.zip');
    const output = createWriteStream(file);
    const leaving = await start(order());
    const sink = zipSink(leaving.ordered.ordered_at, output);
    await leaving.writeTo(sink);
    await sink.close();
    output.end();
    await finished(output);
    expect((await verifyPackageAt(file, identity)).intact).toBe(true);
    await run('python3', ['-m', 'zipfile', '-t', file]);
    const zip = await readFile(file);
    await writeFile(file, zip.subarray(0, -30));
    await expect(verifyPackageAt(file)).rejects.toMatchObject({ code: 'BW-PACKAGE-INVALID' });
    await writeFile(file, 'no package');
    await expect(verifyPackageAt(file)).rejects.toMatchObject({ code: 'BW-PACKAGE-INVALID' });
  });

  it.each([
    '',
    'age1',
    'age1placeholder',
    'AGE-SECRET-KEY-1ABC',
    'ssh-ed25519 AAAA',
    'someone@police.example',
  ])('is sealed to no "%s"', async (wrong) => {
    await expect(order({ recipient: wrong })).rejects.toMatchObject({ code: 'BW-RECIPIENT-INVALID' });
  });

  it('shows a certificate in the place of what was destroyed', async () => {
    const { caseId, exhibitId } = await closedCase(desk, 9);
    await liveOn(desk, 31);
    await orderDestruction(desk, desk.person, { exhibitId, ground: 'term-ended', why: 'over' });
    await desk.runJobs();
    const at = join(root, 'destroyed');
    const written = await (await start(order({ caseId }))).writeTo(await folderSink(at));
    expect(written.manifest.exhibits).toMatchObject([
      { id: exhibitId, file: null, certificate: `certificate-${exhibitId}.json` },
    ]);
    expect((await verifyPackageAt(at)).findings.filter(({ good }) => !good)).toEqual([]);
  });
});

async function change(path: string, how: (bytes: Buffer) => Buffer): Promise<void> {
  await writeFile(path, how(await readFile(path)));
}

function flipLast(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  copy[copy.length - 1] = (copy.at(-1) ?? 0) ^ 1;
  return copy;
}

/** Changes a file, and its hash in the manifest with it: the work of somebody who knows what they do. */
async function rewrite(at: string, name: string, from: string, to: string): Promise<void> {
  const before = await readFile(join(at, name));
  const after = Buffer.from(before.toString().replaceAll(from, to));
  expect(after.equals(before)).toBe(false);
  await writeFile(join(at, name), after);
  const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
  const read = JSON.parse(await readFile(join(at, 'manifest.json'), 'utf8')) as PackageManifest;
  const files = read.files.map((file) =>
    file.name === name ? { name, bytes: after.length, sha256: sha256(after) } : file,
  );
  await writeFile(join(at, 'manifest.json'), JSON.stringify({ ...read, files }));
}

async function rewriteManifest(at: string, from: string, to: string): Promise<void> {
  const text = await readFile(join(at, 'manifest.json'), 'utf8');
  await writeFile(join(at, 'manifest.json'), text.replaceAll(from, to));
}
