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
export { createScreening, type Match, type Screening, type Verdict } from './screening.ts';
