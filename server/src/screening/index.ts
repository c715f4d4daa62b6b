export { examine, MIN_PDQ_QUALITY, type Examination, type Look } from './examination.ts';
export {
  dryRun,
  evaluateRules,
  parseRules,
  SIGNAL_KINDS,
  type DryRun,
  type DryRunFinding,
  type FiredRule,
  type ParsedRules,
  type RuleOutcome,
  type RuleProblem,
  type RuleSet,
  type RuleSignal,
  type SignalHistory,
  type SignalKind,
} from './rules/index.ts';
export type { Effort } from './video-scanner.ts';
export { DEFAULT_MAX_VIDEO_BYTES, sweepSpool, type Media, type SpooledFile } from './media.ts';
export { createScreening, type Match, type Screening, type Verdict } from './screening.ts';
export { comparableLooks, isPassing } from './shortcomings.ts';
