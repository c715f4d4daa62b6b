export { dryRun, type DryRun, type DryRunFinding, type SignalHistory } from './dry-run.ts';
export { evaluateRules, type FiredRule, type RuleOutcome } from './evaluate.ts';
export { ruleSetSchema, type Condition, type RuleSet, type Selector } from './language.ts';
export { parseRules, type ParsedRules, type RuleProblem } from './parse.ts';
export { SIGNAL_KINDS, type RuleSignal, type SignalKind } from './signal.ts';
