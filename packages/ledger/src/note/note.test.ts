import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LedgerError } from '../ledger-error.ts';
import { leafHash } from '../merkle/hash.ts';
import { checkpointText, openCheckpoint, parseCheckpoint, signCheckpoint } from './checkpoint.ts';
import { generateSigningKey, parseSigningKey, parseVerifierKey } from './keys.ts';
import { parseNote, signatureLine, signNote, verifyNote } from './signed-note.ts';

const NOW = new Date('2026-01-15T09:00:00.000Z');

describe('signed notes', () => {
  // The example of C2SP signed-note.
  it('verify as the specification shows', () => {
    const verifier = parseVerifierKey(
      'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k',
    );
    const note =
      'This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n';
    expect(verifyNote(parseNote(note), [verifier])).toMatchObject([{ name: 'example.com/foo' }]);
    expect(problemOf(() => verifyNote(parseNote(note.replace('an example', 'no example')), [verifier]))).toBe(
      'signature-invalid',
    );
  });

  // The keys and the note of golang.org/x/mod/sumdb/note, signed by two.
  it('verify and sign as the Go checksum database does', () => {
    const text =
      "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
    const peter = parseVerifierKey('PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW');
    const signer = parseSigningKey(
      'PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz',
    );
    const note = `${text}\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n`;
    expect(signer.verifier.verifierKey).toBe(peter.verifierKey);
    expect(signNote(text, [signer], NOW)).toBe(note);
    expect(verifyNote(parseNote(note), [peter])).toHaveLength(1);
  });

  it('hold against any change of their text', () => {
    const signer = parseSigningKey(generateSigningKey('example.com/log', 'log', new Uint8Array(32).fill(1)));
    const text = 'placeholder\n\nsecond paragraph — with a dash\n';
    const parsed = parseNote(signNote(text, [signer, signer], NOW));
    expect(parsed.text).toBe(text);
    expect(problemOf(() => verifyNote({ ...parsed, text: 'other\n' }, [signer.verifier]))).toBe(
      'signature-invalid',
    );
  });

  it('of unknown keys are left out, and alone do not do', () => {
    const [one, two] = [1, 2].map((seed) =>
      parseSigningKey(generateSigningKey('example.com/log', 'log', new Uint8Array(32).fill(seed))),
    );
    const note = parseNote(signNote('placeholder\n', [one!], NOW));
    expect(problemOf(() => verifyNote(note, [two!.verifier]))).toBe('signed-by-another-key');
    expect(verifyNote(parseNote(signNote('placeholder\n', [one!, two!], NOW)), [two!.verifier])).toHaveLength(
      1,
    );
  });

  it('say no more than that they cannot be read, whatever is handed over', () => {
    const hostile = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc
        .array(fc.constantFrom('\n', '\n\n', '— ', 'name', ' ', 'AAAAAAA=', '+', '\0', '0', 'é'), {
          maxLength: 30,
        })
        .map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(hostile, (text) => {
        for (const parse of [parseNote, parseCheckpoint, parseVerifierKey, parseSigningKey])
          expect([null, 'note-malformed', 'checkpoint-malformed', 'key-malformed']).toContain(
            problemOf(() => parse(text)),
          );
      }),
      { numRuns: 2000 },
    );
  });
});

describe('keys', () => {
  it.each([
    ['another hash', 'example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k'],
    ['another name', 'example.com/bar+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k'],
    ['a space in its name', 'example com+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k'],
    ['too few bytes', 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv'],
    ['an unknown type', 'example.com/foo+530d903a+CekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k'],
    ['loose Base64', 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2l='],
  ])('are refused with %s', (_what, key) => {
    expect(problemOf(() => parseVerifierKey(key))).toBe('key-malformed');
  });
});

describe('checkpoints', () => {
  const log = parseSigningKey(generateSigningKey('example.com/log', 'log', new Uint8Array(32).fill(1)));
  const witness = parseSigningKey(
    generateSigningKey('example.com/w1', 'witness', new Uint8Array(32).fill(2)),
  );
  const head = { size: 17, root: leafHash(Uint8Array.of(1)) };

  it('come back as they were signed, with the witnesses that were asked for', () => {
    const signed = signCheckpoint(head, log, NOW);
    const note = signed + signatureLine(parseNote(signed).text, witness, NOW);
    expect(openCheckpoint(note, log.verifier)).toMatchObject({ ...head, cosignatures: [] });
    expect(openCheckpoint(note, log.verifier, [witness.verifier]).cosignatures).toEqual([
      { witness: 'example.com/w1', at: NOW },
    ]);
  });

  it('of another log, or with a bad cosignature of a known witness, are refused', () => {
    const other = parseSigningKey(generateSigningKey('example.com/other', 'log', new Uint8Array(32).fill(1)));
    expect(problemOf(() => openCheckpoint(signCheckpoint(head, other, NOW), log.verifier))).toBe(
      'signed-by-another-key',
    );
    const foreign = signNote(
      checkpointText({ ...head, origin: 'example.com/other', extensions: [] }),
      [log],
      NOW,
    );
    expect(problemOf(() => openCheckpoint(foreign, log.verifier))).toBe('signed-by-another-key');
    const moved = signCheckpoint(head, log, NOW) + signatureLine('another text\n', witness, NOW);
    expect(problemOf(() => openCheckpoint(moved, log.verifier, [witness.verifier]))).toBe(
      'signature-invalid',
    );
  });

  // The example of C2SP tlog-cosignature: the format of both lines, whose keys are not published.
  it('are read as the specification shows them', () => {
    const note = `example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==
`;
    const parsed = parseNote(note);
    expect(parsed.signatures.map(({ name, bytes }) => [name, bytes.length])).toEqual([
      ['example.com/behind-the-sofa', 64],
      ['witness.example.com/w1', 72],
    ]);
    expect(parseCheckpoint(parsed.text)).toMatchObject({
      origin: 'example.com/behind-the-sofa',
      size: 20852163,
    });
  });

  it('are spelled in one way only', () => {
    const text = checkpointText({ ...head, origin: 'example.com/log', extensions: ['extra'] });
    expect(checkpointText(parseCheckpoint(text))).toBe(text);
    for (const bad of [
      text.replace('17', '017'),
      text.replace('17', '-17'),
      text.replace('17', '1e1'),
      text.replace('extra', ''),
      text.trimEnd(),
    ])
      expect(problemOf(() => parseCheckpoint(bad))).toBe('checkpoint-malformed');
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
