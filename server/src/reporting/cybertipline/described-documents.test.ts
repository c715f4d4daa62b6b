import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
// Only a test may look at the receiving side: it reads the documents by a walk of its own.
import { readReceived, RefusedDocument } from '../sandbox/index.ts';
import { checkFileDetails, checkReport } from './check.ts';
import {
  arbitrary,
  elementNames,
  everySingleField,
  smallest,
  testNow,
} from './described-documents.test-support.ts';
import type { SequenceRule } from './description.ts';
import { fileDetails } from './file-details.ts';
import type { FileDetails } from './file-details.ts';
import { report } from './report.ts';
import type { Report } from './report.ts';
import { fileDetailsXml, reportXml } from './serialize.ts';

interface Kind {
  readonly root: string;
  readonly rule: SequenceRule;
  readonly xml: (value: unknown) => string;
  readonly check: (value: unknown) => unknown[];
}

const kinds: readonly Kind[] = [
  {
    root: 'report',
    rule: report,
    xml: (value) => reportXml(asReport(value)),
    check: (value) => checkReport(asReport(value), { now: testNow }),
  },
  {
    root: 'fileDetails',
    rule: fileDetails,
    xml: (value) => fileDetailsXml(asFileDetails(value)),
    check: (value) => checkFileDetails(asFileDetails(value), { now: testNow }),
  },
];

describe.each(kinds)('every field of $root', ({ root, rule, xml, check }) => {
  const readBack = (document: string) => readReceived(document, root, rule, testNow);

  it('alone, with each of its published values, is accepted, written and read back', () => {
    const variants = everySingleField(rule);
    // A relation between fields can refuse a field that stands alone; those are told apart by the check.
    const failures = variants
      .filter(({ value }) => check(value).every((problem) => !isContradiction(problem)))
      .flatMap(({ path, value }) => {
        const problems = check(value);
        const name = path.split(/[.=]/)[0] ?? '';
        const document = xml(value);
        const written = document.includes(`<${name}`) || document.includes(` ${name}="`);
        return problems.length === 0 && written && equal(readBack(document), value) ? [] : [path];
      });
    expect(failures).toEqual([]);
    expect(new Set(variants.map(({ path }) => path)).size).toBe(variants.length);
  });

  it('alone needs a companion only where a relation says so', () => {
    const contradicted = everySingleField(rule).filter(({ value }) => check(value).some(isContradiction));
    const ends = new Set(contradicted.map(({ path }) => path.split('.').at(-1)?.replace(/=.*/, '')));
    const expected = root === 'report' ? ['verificationDate', 'value', 'type', 'verified'] : [];
    // An email address of the incident must also be someone's, so every field of it lacks that someone.
    expect(ends).toEqual(new Set(expected));
  });

  it('all together, in any combination, is read back as it was written', () => {
    fc.assert(
      fc.property(arbitrary(rule), (value) => {
        expect(check(value)).toEqual([]);
        expect(readBack(xml(value))).toEqual(value);
      }),
      { numRuns: 150 },
    );
  });
});

const schema = fileURLToPath(new URL('../../../../../shared/data/ncmec/report-2025.xsd', import.meta.url));
const judged = existsSync(schema) && spawnSync('xmllint', ['--version']).status === 0;
const unless = '(skipped without ../shared/data/ncmec and xmllint)';

describe('the published schema', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cybertipline-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  /** Whether each document is valid, by libxml2. */
  function judge(documents: readonly string[]): boolean[] {
    const paths = documents.map((document, index) => {
      const path = join(folder, `${index}.xml`);
      writeFileSync(path, document);
      return path;
    });
    const options = { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 } as const;
    const { stderr } = spawnSync('xmllint', ['--noout', '--schema', schema, ...paths], options);
    const valid = new Set(
      stderr
        .split('\n')
        .flatMap((line) => (line.endsWith(' validates') ? [line.slice(0, -' validates'.length)] : [])),
    );
    return paths.map((path) => valid.has(path));
  }

  it.skipIf(!judged)(`finds every single field and every published value valid ${unless}`, () => {
    const made = kinds.flatMap(({ rule, xml }) =>
      everySingleField(rule).map(({ path, value }) => ({ path, document: xml(value) })),
    );
    const verdicts = judge(made.map(({ document }) => document));
    expect(made.filter((_, index) => verdicts[index] !== true).map(({ path }) => path)).toEqual([]);
  });

  it.skipIf(!judged)(`finds arbitrary documents valid ${unless}`, () => {
    const documents = kinds.flatMap(({ rule, xml }) => fc.sample(arbitrary(rule), 200).map(xml));
    const verdicts = judge(documents);
    expect(documents.filter((_, index) => verdicts[index] !== true)).toEqual([]);
  });

  it.skipIf(!judged)(`refuses no broken document that the receiving walk takes ${unless}`, () => {
    const broken = kinds.flatMap(({ root, rule, xml }) =>
      fc
        .sample(fc.tuple(arbitrary(rule).map(xml), fc.nat(), fc.nat(), fc.constantFrom(...mutations)), sample)
        .map(([sound, first, second, mutate]) => ({
          root,
          rule,
          sound,
          document: mutate(sound, first, second),
        })),
    );
    const verdicts = judge(broken.map(({ document }) => document));
    const missed = broken.filter(
      ({ root, rule, document }, index) => verdicts[index] !== true && isTaken(document, root, rule),
    );
    expect(missed.map(({ sound, document }) => newLines(sound, document))).toEqual([]);
    expect(verdicts).toContain(false);
  });

  it.skipIf(!judged)(
    `knows no element that the description lacks, but for batches and answers ${unless}`,
    () => {
      const declared = [...readFileSync(schema, 'utf8').matchAll(/<xs:element name="(\w+)"/g)].map(
        ([, name]) => name,
      );
      const known = new Set([...elementNames(report), ...elementNames(fileDetails), 'report', 'fileDetails']);
      const answers = [
        'reportResponse',
        'reportDoneResponse',
        'responseCode',
        'responseDescription',
        'hash',
        'files',
      ];
      const unknown = declared.filter((name) => name !== undefined && !known.has(name));
      expect(new Set(unknown)).toEqual(new Set(['batchedReport', ...answers]));
    },
  );
});

/** A fixed seed: the two judges are compared on the same documents each time. */
const sample = { numRuns: 250, seed: 20_251_001 };

type Mutation = (document: string, first: number, second: number) => string;

const mutations: readonly Mutation[] = [
  function withTwoLinesExchanged(document, first, second) {
    const lines = document.split('\n');
    const [a, b] = [first % lines.length, second % lines.length];
    return lines.map((line, index) => (index === a ? lines[b] : index === b ? lines[a] : line)).join('\n');
  },
  function withoutOneLine(document, first) {
    const lines = document.split('\n');
    return lines.toSpliced(first % lines.length, 1).join('\n');
  },
  function withOneLineTwice(document, first) {
    const lines = document.split('\n');
    const at = first % lines.length;
    return lines.toSpliced(at, 0, lines[at] ?? '').join('\n');
  },
  function withOneLetterLess(document, first) {
    const at = first % document.length;
    return document.slice(0, at) + document.slice(at + 1);
  },
];

function newLines(sound: string, document: string): string[] {
  const lines = sound.split('\n');
  return document.split('\n').filter((line) => !lines.includes(line));
}

function isTaken(document: string, root: string, rule: SequenceRule): boolean {
  try {
    readReceived(document, root, rule, testNow);
    return true;
  } catch (error) {
    if (error instanceof RefusedDocument) return false;
    throw error;
  }
}

function isContradiction(problem: unknown): boolean {
  return (
    typeof problem === 'object' && problem !== null && 'code' in problem && problem.code === 'contradiction'
  );
}

function equal(left: unknown, right: unknown): boolean {
  try {
    expect(left).toEqual(right);
    return true;
  } catch {
    return false;
  }
}

/** The generators are untyped; the validator, which takes anything, judges their values. */
function asReport(value: unknown): Report;
function asReport(value: unknown): unknown {
  return value;
}

function asFileDetails(value: unknown): FileDetails;
function asFileDetails(value: unknown): unknown {
  return value;
}

it('the smallest documents are sound', () => {
  for (const { rule, check } of kinds) expect(check(smallest(rule))).toEqual([]);
});
