import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LedgerError } from '../ledger-error.ts';
import { completeSubtrees, Frontier } from './frontier.ts';
import { EMPTY_ROOT, leafHash, nodeHash } from './hash.ts';
import { consistencyProof, inclusionProof, verifyConsistency, verifyInclusion } from './proofs.ts';
import { TileBuilder } from './tile-builder.ts';
import {
  entryBundle,
  frontierFromTiles,
  hashesOfTile,
  parseEntryBundle,
  parseTilePath,
  subtreesFromTiles,
  TILE_WIDTH,
  tilePath,
  tileWidth,
  type TileReader,
} from './tiles.ts';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const leaves = (count: number) =>
  Array.from({ length: count }, (_, n) => leafHash(Uint8Array.of(n >> 8, n & 255)));

/** The Merkle Tree Hash as RFC 6962 section 2.1 defines it, word for word. */
function naiveRoot(hashes: readonly Uint8Array[]): Uint8Array {
  if (hashes.length === 0) return EMPTY_ROOT;
  if (hashes.length === 1) return hashes[0]!;
  let k = 1;
  while (k * 2 < hashes.length) k *= 2;
  return nodeHash(naiveRoot(hashes.slice(0, k)), naiveRoot(hashes.slice(k)));
}

function naiveTiles(all: readonly Uint8Array[]): TileReader {
  return async ({ level, index, width }) => {
    const span = TILE_WIDTH ** level;
    return Buffer.concat(
      Array.from({ length: width }, (_, n) => {
        const start = (index * TILE_WIDTH + n) * span;
        return naiveRoot(all.slice(start, start + span));
      }),
    );
  };
}

function frontierOf(hashes: readonly Uint8Array[]): Frontier {
  const frontier = new Frontier();
  for (const hash of hashes) frontier.append(hash);
  return frontier;
}

describe('the Merkle tree', () => {
  // The inputs and roots of the reference implementation of RFC 6962.
  it('has the known roots', () => {
    const inputs = [
      '',
      '00',
      '10',
      '2021',
      '3031',
      '40414243',
      '5051525354555657',
      '606162636465666768696a6b6c6d6e6f',
    ];
    const roots = [
      '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
      'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
      'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
      '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
      '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
      'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
      '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
    ];
    const frontier = new Frontier();
    expect(hex(frontier.root())).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    for (const [index, input] of inputs.entries()) {
      frontier.append(leafHash(Buffer.from(input, 'hex')));
      expect(hex(frontier.root())).toBe(roots[index]);
    }
  });

  // The paths of the reference implementation for the tree of those eight leaves.
  it('has the known proofs', async () => {
    const inputs = [
      '',
      '00',
      '10',
      '2021',
      '3031',
      '40414243',
      '5051525354555657',
      '606162636465666768696a6b6c6d6e6f',
    ];
    const all = inputs.map((input) => leafHash(Buffer.from(input, 'hex')));
    const hashes = subtreesFromTiles(naiveTiles(all), 8);
    expect((await inclusionProof(hashes, 0, 8)).map(hex)).toEqual([
      '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
    ]);
    expect((await consistencyProof(hashes, 1, 8)).map(hex)).toEqual([
      '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
    ]);
    expect((await consistencyProof(hashes, 6, 8)).map(hex)).toEqual([
      '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ]);
  });

  it('has the roots of the definition at every size', () => {
    const all = leaves(130);
    const frontier = new Frontier();
    for (const [index, leaf] of all.entries()) {
      frontier.append(leaf);
      expect(hex(frontier.root())).toBe(hex(naiveRoot(all.slice(0, index + 1))));
    }
  });

  it('proves every leaf, and every older tree, up to a size', async () => {
    const all = leaves(40);
    for (let size = 1; size <= all.length; size += 1) {
      const root = frontierOf(all.slice(0, size)).root();
      const hashes = subtreesFromTiles(naiveTiles(all.slice(0, size)), size);
      for (let index = 0; index < size; index += 1)
        verifyInclusion({ leaf: all[index]!, index, size, root }, await inclusionProof(hashes, index, size));
      for (let old = 0; old <= size; old += 1) {
        const older = { size: old, root: frontierOf(all.slice(0, old)).root() };
        verifyConsistency(older, { size, root }, await consistencyProof(hashes, old, size));
      }
    }
  });

  it('proves nothing else: any change of a proof or of what it is for is refused', async () => {
    const all = leaves(600);
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 2, max: 600 }),
        fc.nat(),
        fc.nat(),
        fc.nat(),
        async (size, a, b, change) => {
          const hashes = subtreesFromTiles(naiveTiles(all.slice(0, size)), size);
          const root = frontierOf(all.slice(0, size)).root();
          const index = a % size;
          const claim = { leaf: all[index]!, index, size, root };
          const proof = await inclusionProof(hashes, index, size);
          verifyInclusion(claim, proof);
          const other = leafHash(Uint8Array.of(9, 9, 9));
          const at = change % proof.length;
          const otherIndex = (index + 1 + (b % (size - 1))) % size;
          for (const [claimed, steps] of [
            [{ ...claim, leaf: other }, proof],
            [{ ...claim, root: other }, proof],
            [{ ...claim, index: otherIndex }, proof],
            [claim, proof.with(at, other)],
            [claim, proof.slice(1)],
            [claim, [...proof, other]],
          ] as const)
            expect(refused(() => verifyInclusion(claimed, steps))).toBe(true);
          const old = 1 + (b % (size - 1));
          const older = { size: old, root: frontierOf(all.slice(0, old)).root() };
          const steps = await consistencyProof(hashes, old, size);
          verifyConsistency(older, { size, root }, steps);
          for (const [from, to, path] of [
            [{ ...older, root: other }, { size, root }, steps],
            [older, { size, root: other }, steps],
            [older, { size, root }, steps.with(change % steps.length, other)],
            [older, { size, root }, steps.slice(1)],
            [older, { size, root }, [...steps, other]],
            [{ size, root }, older, steps],
          ] as const)
            expect(refused(() => verifyConsistency(from, to, path))).toBe(true);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('tiles', () => {
  it('built leaf by leaf hold what the definition says, and give the frontier back', async () => {
    const all = Array.from({ length: 70_000 }, (_, n) => leafHash(Uint8Array.of(n >> 16, n >> 8, n)));
    const builder = new TileBuilder();
    const full = new Map<string, Uint8Array>();
    const roots: Uint8Array[][] = [all];
    for (const leaf of all)
      for (const { level, index, hashes, root } of builder.append(leaf)) {
        full.set(`${level}/${index}`, hashes);
        (roots[level + 1] ??= [])[index] = root;
      }
    expect([...full.keys()].filter((key) => key.startsWith('0/'))).toHaveLength(273);
    expect(full.has('1/0')).toBe(true);
    const read: TileReader = async ({ level, index, width }) =>
      Buffer.concat((roots[level] ?? []).slice(index * TILE_WIDTH, index * TILE_WIDTH + width));
    const root = frontierOf(all).root();
    expect((await frontierFromTiles(read, all.length)).root()).toEqual(root);
    const hashes = subtreesFromTiles(read, all.length);
    for (const index of [0, 255, 256, 65_535, 65_536, 69_999])
      verifyInclusion(
        { leaf: all[index]!, index, size: all.length, root },
        await inclusionProof(hashes, index, all.length),
      );
    expect(builder.head()).toEqual({ size: all.length, root });
    const resumed = new TileBuilder(300, [all.slice(256, 300), [(roots[1] ?? [])[0]!]]);
    const next = all.slice(300, 512).flatMap((leaf) => resumed.append(leaf));
    expect(next).toMatchObject([{ level: 0, index: 1, root: (roots[1] ?? [])[1] }]);
  });

  it('are as wide as the specification shows', () => {
    expect(tileWidth(0, 273, 70_000)).toBe(112);
    expect([tileWidth(1, 0, 70_000), tileWidth(1, 1, 70_000), tileWidth(2, 0, 70_000)]).toEqual([256, 17, 1]);
    expect([tileWidth(0, 0, 256), tileWidth(1, 0, 256), tileWidth(0, 1, 256)]).toEqual([256, 1, 0]);
  });

  it('have one path each', () => {
    expect(tilePath({ level: 0, index: 1234067, width: 256 })).toBe('tile/0/x001/x234/067');
    fc.assert(
      fc.property(
        fc.record({
          level: fc.oneof(fc.integer({ min: 0, max: 63 }), fc.constant('entries' as const)),
          index: fc.nat({ max: Number.MAX_SAFE_INTEGER }),
          width: fc.integer({ min: 1, max: 256 }),
        }),
        (tile) => {
          expect(parseTilePath(tilePath(tile))).toEqual(tile);
        },
      ),
    );
    const hostile = fc
      .array(
        fc.constantFrom(
          'tile',
          '/',
          'x',
          '000',
          '001',
          '.p',
          '0',
          '256',
          '255',
          'entries',
          '64',
          '..',
          '%',
          '1',
        ),
        { maxLength: 12 },
      )
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.oneof(hostile, fc.string()), (path) => {
        if (!refused(() => parseTilePath(path))) expect(tilePath(parseTilePath(path))).toBe(path);
      }),
      { numRuns: 2000 },
    );
    for (const path of [
      'tile/0/001/000',
      'tile/0/x000/001',
      'tile/00/000',
      'tile/64/000',
      'tile/0/000.p/0',
      'tile/0/000.p/256',
      'tile/0/000.p/007',
    ])
      expect(refused(() => parseTilePath(path))).toBe(true);
  });

  it('of entries come back as they were put in, and hostile ones are refused', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 256 }), (entries) => {
        expect(parseEntryBundle(entryBundle(entries))).toEqual(entries);
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 3000 }), (bytes) => {
        if (!refused(() => parseEntryBundle(bytes)))
          expect(entryBundle(parseEntryBundle(bytes))).toEqual(bytes);
        expect(
          bytes.length % 32 === 0 || refused(() => hashesOfTile(bytes, Math.floor(bytes.length / 32))),
        ).toBe(true);
      }),
    );
  });

  it('split a range into complete subtrees that cover it', () => {
    fc.assert(
      fc.property(fc.nat({ max: 2 ** 40 }), (size) => {
        let at = 0;
        for (const { level, index } of completeSubtrees(0, size)) {
          expect(index * 2 ** level).toBe(at);
          at += 2 ** level;
        }
        expect(at).toBe(size);
      }),
    );
  });
});

function refused(work: () => unknown): boolean {
  try {
    work();
    return false;
  } catch (error) {
    if (error instanceof LedgerError) return true;
    throw error;
  }
}
