/**
 * The language in which the CyberTipline format is described.
 *
 * A description is plain data. From it come the TypeScript types (`ValueOf`), the serializer
 * (`serialize.ts`) and the validator (`check.ts`), so these three cannot disagree. The order of the keys of a
 * sequence *is* the order of its elements in the document.
 */

export type Rule =
  | TextRule
  | BooleanRule
  | NumberRule
  | TimeRule
  | FlagsRule
  | ContentRule
  | ChoiceRule
  | SequenceRule;

/** Rules whose value is written as one run of text: the only ones an attribute may have. */
export type ScalarRule = TextRule | BooleanRule | NumberRule | TimeRule;

export interface TextRule<T extends string = string> {
  readonly kind: 'text';
  /** Longest permitted value, in UTF-16 code units: the stricter reading of the published "characters". */
  readonly longest?: number | undefined;
  /** The only permitted values. */
  readonly oneOf?: readonly T[] | undefined;
  readonly format?: TextFormat | undefined;
  readonly blank: 'refused' | 'allowed';
}

export type TextFormat =
  | 'url'
  | 'email-address'
  | 'ip-address'
  | 'report-id'
  | 'file-id'
  | 'calling-code'
  | 'digits';

export interface BooleanRule {
  readonly kind: 'boolean';
}

export interface NumberRule {
  readonly kind: 'integer' | 'decimal';
  readonly least: number;
  readonly most: number;
}

/** ISO 8601. A `dateTime` must carry its time zone; a `date` has none. */
export interface TimeRule {
  readonly kind: 'dateTime' | 'date';
  readonly tense: 'past' | 'any';
}

/** A set of empty elements whose presence is the statement, such as `<viral/>`. */
export interface FlagsRule<N extends string = string> {
  readonly kind: 'flags';
  readonly names: readonly N[];
}

/** An element with text and attributes. In TypeScript the text is `value`. */
export interface ContentRule<S extends ScalarRule = ScalarRule, A extends Attributes = Attributes> {
  readonly kind: 'content';
  readonly value: S;
  readonly attributes: A;
  readonly relations: readonly Relation[];
}

/** An element that holds exactly one of the named elements. */
export interface ChoiceRule<C extends Readonly<Record<string, Rule>> = Readonly<Record<string, Rule>>> {
  readonly kind: 'choice';
  readonly alternatives: C;
}

/** An element that holds the named elements, in this order, and attributes. */
export interface SequenceRule<F extends Fields = Fields, A extends Attributes = Attributes> {
  readonly kind: 'sequence';
  readonly fields: F;
  readonly attributes: A;
  readonly relations: readonly Relation[];
}

/** How often an element may stand: once, at most once, any number of times, at least once. */
export type Occurrence = 'one' | 'optional' | 'any' | 'some';

export interface Field<R extends Rule = Rule, O extends Occurrence = Occurrence> {
  readonly occurs: O;
  readonly rule: R;
}

export type Fields = Readonly<Record<string, Field>>;
export type Attributes = Readonly<Record<string, Field<ScalarRule, 'one' | 'optional'>>>;

/** A statement about several fields of one element at once. `field` names the one a person should look at. */
export interface Relation<V = object> {
  readonly field: string;
  readonly message: string;
  broken(value: V): boolean;
}

/** The TypeScript value that a rule describes. Optional fields may also be given as `undefined`. */
export type ValueOf<R> = R extends { readonly kind: 'text' }
  ? R extends TextRule<infer T>
    ? T
    : never
  : R extends BooleanRule
    ? boolean
    : R extends NumberRule
      ? number
      : R extends TimeRule
        ? string
        : R extends FlagsRule<infer N>
          ? readonly N[]
          : R extends ContentRule<infer S, infer A>
            ? Flat<{ readonly value: ValueOf<S> } & FieldValues<A>>
            : R extends ChoiceRule<infer C>
              ? { readonly [K in keyof C]: { readonly [P in K]: ValueOf<C[K]> } }[keyof C]
              : R extends SequenceRule<infer F, infer A>
                ? Flat<FieldValues<F> & FieldValues<A>>
                : never;

type FieldValues<F> = {
  readonly [K in keyof F as F[K] extends Field<Rule, 'one' | 'some'> ? K : never]: FieldValue<F[K]>;
} & {
  readonly [K in keyof F as F[K] extends Field<Rule, 'one' | 'some'> ? never : K]?:
    | FieldValue<F[K]>
    | undefined;
};

type FieldValue<F> =
  F extends Field<infer R, infer O> ? (O extends 'any' | 'some' ? readonly ValueOf<R>[] : ValueOf<R>) : never;

type Flat<T> = { [K in keyof T]: T[K] };

export function one<R extends Rule>(rule: R): Field<R, 'one'> {
  return { occurs: 'one', rule };
}

export function optional<R extends Rule>(rule: R): Field<R, 'optional'> {
  return { occurs: 'optional', rule };
}

export function any<R extends Rule>(rule: R): Field<R, 'any'> {
  return { occurs: 'any', rule };
}

export function some<R extends Rule>(rule: R): Field<R, 'some'> {
  return { occurs: 'some', rule };
}

/** Text that says something: an element of blanks would be a statement nobody made. */
export function text(longest?: number): TextRule {
  return { kind: 'text', longest, blank: 'refused' };
}

export function textThatMayBeBlank(longest?: number): TextRule {
  return { kind: 'text', longest, blank: 'allowed' };
}

export function formatted(format: TextFormat, longest?: number): TextRule {
  return { kind: 'text', format, longest, blank: 'refused' };
}

export function oneOf<const T extends string>(values: readonly T[]): TextRule<T> {
  return { kind: 'text', oneOf: values, blank: 'refused' };
}

export const boolean: BooleanRule = { kind: 'boolean' };

export function integer(least: number, most: number): NumberRule {
  return { kind: 'integer', least, most };
}

export function decimal(least: number, most: number): NumberRule {
  return { kind: 'decimal', least, most };
}

export const pastDateTime: TimeRule = { kind: 'dateTime', tense: 'past' };
export const anyDateTime: TimeRule = { kind: 'dateTime', tense: 'any' };
export const pastDate: TimeRule = { kind: 'date', tense: 'past' };

export function flags<const N extends string>(names: readonly N[]): FlagsRule<N> {
  return { kind: 'flags', names };
}

export function content<S extends ScalarRule, const A extends Attributes>(
  value: S,
  attributes: A,
  relations: readonly Relation<ValueOf<ContentRule<S, A>>>[] = [],
): ContentRule<S, A> {
  return { kind: 'content', value, attributes, relations };
}

export function choice<const C extends Readonly<Record<string, Rule>>>(alternatives: C): ChoiceRule<C> {
  return { kind: 'choice', alternatives };
}

export function sequence<const F extends Fields>(
  fields: F,
  relations: readonly Relation<ValueOf<SequenceRule<F, NoAttributes>>>[] = [],
): SequenceRule<F, NoAttributes> {
  return { kind: 'sequence', fields, attributes: noAttributes, relations };
}

/** A sequence whose element also has attributes; in TypeScript they stand among the fields. */
export function sequenceWith<const A extends Attributes, const F extends Fields>(
  attributes: A,
  fields: F,
  relations: readonly Relation<ValueOf<SequenceRule<F, A>>>[] = [],
): SequenceRule<F, A> {
  return { kind: 'sequence', fields, attributes, relations };
}

const noAttributes = {} as const;
type NoAttributes = typeof noAttributes;
