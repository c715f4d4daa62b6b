export { FORMS, STEPS, type Form, type Step } from './forms.ts';
export {
  createMatcher,
  openMatcher,
  type Hit,
  type Matcher,
  type MatchOptions,
  type MatchResult,
} from './matcher.ts';
export { normalize, type Normalized } from './normalize.ts';
export type { MatcherTables } from './tables.ts';
export { LONGEST_TERM, MODES, type Mode, type Term } from './term.ts';
