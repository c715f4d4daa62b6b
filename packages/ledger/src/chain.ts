import { createHash } from 'node:crypto';

/** Bytes of every hash here: SHA-256. */
export const HASH_BYTES = 32;

/** The hash that the first link builds on. */
export const CHAIN_ORIGIN: Uint8Array = new Uint8Array(HASH_BYTES);

// Domain separation as in RFC 6962 section 2.1: a commitment can never be passed off as a link, or the reverse.
const COMMITMENT = Uint8Array.of(0x00);
const LINK = Uint8Array.of(0x01);

/**
 * The salted hash of an event's canonical form, which is all that the log holds of it: erase event and salt, and
 * nobody can tell what it said, yet the log still verifies.
 */
export function commit(salt: Uint8Array, canonicalEvent: string): Uint8Array {
  return createHash('sha256').update(COMMITMENT).update(salt).update(canonicalEvent, 'utf8').digest();
}

/** The hash of a link: what came before, and the commitment that is added. */
export function linkHash(previous: Uint8Array, commitment: Uint8Array): Uint8Array {
  return createHash('sha256').update(LINK).update(previous).update(commitment).digest();
}

/** One position of the chain as it was stored. */
export interface ChainLink {
  /** 1 for the first. */
  readonly position: number;
  readonly eventId: string;
  readonly commitment: Uint8Array;
  readonly hash: Uint8Array;
  /** The event's salt and canonical form as they are now; null when the event is gone. */
  readonly event: { readonly salt: Uint8Array; readonly canonical: string } | null;
}

export type Verification =
  | { readonly intact: true; readonly events: number; readonly head: Uint8Array }
  | {
      readonly intact: false;
      readonly position: number;
      readonly eventId: string;
      readonly problem: ChainProblem;
    };

export type ChainProblem = 'position-missing' | 'event-missing' | 'event-altered' | 'link-altered';

/** Recomputes a chain from its first link, in order of position, and names the first event that does not fit. */
export async function verifyChain(links: AsyncIterable<ChainLink>): Promise<Verification> {
  let head = CHAIN_ORIGIN;
  let expected = 1;
  for await (const link of links) {
    const problem = problemOf(link, expected, head);
    if (problem !== null) return { intact: false, position: link.position, eventId: link.eventId, problem };
    head = link.hash;
    expected += 1;
  }
  return { intact: true, events: expected - 1, head };
}

function problemOf(link: ChainLink, expected: number, previous: Uint8Array): ChainProblem | null {
  if (link.position !== expected) return 'position-missing';
  if (link.event === null) return 'event-missing';
  if (!equal(commit(link.event.salt, link.event.canonical), link.commitment)) return 'event-altered';
  if (!equal(linkHash(previous, link.commitment), link.hash)) return 'link-altered';
  return null;
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
