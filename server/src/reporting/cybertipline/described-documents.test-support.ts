import * as fc from 'fast-check';
import type { Field, Fields, Relation, Rule, ScalarRule, TextFormat } from './description.ts';
import { hasIllegalCharacters } from './xml-text.ts';

// Documents for tests, made from the description itself: smallest, fullest, one field at a time, and arbitrary.

/** The moment that the made documents lie before. */
export const testNow = new Date('2026-01-15T12:00:00Z');

/** A value that states one optional thing (named by `path`) and otherwise only what is required. */
export interface Variant {
  readonly path: string;
  readonly value: unknown;
}

export function smallest(rule: Rule): unknown {
  if (rule.kind === 'sequence') return requiredOf({ ...rule.attributes, ...rule.fields });
  if (rule.kind === 'content') return { value: scalar(rule.value), ...requiredOf(rule.attributes) };
  if (rule.kind === 'flags') return rule.names.slice(0, 1);
  if (rule.kind === 'choice') {
    return Object.fromEntries(
      Object.entries(rule.alternatives)
        .slice(0, 1)
        .map(([name, alternative]) => [name, smallest(alternative)]),
    );
  }
  return scalar(rule);
}

/** Every field of the description alone, at every depth, with each of its published values. */
export function everySingleField(rule: Rule, path = ''): Variant[] {
  if (rule.kind === 'sequence') {
    return inEachField(
      { ...rule.attributes, ...rule.fields },
      requiredOf({ ...rule.attributes, ...rule.fields }),
      path,
    );
  }
  if (rule.kind === 'content') {
    const least = { value: scalar(rule.value), ...requiredOf(rule.attributes) };
    return inEachField({ value: { occurs: 'one', rule: rule.value }, ...rule.attributes }, least, path);
  }
  if (rule.kind === 'flags') return rule.names.map((name) => ({ path: `${path}.${name}`, value: [name] }));
  if (rule.kind === 'choice') {
    return Object.entries(rule.alternatives).flatMap(([name, alternative]) =>
      everySingleField(alternative, `${path}.${name}`).map((variant) => ({
        path: variant.path,
        value: { [name]: variant.value },
      })),
    );
  }
  if (rule.kind === 'text' && rule.oneOf !== undefined)
    return rule.oneOf.map((value) => ({ path: `${path}=${value}`, value }));
  return [{ path, value: scalar(rule) }];
}

/** Arbitrary sound values: well-typed, within the limits, and with every relation kept. */
export function arbitrary(rule: Rule): fc.Arbitrary<unknown> {
  if (rule.kind === 'sequence') {
    const fields = { ...rule.attributes, ...rule.fields };
    return arbitraryFields(fields).map((value) => kept(value, fields, rule.relations));
  }
  if (rule.kind === 'content') {
    const fields: Fields = { value: { occurs: 'one', rule: rule.value }, ...rule.attributes };
    return arbitraryFields(fields).map((value) => kept(value, fields, rule.relations));
  }
  if (rule.kind === 'flags') return fc.subarray([...rule.names], { minLength: 1 });
  if (rule.kind === 'choice') {
    return fc.oneof(
      ...Object.entries(rule.alternatives).map(([name, alternative]) =>
        arbitrary(alternative).map((value) => ({ [name]: value })),
      ),
    );
  }
  return arbitraryScalar(rule);
}

/** Every element name that the description knows below `rule`. */
export function elementNames(rule: Rule): Set<string> {
  if (rule.kind === 'sequence')
    return namesIn(Object.entries(rule.fields).map(([name, field]) => [name, field.rule]));
  if (rule.kind === 'choice') return namesIn(Object.entries(rule.alternatives));
  return new Set(rule.kind === 'flags' ? rule.names : []);
}

function namesIn(children: readonly (readonly [string, Rule])[]): Set<string> {
  return new Set(children.flatMap(([name, rule]) => [name, ...elementNames(rule)]));
}

function requiredOf(fields: Fields): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields)
      .filter(([, { occurs }]) => occurs === 'one' || occurs === 'some')
      .map(([name, field]) => [name, occurrence(field, smallest(field.rule))]),
  );
}

function inEachField(fields: Fields, least: Record<string, unknown>, path: string): Variant[] {
  return Object.entries(fields).flatMap(([name, field]) =>
    everySingleField(field.rule, path === '' ? name : `${path}.${name}`).map((variant) => ({
      path: variant.path,
      value: { ...least, [name]: occurrence(field, variant.value) },
    })),
  );
}

function occurrence({ occurs }: Field, value: unknown): unknown {
  return occurs === 'any' || occurs === 'some' ? [value] : value;
}

function scalar(rule: ScalarRule): string | number | boolean {
  if (rule.kind === 'boolean') return true;
  if ('tense' in rule) return rule.kind === 'date' ? '2010-02-03' : '2025-10-01T12:00:00+02:00';
  if (rule.kind !== 'text') return rule.least;
  if (rule.oneOf !== undefined) return rule.oneOf[0] ?? '';
  return rule.format === undefined ? 'placeholder' : samples[rule.format];
}

const samples: Readonly<Record<TextFormat, string>> = {
  url: 'https://example.org/a?b=1&c=2',
  'email-address': 'person@example.org',
  'ip-address': '2001:db8::1',
  'report-id': '4564654',
  'file-id': 'b0754af766b426f2928c02c651ed4b99',
  'calling-code': '+44',
  digits: '123',
};

function arbitraryFields(fields: Fields): fc.Arbitrary<Record<string, unknown>> {
  const models = Object.entries(fields).map(([name, { occurs, rule }]): [string, fc.Arbitrary<unknown>] => {
    const value = arbitrary(rule);
    if (occurs === 'any' || occurs === 'some') return [name, fc.array(value, { minLength: 1, maxLength: 2 })];
    return [name, value];
  });
  const requiredKeys = Object.keys(fields).filter((name) =>
    ['one', 'some'].includes(fields[name]?.occurs ?? ''),
  );
  return fc.record(Object.fromEntries(models), { requiredKeys, noNullPrototype: true });
}

/** Leaves out optional fields, those that the relations name first, until every relation holds. */
function kept(
  value: Record<string, unknown>,
  fields: Fields,
  relations: readonly Relation[],
): Record<string, unknown> {
  const optional = Object.keys(fields).filter((name) =>
    ['optional', 'any'].includes(fields[name]?.occurs ?? ''),
  );
  const named = relations.map(({ field }) => field).filter((name) => optional.includes(name));
  const result = { ...value };
  for (const name of [...named, ...optional]) {
    if (!relations.some((relation) => relation.broken(result))) break;
    delete result[name];
  }
  return result;
}

function arbitraryScalar(rule: ScalarRule): fc.Arbitrary<string | number | boolean> {
  if (rule.kind === 'boolean') return fc.boolean();
  if ('tense' in rule)
    return rule.kind === 'date' ? arbitraryTime().map((time) => time.slice(0, 10)) : arbitraryTime();
  if ('least' in rule) {
    const bounds = { min: rule.least, max: rule.most };
    if (rule.kind === 'integer') return fc.integer(bounds);
    return fc.double({ ...bounds, noNaN: true }).map((value) => (value === 0 ? 0 : value));
  }
  if (rule.oneOf !== undefined) return fc.constantFrom(...rule.oneOf);
  if (rule.format !== undefined) return formats[rule.format];
  return arbitraryText(rule.longest ?? 500);
}

function arbitraryTime(): fc.Arbitrary<string> {
  return fc
    .tuple(
      fc.date({
        min: new Date('1970-01-02T00:00:00Z'),
        max: new Date('2026-01-01T00:00:00Z'),
        noInvalidDate: true,
      }),
      fc.constantFrom('Z', '+00:00', '-07:00', '+05:30', '+14:00'),
    )
    .map(([time, zone]) => `${time.toISOString().slice(0, -1)}${zone}`);
}

/** Any characters that XML can carry, markup and line ends among them, but not blanks alone. */
function arbitraryText(longest: number): fc.Arbitrary<string> {
  const awkward = fc.constantFrom('<', '>', '&', '"', "'", '\r', '\n', '\t', ']]>', '&amp;', '\u{1F642}');
  const any = fc
    .string({ unit: 'binary', minLength: 1, maxLength: 3 })
    .filter((text) => !hasIllegalCharacters(text));
  return fc
    .array(fc.oneof(awkward, any), { maxLength: Math.min(12, Math.floor(longest / 8)) })
    .map((parts) => parts.join(''))
    .map((text) => (text.trim() === '' ? `x${text}` : text));
}

const formats: Readonly<Record<TextFormat, fc.Arbitrary<string>>> = {
  url: fc.webUrl({ withQueryParameters: true, withFragments: true }),
  'email-address': fc.emailAddress(),
  'ip-address': fc.oneof(fc.ipV4(), fc.ipV6()),
  'report-id': fc.integer({ min: 1 }).map(String),
  'file-id': fc.string({
    unit: fc.constantFrom(...'0123456789abcdef'.split('')),
    minLength: 32,
    maxLength: 32,
  }),
  'calling-code': fc.integer({ min: 1, max: 999 }).map((code) => `+${code}`),
  digits: fc.integer({ min: 0, max: 999_999 }).map(String),
};
