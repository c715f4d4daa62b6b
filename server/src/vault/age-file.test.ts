import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  Decrypter,
  Encrypter,
  generateHybridIdentity,
  generateX25519Identity,
  identityToRecipient,
} from 'age-encryption';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openAge, sealAge } from './age-file.ts';
import { CHUNK_BYTES } from './age-payload.ts';
import { gather as gatherPieces } from './gather.ts';

const run = promisify(execFile);
const hasAge = await run('age', ['--version']).then(
  () => true,
  () => false,
);

const identity = await generateX25519Identity();
const recipient = await identityToRecipient(identity);
const other = await generateX25519Identity();

/** Sizes where the cutting into chunks can go wrong. */
const sizes = fc.oneof(
  fc.integer({ min: 0, max: 300 }),
  fc
    .tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: -2, max: 2 }))
    .map(([chunks, by]) => Math.max(0, chunks * CHUNK_BYTES + by)),
);

describe('an age file', () => {
  it('opens as what was sealed, at every size around the chunks, however the pieces were cut', async () => {
    await fc.assert(
      fc.asyncProperty(sizes, fc.integer({ min: 1, max: 200_000 }), async (size, cut) => {
        const bytes = content(size);
        const file = await gather(sealAge([recipient], pieces(bytes, cut)));
        expect((await gather(openAge([identity], pieces(file, cut)))).equals(bytes)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('is what age-encryption writes and reads, both ways', async () => {
    await fc.assert(
      fc.asyncProperty(sizes, async (size) => {
        const bytes = content(size);
        const decrypter = new Decrypter();
        decrypter.addIdentity(identity);
        const ours = await gather(sealAge([recipient], [bytes]));
        expect(bytes.equals(await decrypter.decrypt(ours))).toBe(true);
        const encrypter = new Encrypter();
        encrypter.addRecipient(recipient);
        const theirs = await encrypter.encrypt(bytes);
        expect((await gather(openAge([identity], [theirs]))).equals(bytes)).toBe(true);
        expect(ours).toHaveLength(theirs.length);
      }),
      { numRuns: 25 },
    );
  });

  it('opens for each of its recipients alone, post-quantum ones too, and for nobody else', async () => {
    const hybrid = await generateHybridIdentity();
    const recipients = [recipient, await identityToRecipient(hybrid)];
    const file = await gather(sealAge(recipients, [Buffer.from('placeholder')]));
    for (const key of [identity, hybrid])
      expect((await gather(openAge([other, key], [file]))).toString()).toBe('placeholder');
    await expect(gather(openAge([other], [file]))).rejects.toMatchObject({ reason: 'no-identity' });
    await expect(gather(openAge([], [file]))).rejects.toMatchObject({ reason: 'no-identity' });
  });

  it('is another file each time, though the content is the same', async () => {
    const [one, two] = [await sealed(100), await sealed(100)];
    expect(one.subarray(-116).equals(two.subarray(-116))).toBe(false);
  });

  it('is sealed to somebody', async () => {
    await expect(gather(sealAge([], [content(1)]))).rejects.toThrow(RangeError);
    await expect(gather(sealAge(['age1placeholder'], [content(1)]))).rejects.toThrow();
  });

  it('does not open when any one bit was turned', async () => {
    const file = await sealed(CHUNK_BYTES + 10);
    await fc.assert(
      fc.asyncProperty(fc.nat(file.length - 1), fc.nat(7), async (at, bit) => {
        const altered = Buffer.from(file);
        altered[at] = (altered[at] ?? 0) ^ (1 << bit);
        await expect(gather(openAge([identity], [altered]))).rejects.toThrow(/./);
      }),
      { numRuns: 200 },
    );
  });

  it('does not open when it was cut anywhere, whole chunks included', async () => {
    const file = await sealed(3 * CHUNK_BYTES);
    const chunk = CHUNK_BYTES + 16;
    const cuts = fc.oneof(
      fc.nat(file.length - 1),
      fc.integer({ min: 1, max: 3 }).map((n) => file.length - n * chunk),
    );
    await fc.assert(
      fc.asyncProperty(cuts, async (length) => {
        await expect(gather(openAge([identity], [file.subarray(0, length)]))).rejects.toMatchObject({
          reason: 'altered',
        });
      }),
      { numRuns: 100 },
    );
  });

  it('does not open when something was added, or chunks changed places, came twice, or were left out', async () => {
    const file = await sealed(3 * CHUNK_BYTES + 5);
    const chunk = CHUNK_BYTES + 16;
    const start = file.length - 3 * chunk - 21;
    const [head, a, b, rest] = [
      file.subarray(0, start),
      file.subarray(start, start + chunk),
      file.subarray(start + chunk, start + 2 * chunk),
      file.subarray(start + 2 * chunk),
    ];
    expect((await gather(openAge([identity], [head, a, b, rest]))).length).toBe(3 * CHUNK_BYTES + 5);
    const others = [
      [head, b, a, rest],
      [head, a, a, b, rest],
      [head, a, rest],
      [head, a, b, rest, Buffer.from('x')],
      [head, a, b, rest, rest],
    ];
    for (const altered of others)
      await expect(gather(openAge([identity], altered))).rejects.toMatchObject({ reason: 'altered' });
  });

  it('gives out nothing of a chunk that is not as it was sealed', async () => {
    const file = await sealed(CHUNK_BYTES * 2);
    file[file.length - 1] = (file.at(-1) ?? 0) ^ 1;
    const given: Uint8Array[] = [];
    const reading = (async () => {
      for await (const piece of openAge([identity], [file])) given.push(piece);
    })();
    await expect(reading).rejects.toMatchObject({ reason: 'altered' });
    expect(Buffer.concat(given).equals(content(CHUNK_BYTES * 2).subarray(0, CHUNK_BYTES))).toBe(true);
  });

  it('is no age file, whatever it is, unless it is one', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), async (bytes) => {
        await expect(gather(openAge([identity], [bytes]))).rejects.toMatchObject({ reason: 'altered' });
      }),
    );
    const endless = (function* () {
      yield Buffer.from('age-encryption.org/v1\n');
      for (;;) yield Buffer.alloc(65_536, 'x');
    })();
    await expect(gather(openAge([identity], endless))).rejects.toMatchObject({ reason: 'altered' });
  });
});

describe.skipIf(!hasAge)('an age file and the age program (skipped where it is not installed)', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'breakwater-age-'));
    await writeFile(join(folder, 'identity'), `${identity}\n`);
    await writeFile(join(folder, 'other'), `${other}\n`);
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it.each([0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 2 * CHUNK_BYTES, 1_000_003])(
    'understand each other about %i bytes',
    async (size) => {
      const bytes = content(size);
      const [plain, sealedFile] = [join(folder, 'plain'), join(folder, 'sealed')];
      await writeFile(sealedFile, await gather(sealAge([recipient], [bytes])));
      const { stdout } = await run('age', ['--decrypt', '--identity', join(folder, 'identity'), sealedFile], {
        encoding: 'buffer',
        maxBuffer: 2 * size + 1,
      });
      expect(stdout.equals(bytes)).toBe(true);
      await writeFile(plain, bytes);
      await run('age', ['--recipient', recipient, '--output', sealedFile, plain]);
      const back = await gather(openAge([identity], [await readFile(sealedFile)]));
      expect(back.equals(bytes)).toBe(true);
    },
  );

  it('agree that each of several recipients opens it', async () => {
    const recipients = [recipient, await identityToRecipient(other)];
    const file = join(folder, 'to-two');
    await writeFile(file, await gather(sealAge(recipients, [Buffer.from('placeholder')])));
    for (const key of ['identity', 'other']) {
      const { stdout } = await run('age', ['--decrypt', '--identity', join(folder, key), file]);
      expect(stdout).toBe('placeholder');
    }
  });
});

/** Bytes that repeat, but not in step with the chunks. */
function content(size: number): Buffer {
  return Buffer.alloc(size, 'plain placeholder ');
}

function sealed(size: number): Promise<Buffer> {
  return gather(sealAge([recipient], [content(size)]));
}

function* pieces(bytes: Uint8Array, size: number): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) {
    yield bytes.subarray(at, at + size);
    yield new Uint8Array();
  }
}

async function gather(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  return Buffer.concat(await gatherPieces(source));
}
