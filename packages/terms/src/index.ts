export { FORMS, STEPS, type Form, type Step } from './forms.ts';
export { createMatcher, openMatcher, type Matcher } from './matcher.ts';
export { normalize, type Normalized } from './normalize.ts';
export type { Hit, MatchOptions, MatchResult } from './search.ts';
export type { MatcherTables } from './tables.ts';
export { LONGEST_TERM, MODES, type Mode, type Term } from './term.ts';
