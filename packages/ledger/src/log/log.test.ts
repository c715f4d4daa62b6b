import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, type Json } from '../canonical-json.ts';
import { commit } from '../commitment.ts';
import { LedgerError } from '../ledger-error.ts';
import { Frontier } from '../merkle/frontier.ts';
import { leafHash } from '../merkle/hash.ts';
import { consistencyProof, inclusionProof } from '../merkle/proofs.ts';
import { rootOfComplete, subtreesFromTiles, TILE_WIDTH, type TileReader } from '../merkle/tiles.ts';
import { openCheckpoint, signCheckpoint } from '../note/checkpoint.ts';
import { generateSigningKey, parseSigningKey } from '../note/keys.ts';
import type { Verification } from './auditor.ts';
import { ERASURE_TYPE } from './canonical-event.ts';
import { checkpointLine, erasedLine, eventLine, headerLine, verifyExport } from './export.ts';
import { parseProvenEvent, provenEvent, verifyProvenEvent } from './proven-event.ts';
import { addCosignatures, cosign, parseAddCheckpoint, requireGrown, spellAddCheckpoint } from './witness.ts';

const NOW = new Date('2026-01-15T09:00:00.000Z');
const key = (name: string, kind: 'log' | 'witness', seed: number) =>
  parseSigningKey(generateSigningKey(name, kind, new Uint8Array(32).fill(seed)));
const log = key('example.com/log', 'log', 1);
const witness = key('example.com/w1', 'witness', 2);

interface Leaf {
  readonly id: string;
  readonly salt: Uint8Array;
  readonly canonical: string;
  readonly commitment: Uint8Array;
}

function leafOf(id: string, more: Record<string, Json>): Leaf {
  const canonical = canonicalJson({ id, ...more });
  const salt = new Uint8Array(16).fill(id.length);
  return { id, salt, canonical, commitment: commit(salt, canonical) };
}

const leavesOf = (count: number): Leaf[] =>
  Array.from({ length: count }, (_, n) => leafOf(`event-${n}`, { type: 'placeholder', payload: { n } }));

const hashesOf = (leaves: readonly Leaf[]) => leaves.map(({ commitment }) => leafHash(commitment));

function headOf(leaves: readonly Leaf[]): { size: number; root: Uint8Array } {
  const frontier = new Frontier();
  for (const hash of hashesOf(leaves)) frontier.append(hash);
  return { size: frontier.size, root: frontier.root() };
}

function subtreesOf(leaves: readonly Leaf[]) {
  const hashes = hashesOf(leaves);
  const read: TileReader = async ({ level, index, width }) =>
    Buffer.concat(
      Array.from({ length: width }, (_, n) => {
        const start = (index * TILE_WIDTH + n) * TILE_WIDTH ** level;
        return rootOfComplete(hashes.slice(start, start + TILE_WIDTH ** level));
      }),
    );
  return subtreesFromTiles(read, leaves.length);
}

/** The lines of an export with a checkpoint behind each of `sizes` leaves. */
function linesOf(
  leaves: readonly Leaf[],
  sizes: readonly number[],
  erased: readonly number[] = [],
): string[] {
  const lines = [headerLine({ verifierKey: log.verifier.verifierKey, size: leaves.length })];
  for (const [index, leaf] of leaves.entries()) {
    lines.push(erased.includes(index) ? erasedLine(index, leaf.id, leaf.commitment) : eventLine(index, leaf));
    const size = index + 1;
    if (sizes.includes(size))
      lines.push(checkpointLine(signCheckpoint(headOf(leaves.slice(0, size)), log, NOW), size));
  }
  return lines;
}

const verify = (
  lines: readonly string[] | Uint8Array,
  kept: { size: number; root: Uint8Array } | null = null,
  verifier = log.verifier,
): Promise<Verification> => {
  const bytes = lines instanceof Uint8Array ? lines : Buffer.from(lines.join(''));
  return verifyExport(inPieces(bytes), { log: verifier, kept });
};

async function* inPieces(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 97) yield bytes.subarray(at, at + 97);
}

describe('an export', () => {
  const leaves = leavesOf(20);
  const lines = linesOf(leaves, [7, 20]);

  it('verifies as it was written, and as another program spells the same JSON', async () => {
    expect(await verify(lines)).toEqual({
      intact: true,
      events: 20,
      head: headOf(leaves).root,
      erased: 0,
      checkpoints: 2,
      signed: 20,
    });
    const respelled = lines.map(
      (line) => `${JSON.stringify(JSON.parse(line), null, 1).replaceAll('\n', ' ')}\n`,
    );
    expect(await verify(respelled)).toMatchObject({ intact: true, events: 20 });
  });

  it('is found out when a line of it was changed, dropped, swapped or cut off', async () => {
    const changed = lines.with(4, lines[4]!.replace('"n":3', '"n":4'));
    expect(await verify(changed)).toMatchObject({ problem: 'history-rewritten', index: 0 });
    expect(await verify(lines.with(12, lines[12]!.replace('"n":10', '"n":11')))).toMatchObject({
      problem: 'history-rewritten',
      index: 7,
    });
    expect(await verify(lines.toSpliced(4, 1))).toMatchObject({
      problem: 'index-missing',
      index: 3,
      eventId: 'event-4',
    });
    expect(await verify(lines.with(4, lines[5]!).with(5, lines[4]!))).toMatchObject({
      problem: 'index-missing',
      index: 3,
    });
    expect(await verify(lines.slice(0, -1))).toMatchObject({ problem: 'end-missing', index: 7 });
    expect(await verify(lines.slice(0, 9))).toMatchObject({ problem: 'end-missing', index: 7 });
  });

  it('is found out when its checkpoints are by another key, or stand elsewhere', async () => {
    const other = key('example.com/log', 'log', 9);
    expect(await verify(lines, null, other.verifier)).toMatchObject({ problem: 'checkpoint-by-another-key' });
    const early = [lines[0]!, lines[8]!, ...lines.slice(1, 8), ...lines.slice(9)];
    expect(await verify(early)).toMatchObject({ problem: 'checkpoint-unreadable' });
  });

  it('is held against a head that was kept elsewhere', async () => {
    const kept = headOf(leaves.slice(0, 15));
    expect(await verify(lines, kept)).toMatchObject({ intact: true });
    expect(await verify(lines, { ...kept, root: headOf(leaves.slice(0, 14)).root })).toMatchObject({
      problem: 'history-rewritten',
    });
    expect(await verify(linesOf(leaves.slice(0, 9), [9]), kept)).toMatchObject({
      problem: 'rolled-back',
      index: 9,
    });
    const rewritten = [leafOf('event-0', { type: 'other' }), ...leaves.slice(1)];
    expect(await verify(linesOf(rewritten, [20]))).toMatchObject({ intact: true });
    expect(await verify(linesOf(rewritten, [20]), kept)).toMatchObject({ problem: 'history-rewritten' });
  });

  it('counts what was erased, and names what was erased without a record', async () => {
    const record = leafOf('event-20', { type: ERASURE_TYPE, payload: { eventIds: ['event-3', 'event-5'] } });
    const all = [...leaves, record];
    expect(await verify(linesOf(all, [21], [3, 5]))).toMatchObject({ intact: true, erased: 2 });
    expect(await verify(linesOf(all, [21], [3, 5, 6]))).toMatchObject({
      problem: 'erasure-unrecorded',
      index: 6,
      eventId: 'event-6',
    });
  });

  it('says no more than what is wrong with it, whatever its bytes are', async () => {
    const whole = Buffer.from(lines.join(''));
    const damaged = fc
      .tuple(fc.nat({ max: whole.length - 1 }), fc.integer({ min: 1, max: 255 }))
      .map(([at, flip]) => whole.map((byte, index) => (index === at ? byte ^ flip : byte)));
    const pieces = fc.array(fc.oneof(fc.constantFrom(...lines, '\n', '{}', '[]', 'null'), fc.string()), {
      maxLength: 12,
    });
    const hostile = fc.oneof(
      damaged,
      pieces.map((parts) => Buffer.from(parts.join(''))),
      fc.uint8Array(),
    );
    await fc.assert(
      fc.asyncProperty(hostile, async (bytes) => {
        const found = await verify(bytes).catch((error: unknown) => error);
        if (found instanceof LedgerError) expect(found.problem).toBe('export-malformed');
        else if ((found as Verification).intact)
          expect(Buffer.from(bytes).toString()).toContain(lines.slice(1).join('').slice(0, 400));
        else expect(found).toMatchObject({ intact: false });
      }),
      { numRuns: 500 },
    );
  });
});

describe('a proven event', () => {
  const leaves = leavesOf(300);
  const head = headOf(leaves);
  const checkpoint = signCheckpoint(head, log, NOW);
  const prove = async (index: number, content: 'kept' | 'erased' = 'kept') => {
    const { id, salt, canonical, commitment } = leaves[index]!;
    return provenEvent({
      eventId: id,
      index,
      commitment,
      content: content === 'kept' ? { salt, canonical } : null,
      inclusionProof: await inclusionProof(subtreesOf(leaves), index, leaves.length),
      checkpoint,
    });
  };

  it('verifies from its JSON alone, and tells what was recorded', async () => {
    const proven = parseProvenEvent(JSON.parse(JSON.stringify(await prove(257))));
    expect(verifyProvenEvent(proven, log.verifier)).toMatchObject({
      index: 257,
      event: { id: 'event-257', payload: { n: 257 } },
      checkpoint: { size: 300 },
    });
    expect(verifyProvenEvent(await prove(3, 'erased'), log.verifier)).toMatchObject({
      index: 3,
      event: null,
    });
  });

  it('does not verify once anything about it was changed', async () => {
    const proven = await prove(7);
    const content = proven.content!;
    const other = key('example.com/log', 'log', 9).verifier;
    for (const [changed, problem] of [
      [
        { ...proven, content: { ...content, canonical: content.canonical.replace('7', '8') } },
        'event-mismatch',
      ],
      [{ ...proven, eventId: 'event-8' }, 'event-mismatch'],
      [{ ...proven, index: 8 }, 'proof-invalid'],
      [{ ...proven, index: -1 }, 'proof-malformed'],
      [{ ...proven, inclusionProof: proven.inclusionProof.slice(1) }, 'proof-invalid'],
      [{ ...proven, inclusionProof: ['AAAA', ...proven.inclusionProof] }, 'proof-malformed'],
      [{ ...proven, checkpoint: proven.checkpoint.replace('300', '301') }, 'signature-invalid'],
      [{ ...(await prove(7, 'erased')), commitment: (await prove(8)).commitment }, 'proof-invalid'],
    ] as const)
      expect(problemOf(() => verifyProvenEvent(changed, log.verifier))).toBe(problem);
    expect(problemOf(() => verifyProvenEvent(proven, other))).toBe('signed-by-another-key');
  });

  it('from anywhere is read or refused, and nothing else', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(problemOf(() => parseProvenEvent(value))).toBe('proof-malformed');
      }),
    );
  });
});

describe('a witness', () => {
  const leaves = leavesOf(50);
  const request = async (oldSize: number, size: number) =>
    parseAddCheckpoint(
      spellAddCheckpoint({
        oldSize,
        consistencyProof: await consistencyProof(subtreesOf(leaves.slice(0, size)), oldSize, size),
        checkpoint: signCheckpoint(headOf(leaves.slice(0, size)), log, NOW),
      }),
    );
  const asked = { log: log.verifier, signer: witness, at: NOW };

  it('signs what has only grown since it signed last, and its signature verifies', async () => {
    const first = cosign(await request(0, 20), { ...asked, last: null });
    const { head, cosignature } = cosign(await request(20, 50), { ...asked, last: first.head });
    const cosigned = addCosignatures(head.note, cosignature, log.verifier, [witness.verifier]);
    expect(openCheckpoint(cosigned, log.verifier, [witness.verifier]).cosignatures).toEqual([
      { witness: 'example.com/w1', at: NOW },
    ]);
    expect(addCosignatures(cosigned, cosignature, log.verifier, [witness.verifier])).toBe(cosigned);
    const stranger = key('example.com/w2', 'witness', 3).verifier;
    expect(problemOf(() => addCosignatures(head.note, cosignature, log.verifier, [stranger]))).toBe(
      'signed-by-another-key',
    );
  });

  it('signs nothing that was rolled back, rewritten, or shown without proof', async () => {
    const last = headOf(leaves.slice(0, 20));
    const fork = headOf([leafOf('other', {}), ...leaves.slice(1, 20)]);
    const grown = await request(20, 50);
    for (const [asking, seen, problem] of [
      [await request(0, 10), last, 'rollback'],
      [grown, fork, 'fork'],
      [await request(20, 20), fork, 'fork'],
      [{ ...grown, consistencyProof: grown.consistencyProof.slice(1) }, last, 'fork'],
      [await request(10, 50), last, 'stale'],
      [grown, null, 'stale'],
      [{ ...grown, checkpoint: grown.checkpoint.replace('\n50\n', '\n51\n') }, last, 'signature-invalid'],
    ] as const)
      expect(problemOf(() => cosign(asking, { ...asked, last: seen }))).toBe(problem);
    expect(problemOf(() => cosign(grown, { ...asked, signer: log, last }))).toBe('key-malformed');
  });

  it('reads requests of the form of C2SP tlog-witness and no others', () => {
    const body = `old 20852014
PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=
jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=

example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
`;
    expect(spellAddCheckpoint(parseAddCheckpoint(body))).toBe(body);
    for (const bad of ['', 'old', 'old 01\n\n', body.replace('old ', 'new '), body.replace('Pl', '!!')])
      expect(problemOf(() => parseAddCheckpoint(bad))).toBe('request-malformed');
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(['request-malformed', null]).toContain(problemOf(() => parseAddCheckpoint(text)));
      }),
    );
  });

  it('lets a watcher tell a rollback from a fork', () => {
    const [ten, twenty] = [headOf(leaves.slice(0, 10)), headOf(leaves.slice(0, 20))];
    expect(problemOf(() => requireGrown(twenty, ten, []))).toBe('rollback');
    expect(problemOf(() => requireGrown(ten, twenty, []))).toBe('fork');
    expect(problemOf(() => requireGrown(ten, ten, []))).toBeNull();
  });
});

function problemOf(work: () => unknown): string | null {
  try {
    work();
    return null;
  } catch (error) {
    if (error instanceof LedgerError) return error.problem;
    throw error;
  }
}
