/*
 * Where things lie in the shared memory of an index. Read by TypeScript and, as the same file, by the kernels in
 * AssemblyScript, so it holds nothing but numbers. All words are little-endian, as WebAssembly has them.
 */

// The header, at address 0: one 32-bit word each.

/** Entries of the base, removed ones included. They have the positions 0 to this, less one. */
export const COUNT = 0;
/** Bands of the base: disjoint runs of bits of the arranged code, each with a table of its own. 0 in a small base. */
export const BANDS = 4;
/** Bits of a band. */
export const WIDTH = 8;
/** Address of the base's codes, arranged, ordered by their first band. */
export const CODES = 12;
/** Address of the base's payloads, a 32-bit word each. */
export const PAYLOADS = 16;
/** Address of the base's list numbers, 16 bits each. */
export const LISTS = 20;
/** Address of the tables: for each key of a band, where its entries start among the band's postings. */
export const TABLES = 24;
/** Bytes from one band's table to the next. */
export const TABLE_STRIDE = 28;
/** Address of the postings of the second band; the first needs none, as the codes are in its order. */
export const POSTINGS = 32;
/** Bytes from one band's postings to the next. */
export const POSTING_STRIDE = 36;
/** Address of the masks that turn a key into those within 0 to 4 bits of it, by number of bits. */
export const MASKS = 40;
/** Address of one bit for each entry of the base: 1 once it is removed. */
export const REMOVED = 44;
/** Address of the delta's 16 tables of 65,536 chain heads: position in the delta plus one, or 0. */
export const HEADS = 48;
/** Address of the delta's entries. They come last, because the memory grows at its end. */
export const DELTA = 52;
/** Entries of the delta, removed ones included. Written after the entry that it counts. */
export const DELTA_COUNT = 56;
/** Address of 32 x 256 arranged codes: what each value of each byte of a code contributes to the arranged one. */
export const ARRANGEMENT = 60;
/** Address of the readers' slots. */
export const SLOTS = 64;
/** Bytes of a slot. */
export const SLOT_BYTES = 68;
/** 1 once a newer memory has taken this one's place. */
export const SUPERSEDED = 72;
/** Removals so far, counted from 1 so that 0 can mean "not removed". */
export const REMOVALS = 76;
/** Address of the codes, payloads and lists that wait to be built into the base; the postings overwrite them. */
export const STAGED_CODES = 80;
export const STAGED_PAYLOADS = 84;
export const STAGED_LISTS = 88;
/** Six words: the number of masks of fewer than 0, 1, 2, 3, 4 and 5 bits. */
export const LEVELS = 92;
/** 256 bytes: which bit of the original code each bit of the arranged one is. */
export const BIT_ORDER = 128;
/** Where the header ends. */
export const HEADER_BYTES = 4096;

// A slot: what one reader, and no other, writes to.

export const SLOT_QUERY = 0;
export const SLOT_ARRANGED = 32;
/** One bit for each list number that the query wants. */
export const SLOT_WANTED = 64;
/** For each of 32 bands, at each of 6 levels: non-empty buckets, then entries in them. */
export const SLOT_COUNTS = 8256;
/** Least number of entries to compare, by bands considered and levels given out: 33 x 162 words. */
export const SLOT_COSTS = 9792;
/** The level that the last band considered has in it: 33 x 162 bytes. */
export const SLOT_CHOICES = 31_232;
/** The level allotted to each band, a byte each. */
export const SLOT_ALLOTTED = 36_608;
export const SLOT_CANDIDATES = 36_864;
/** Number of results. */
export const SLOT_FOUND = 53_248;
/** Results of 16 bytes: payload, distance, list, position. */
export const SLOT_RESULTS = 53_264;
/** 257 words: entries at each distance. */
export const SLOT_HISTOGRAM = 315_408;
/** For each band, the non-empty buckets within its level: start and number of entries. */
export const SLOT_BUCKETS = 316_480;

export const CANDIDATE_CAPACITY = 4096;
export const RESULT_CAPACITY = 16_384;
export const RESULT_BYTES = 16;

// What a build works with, in the place of slots that nobody reads through yet: see `workspace.ts`.

/** The most parts that a build cuts the entries of a band into, and the words that it counts them in. */
export const PARTS = 512;

// An entry of the delta: 128 bytes.

export const ENTRY_BYTES = 128;
export const ENTRY_PAYLOAD = 32;
export const ENTRY_LIST = 36;
/** The count of removals at which it was removed, or 0. */
export const ENTRY_REMOVED = 40;
/** The next entry of the chain in each of the 16 tables: position plus one, or 0. */
export const ENTRY_NEXT = 64;

export const DELTA_BANDS = 16;
/** The highest level of a band: it is probed with a radius one less. */
export const HIGHEST_LEVEL = 5;
/** Stands for "any list" and "no such position". */
export const NONE = 0xffff_ffff;
