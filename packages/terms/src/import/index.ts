export { parseTermsCsv } from './csv.ts';
export { parseTermsJsonLines } from './json-lines.ts';
export { PROBLEMS, type Problem, type ProblemCode } from './problems.ts';
export { FIELDS, type ImportLimits, type TermImport } from './record.ts';
