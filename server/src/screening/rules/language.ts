import { z } from 'zod';
import { KINDS } from './signal.ts';

/**
 * The rules by which signals make a priority, as JSON. There is no loop, no negation and no reference to other rules: a
 * rule can be read by itself, ends, and never holds less for more signals.
 */
export const LANGUAGE = 1;

const oneOrMore = <Item extends z.ZodType>(item: Item) => z.union([item, z.array(item).min(1).max(100)]);
const word = z.string().min(1).max(200);

/** Which signals are meant: those that fit all that is said. */
export const selectorSchema = z.strictObject({
  kind: oneOrMore(z.enum(KINDS)).optional(),
  category: oneOrMore(word).optional(),
  source: oneOrMore(word).optional(),
  minWeight: z.number().min(0).max(1_000_000).optional(),
  maxDistance: z.int().min(0).max(256).optional(),
});
export type Selector = z.infer<typeof selectorSchema>;

export const DISTINCT = ['source', 'category', 'kind'] as const;

export type Condition =
  | { signal: Selector }
  | { atLeast: { count: number; of: Selector; distinct?: (typeof DISTINCT)[number] | undefined } }
  | { weightAtLeast: { weight: number; of: Selector } }
  | { all: Condition[] }
  | { any: Condition[] }
  | { within: { hours: number; of: Condition } };

export const conditionSchema: z.ZodType<Condition> = z.lazy(() =>
  z.union(
    [
      z.strictObject({ signal: selectorSchema }),
      z.strictObject({
        atLeast: z.strictObject({
          count: z.int().min(1).max(10_000),
          of: selectorSchema,
          distinct: z.enum(DISTINCT).optional(),
        }),
      }),
      z.strictObject({
        weightAtLeast: z.strictObject({
          weight: z.number().positive().max(1_000_000_000),
          of: selectorSchema,
        }),
      }),
      z.strictObject({ all: z.array(conditionSchema).min(1).max(50) }),
      z.strictObject({ any: z.array(conditionSchema).min(1).max(50) }),
      z.strictObject({
        within: z.strictObject({ hours: z.number().positive().max(87_600), of: conditionSchema }),
      }),
    ],
    { error: 'Must be one of signal, atLeast, weightAtLeast, all, any and within, with what belongs to it.' },
  ),
);

export const ruleSetSchema = z.strictObject({
  language: z.literal(LANGUAGE),
  rules: z
    .array(
      z.strictObject({
        name: word,
        /** 1 to 100, as cases have it; 100 is looked at first. */
        priority: z.int().min(1).max(100),
        when: conditionSchema,
      }),
    )
    .max(200),
});
export type RuleSet = z.infer<typeof ruleSetSchema>;
export type Rule = RuleSet['rules'][number];
