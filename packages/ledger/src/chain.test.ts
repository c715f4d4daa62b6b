import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CHAIN_ORIGIN, type ChainLink, commit, linkHash, verifyChain } from './chain.ts';
import { canonicalJson } from './canonical-json.ts';

function chainOf(events: readonly unknown[]): ChainLink[] {
  let head = CHAIN_ORIGIN;
  return events.map((event, index) => {
    const salt = Uint8Array.of(index, 7);
    const canonical = canonicalJson(event);
    const commitment = commit(salt, canonical);
    head = linkHash(head, commitment);
    return {
      position: index + 1,
      eventId: `event-${index + 1}`,
      commitment,
      hash: head,
      event: { salt, canonical },
    };
  });
}

async function* inOrder(links: readonly ChainLink[]): AsyncIterable<ChainLink> {
  yield* links;
}

const events = fc.array(fc.jsonValue(), { minLength: 2, maxLength: 20 });

describe('a hash chain', () => {
  it('verifies as written', async () => {
    await fc.assert(
      fc.asyncProperty(events, async (values) => {
        const links = chainOf(values);
        expect(await verifyChain(inOrder(links))).toEqual({
          intact: true,
          events: values.length,
          head: links.at(-1)?.hash,
        });
      }),
    );
  });

  it('is intact when empty', async () => {
    expect(await verifyChain(inOrder([]))).toEqual({ intact: true, events: 0, head: CHAIN_ORIGIN });
  });

  it('names the first event that was changed, removed from the log or blanked', async () => {
    await fc.assert(
      fc.asyncProperty(events, fc.nat(), async (values, seed) => {
        const index = seed % values.length;
        const links = chainOf(values);
        const link = links[index]!;
        const altered = links.with(index, {
          ...link,
          event: { ...link.event!, canonical: `${link.event!.canonical} ` },
        });
        expect(await verifyChain(inOrder(altered))).toMatchObject({
          position: index + 1,
          problem: 'event-altered',
        });
        const blanked = links.with(index, { ...link, event: null });
        expect(await verifyChain(inOrder(blanked))).toMatchObject({
          position: index + 1,
          problem: 'event-missing',
        });
        if (index < values.length - 1) {
          expect(await verifyChain(inOrder(links.toSpliced(index, 1)))).toMatchObject({
            position: index + 2,
            problem: 'position-missing',
          });
        }
      }),
    );
  });

  it('names the first link that was recomputed to cover a change', async () => {
    const links = chainOf(['a', 'b', 'c']);
    const forged = commit(Uint8Array.of(1), '"x"');
    const covered = links.with(1, {
      ...links[1]!,
      commitment: forged,
      event: { salt: Uint8Array.of(1), canonical: '"x"' },
    });
    expect(await verifyChain(inOrder(covered))).toMatchObject({ position: 2, problem: 'link-altered' });
  });
});

describe('canonical JSON', () => {
  it('does not depend on the order of keys, and says the same as JSON', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (record) => {
        const reversed = Object.fromEntries(Object.entries(record).toReversed());
        expect(canonicalJson(reversed)).toBe(canonicalJson(record));
        expect(JSON.parse(canonicalJson(record))).toEqual(JSON.parse(JSON.stringify(record)));
      }),
    );
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, 1n, undefined])('refuses %s', (value) => {
    expect(() => canonicalJson(value)).toThrow(TypeError);
  });
});
