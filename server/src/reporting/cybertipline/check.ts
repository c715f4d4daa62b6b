import type { Field, NumberRule, Relation, Rule, ScalarRule, TextRule, TimeRule } from './description.ts';
import { fileDetails } from './file-details.ts';
import type { FileDetails } from './file-details.ts';
import { hasFormat, lacksTimeZone, readTime } from './formats.ts';
import { isFieldset } from './records.ts';
import { report } from './report.ts';
import type { Report } from './report.ts';
import { hasIllegalCharacters } from './xml-text.ts';

export type ProblemCode =
  | 'missing'
  | 'unknown'
  | 'wrong-type'
  | 'blank'
  | 'too-long'
  | 'not-published'
  | 'not-exactly-one'
  | 'malformed'
  | 'no-time-zone'
  | 'in-the-future'
  | 'out-of-range'
  | 'contradiction'
  | 'illegal-character';

/** One thing wrong with a document. Never quotes what the document says. */
export interface Problem {
  /** Where: `personOrUserReported.ipCaptureEvent[0].port`. */
  readonly path: string;
  readonly code: ProblemCode;
  /** An `error` stops the report; a `warning` says that it will arrive changed. */
  readonly severity: 'error' | 'warning';
  /** A sentence for the person who fills in the report. */
  readonly message: string;
}

export interface CheckContext {
  /** What counts as past and future. */
  readonly now: Date;
}

/**
 * Everything that the documentation would refuse in a report, which is more than the published schema
 * refuses. Empty when the report may be filed. Takes ill-typed values as well, since reports are stored as JSON.
 */
export function checkReport(value: Report, context: CheckContext): Problem[] {
  return check(report, value, '', context);
}

/** The same for the details of one file. */
export function checkFileDetails(value: FileDetails, context: CheckContext): Problem[] {
  return check(fileDetails, value, '', context);
}

function check(rule: Rule, value: unknown, path: string, context: CheckContext): Problem[] {
  if (rule.kind === 'sequence') {
    return checkFields({ ...rule.attributes, ...rule.fields }, rule.relations, value, path, context);
  }
  if (rule.kind === 'content') {
    const fields = { value: { occurs: 'one', rule: rule.value }, ...rule.attributes } as const;
    return checkFields(fields, rule.relations, value, path, context);
  }
  if (rule.kind === 'choice') return checkChoice(rule.alternatives, value, path, context);
  if (rule.kind === 'flags') return checkFlags(rule.names, value, path);
  return checkScalar(rule, value, path, context);
}

function checkScalar(rule: ScalarRule, value: unknown, path: string, context: CheckContext): Problem[] {
  if (rule.kind === 'text') return checkText(rule, value, path);
  if (rule.kind === 'integer' || rule.kind === 'decimal') return checkNumber(rule, value, path);
  if (rule.kind === 'dateTime' || rule.kind === 'date') return checkTime(rule, value, path, context);
  return typeof value === 'boolean' ? [] : [problem(path, 'wrong-type', 'must be yes or no')];
}

function checkChoice(
  alternatives: Readonly<Record<string, Rule>>,
  value: unknown,
  path: string,
  context: CheckContext,
): Problem[] {
  const stated = isFieldset(value) ? Object.keys(value).filter((key) => value[key] !== undefined) : [];
  const [key, ...others] = stated;
  const chosen = key !== undefined && Object.hasOwn(alternatives, key) ? alternatives[key] : undefined;
  if (!isFieldset(value) || key === undefined || chosen === undefined || others.length > 0)
    return [problem(path, 'not-exactly-one', 'must hold exactly one of its published kinds')];
  return check(chosen, value[key], join(path, key), context);
}

function checkFields(
  fields: Readonly<Record<string, Field>>,
  relations: readonly Relation[],
  value: unknown,
  path: string,
  context: CheckContext,
): Problem[] {
  if (!isFieldset(value)) return [problem(path, 'wrong-type', 'must be a group of fields')];
  const problems = Object.entries(fields).flatMap(([name, field]) =>
    checkField(field, value[name], join(path, name), context),
  );
  for (const name of Object.keys(value)) {
    // Unknown fields would be left out of the document without a word.
    if (!Object.hasOwn(fields, name))
      problems.push(problem(join(path, name), 'unknown', 'is not a field of the published format'));
  }
  // A relation may rely on the types of the fields, so it is asked only when they hold.
  if (problems.some(({ severity }) => severity === 'error')) return problems;
  const broken = relations.filter((relation) => relation.broken(value));
  return [
    ...problems,
    ...broken.map(
      ({ field, message }): Problem => ({
        path: join(path, field),
        code: 'contradiction',
        severity: 'error',
        message,
      }),
    ),
  ];
}

function checkField({ occurs, rule }: Field, value: unknown, path: string, context: CheckContext): Problem[] {
  const required = occurs === 'one' || occurs === 'some';
  if (value === undefined) return required ? [problem(path, 'missing', 'is required')] : [];
  if (occurs === 'one' || occurs === 'optional') return check(rule, value, path, context);
  if (!Array.isArray(value)) return [problem(path, 'wrong-type', 'must be a list')];
  if (required && value.length === 0) return [problem(path, 'missing', 'is required')];
  return value.flatMap((each: unknown, index) => check(rule, each, `${path}[${index}]`, context));
}

function checkText(rule: TextRule, value: unknown, path: string): Problem[] {
  if (typeof value !== 'string') return [problem(path, 'wrong-type', 'must be text')];
  if (rule.blank === 'refused' && value.trim() === '')
    return [problem(path, 'blank', 'must not be blank; leave it out instead')];
  if (rule.oneOf !== undefined && !rule.oneOf.includes(value))
    return [problem(path, 'not-published', 'must be one of the published values')];
  const problems: Problem[] = [];
  if (rule.longest !== undefined && value.length > rule.longest)
    problems.push(
      problem(path, 'too-long', `is longer than ${rule.longest} characters (it has ${value.length})`),
    );
  if (rule.format !== undefined && !hasFormat(rule.format, value))
    problems.push(problem(path, 'malformed', `is not ${formatNames[rule.format]}`));
  if (hasIllegalCharacters(value))
    problems.push({
      ...problem(
        path,
        'illegal-character',
        'holds characters that cannot be sent; each will arrive as U+FFFD',
      ),
      severity: 'warning',
    });
  return problems;
}

const formatNames = {
  url: 'a complete address such as https://example.org/page',
  'email-address': 'an email address',
  'ip-address': 'an IPv4 or IPv6 address',
  'report-id': 'the number of a CyberTipline report',
  'file-id': 'the identifier of an uploaded file',
  'calling-code': 'a country calling code such as +1',
  digits: 'made of digits only',
} as const;

function checkNumber({ kind, least, most }: NumberRule, value: unknown, path: string): Problem[] {
  if (
    typeof value !== 'number' ||
    !Number.isFinite(value) ||
    (kind === 'integer' && !Number.isInteger(value))
  )
    return [problem(path, 'wrong-type', kind === 'integer' ? 'must be a whole number' : 'must be a number')];
  return value < least || value > most
    ? [problem(path, 'out-of-range', `must be between ${least} and ${most}`)]
    : [];
}

function checkTime(
  { kind, tense }: TimeRule,
  value: unknown,
  path: string,
  { now }: CheckContext,
): Problem[] {
  if (typeof value !== 'string') return [problem(path, 'wrong-type', 'must be text in ISO 8601 form')];
  const time = readTime(kind, value);
  if (time === null) {
    return kind === 'dateTime' && lacksTimeZone(value)
      ? [problem(path, 'no-time-zone', 'must end with its time zone: Z for UTC, or an offset such as +02:00')]
      : [
          problem(
            path,
            'malformed',
            `is not ${kind === 'date' ? 'a date' : 'a date and time'} in ISO 8601 form`,
          ),
        ];
  }
  return tense === 'past' && time > now.getTime()
    ? [problem(path, 'in-the-future', 'lies in the future')]
    : [];
}

function checkFlags(names: readonly string[], value: unknown, path: string): Problem[] {
  if (!Array.isArray(value)) return [problem(path, 'wrong-type', 'must be a list')];
  return value.flatMap((flag: unknown, index) =>
    typeof flag === 'string' && names.includes(flag)
      ? []
      : [problem(`${path}[${index}]`, 'not-published', 'must be one of the published values')],
  );
}

function problem(path: string, code: ProblemCode, predicate: string): Problem {
  return { path, code, severity: 'error', message: `${label(path)} ${predicate}.` };
}

/** `personOrUserReported.ipCaptureEvent[0].ipAddress` -> `IP address`. */
function label(path: string): string {
  const last = path.split('.').findLast((part) => !part.startsWith('value')) ?? '';
  if (last === '') return 'The document';
  const words = last
    .replace(/\[\d+\]/g, '')
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .split(' ')
    .map((word) => acronyms[word.toLowerCase()] ?? word.toLowerCase())
    .join(' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

const acronyms: Readonly<Record<string, string>> = {
  ct: 'CyberTipline',
  esp: 'ESP',
  exif: 'EXIF',
  flea: 'requesting',
  id: 'ID',
  im: 'IM',
  ip: 'IP',
  le: 'law enforcement',
  url: 'URL',
};

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}
