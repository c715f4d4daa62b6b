import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CodedError } from '../foundation/index.ts';
import { readListFile, type ListFileFormat, type NewEntry } from './index.ts';

const HEX = { pdq: 64, md5: 32, sha1: 40, sha256: 64 } as const;
const PDQ = 'ab'.repeat(32);
const MD5 = 'cd'.repeat(16);

/** Reads a file that arrives in pieces of `size` bytes. */
function read(file: string | Uint8Array, format: ListFileFormat, size = 7): Promise<NewEntry[]> {
  const bytes = typeof file === 'string' ? Buffer.from(file) : file;
  async function* pieces() {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  }
  return readListFile(pieces(), format);
}

async function faultOf(file: string | Uint8Array, format: ListFileFormat): Promise<unknown> {
  return read(file, format, 4096).then(
    () => 'accepted',
    (error: unknown) => (error instanceof CodedError ? error.code : error),
  );
}

const text = fc
  .string({ unit: 'binary', minLength: 1, maxLength: 30 })
  .filter((value) => value.isWellFormed() && !value.includes('\0'));
const entry: fc.Arbitrary<NewEntry> = fc.constantFrom('pdq', 'md5', 'sha1', 'sha256').chain((fingerprint) =>
  fc.record({
    fingerprint: fc.constant(fingerprint),
    value: fc
      .uint8Array({ minLength: HEX[fingerprint] / 2, maxLength: HEX[fingerprint] / 2 })
      .map((bytes) => Buffer.from(bytes)),
    externalId: fc.option(text),
    label: fc.option(text),
    threshold: fingerprint === 'pdq' ? fc.option(fc.integer({ min: 0, max: 256 })) : fc.constant(null),
  }),
);
const entries = fc.array(entry, { minLength: 1, maxLength: 8 });

const quoted = (cell: string | number | null) => `"${String(cell ?? '').replaceAll('"', '""')}"`;
const csvOf = (list: readonly NewEntry[], lineEnd = '\n') =>
  [
    'fingerprint,value,id,label,threshold',
    ...list.map((one) =>
      [
        one.fingerprint,
        one.value.toString('hex'),
        quoted(one.externalId),
        quoted(one.label),
        one.threshold ?? '',
      ].join(),
    ),
    '',
  ].join(lineEnd);
const jsonOf = (list: readonly NewEntry[], lineEnd = '\n') =>
  list
    .map(({ fingerprint, value, externalId, label, threshold }) =>
      JSON.stringify({ fingerprint, value: value.toString('hex'), id: externalId, label, threshold }),
    )
    .concat('')
    .join(lineEnd);

describe.each([
  ['csv', csvOf],
  ['json-lines', jsonOf],
] as const)('a list file in %s', (format, write) => {
  it('reads back what was written, whatever is in it and however it arrives', async () => {
    await fc.assert(
      fc.asyncProperty(entries, fc.integer({ min: 1, max: 50 }), async (list, size) => {
        expect(await read(write(list), format, size)).toEqual(list);
      }),
    );
  });

  it('reads the same with a byte order mark, other line ends, empty lines and upper-case hex', async () => {
    const list = [
      { fingerprint: 'pdq', value: Buffer.from(PDQ, 'hex'), externalId: 'é', label: 'a, b', threshold: 0 },
      { fingerprint: 'md5', value: Buffer.from(MD5, 'hex'), externalId: null, label: null, threshold: null },
    ] as const;
    for (const file of [
      `\uFEFF${write(list)}`,
      write(list, '\r\n'),
      write(list, '\n\n'),
      write(list).replaceAll(PDQ, PDQ.toUpperCase()).replaceAll(MD5, MD5.toUpperCase()),
    ])
      for (const size of [1, 2, 3, 4096]) expect(await read(file, format, size)).toEqual(list);
  });

  it('cut at any byte is refused, or reads as a beginning that ends where a line does', async () => {
    const list = [
      {
        fingerprint: 'pdq',
        value: Buffer.from(PDQ, 'hex'),
        externalId: 'id-12',
        label: 'ü "x", y',
        threshold: 31,
      },
      {
        fingerprint: 'md5',
        value: Buffer.from(MD5, 'hex'),
        externalId: null,
        label: 'z\nz',
        threshold: null,
      },
      { fingerprint: 'pdq', value: Buffer.from(PDQ, 'hex'), externalId: 'id-3', label: null, threshold: 120 },
    ] as const;
    const file = Buffer.from(write(list));
    for (let length = 0; length < file.length; length += 1) {
      const found = await read(file.subarray(0, length), format, 4096).catch((error: CodedError) => error);
      if (found instanceof CodedError) expect(found.code).toMatch(/^BW-LIST-(?:CUT|EMPTY|INVALID)$/);
      else expect(found).toEqual(list.slice(0, found.length));
    }
  });

  it('is never answered with anything but entries or a coded error, whatever bytes it is', async () => {
    const pieces = fc.constantFrom(
      'fingerprint',
      ',',
      'value',
      '\n',
      '\r',
      '"',
      '{',
      '}',
      ':',
      PDQ,
      'pdq',
      '\0',
      'é',
    );
    const nearly = fc.array(pieces, { maxLength: 40 }).map((parts) => Buffer.from(parts.join('')));
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.uint8Array({ maxLength: 200 }), nearly), async (bytes) => {
        const fault = await faultOf(bytes, format);
        if (fault !== 'accepted') expect(fault).toMatch(/^BW-LIST-(?:CUT|EMPTY|INVALID)$/);
      }),
      { numRuns: 500 },
    );
  });

  it('names the line that is no UTF-8 text', async () => {
    const list = [1, 2, 3].map((n) => ({
      fingerprint: 'md5' as const,
      value: Buffer.from(MD5, 'hex'),
      externalId: null,
      label: `label ${n}`,
      threshold: null,
    }));
    const file = Buffer.from(write(list));
    file[file.lastIndexOf('label 2')] = 0xff;
    const line = format === 'csv' ? 'line 3' : 'line 2';
    await expect(read(file, format)).rejects.toMatchObject({
      code: 'BW-LIST-INVALID',
      details: [{ path: line, message: 'is not UTF-8 text' }],
    });
  });

  it('without entries is said to be empty', async () => {
    for (const file of ['', '\n', '\r\n\r\n', '\uFEFF', write([])])
      expect(await faultOf(file, format)).toBe('BW-LIST-EMPTY');
  });

  it('is refused when a line is endless, before all of it was read', async () => {
    let given = 0;
    async function* endless() {
      for (;;) {
        given += 1;
        yield Buffer.alloc(65_536, 'a');
      }
    }
    await expect(readListFile(endless(), format)).rejects.toMatchObject({ code: 'BW-LIST-INVALID' });
    expect(given).toBeLessThan(100);
    const long = write([]) + 'a'.repeat(30_000) + '\n';
    expect(await faultOf(long, format)).toBe('BW-LIST-INVALID');
  });

  it('tells of no more than twenty lines at fault', async () => {
    const bad = [
      { fingerprint: 'md5', value: Buffer.from('ab'), externalId: null, label: null, threshold: null },
    ] as const;
    const lines = write(bad).trimEnd().split('\n');
    const file = [...lines, ...Array.from({ length: 50 }, () => lines.at(-1)), ''].join('\n');
    await expect(read(file, format)).rejects.toMatchObject({
      code: 'BW-LIST-INVALID',
      details: { length: 20, 0: { path: format === 'csv' ? 'line 2' : 'line 1' } },
    });
  });
});

describe('an entry', () => {
  const json = (fields: object) =>
    faultOf(`${JSON.stringify({ fingerprint: 'pdq', value: PDQ, ...fields })}\n`, 'json-lines');

  it.each([
    ['a PDQ of 63 digits', { value: PDQ.slice(1) }],
    ['a PDQ of 65 digits', { value: `${PDQ}a` }],
    ['digits that are not hex', { value: `${PDQ.slice(1)}g` }],
    ['an MD5 of the length of a PDQ', { fingerprint: 'md5' }],
    ['a fingerprint that nobody knows', { fingerprint: 'PDQ' }],
    ['a field that nobody knows', { lable: 'placeholder' }],
    ['a threshold above 256', { threshold: 257 }],
    ['a negative threshold', { threshold: -1 }],
    ['a fraction for a threshold', { threshold: 1.5 }],
    ['blanks for a threshold', { threshold: ' ' }],
    ['a list for a threshold', { threshold: [] }],
    ['yes for a threshold', { threshold: true }],
    ['a threshold in hex', { threshold: '0x10' }],
    ['a threshold on an exact fingerprint', { fingerprint: 'md5', value: MD5, threshold: 3 }],
    ['a NUL in its label', { label: 'a\0b' }],
    ['half of a surrogate pair in its id', { id: '\ud800' }],
    ['a label beyond all measure', { label: 'a'.repeat(1001) }],
    ['a number for an id', { id: 1 }],
  ])('is refused with %s', async (_what, fields) => {
    expect(await json(fields)).toBe('BW-LIST-INVALID');
  });

  it.each([
    ['an unknown column', 'fingerprint,value,lable'],
    ['a column twice', 'fingerprint,value,value'],
    ['no column for the value', 'fingerprint,id'],
    ['no header at all', `pdq,${PDQ}`],
  ])('is refused under %s', async (_what, header) => {
    expect(await faultOf(`${header}\npdq,${PDQ}\n`, 'csv')).toBe('BW-LIST-INVALID');
  });

  it('is refused with a cell too many or too few', async () => {
    for (const row of [`pdq,${PDQ},x,y`, 'pdq'])
      expect(await faultOf(`fingerprint,value,id\n${row}\nmd5,${MD5},\n`, 'csv')).toBe('BW-LIST-INVALID');
  });

  it('may stand last without a line end when nothing of it can be missing', async () => {
    expect(await read(`id,fingerprint,value\n,pdq,${PDQ}`, 'csv')).toHaveLength(1);
    expect(
      await read(JSON.stringify({ fingerprint: 'pdq', value: PDQ, threshold: 31 }), 'json-lines'),
    ).toHaveLength(1);
    expect(await faultOf(`fingerprint,value,threshold\npdq,${PDQ},31`, 'csv')).toBe('BW-LIST-CUT');
  });
});
