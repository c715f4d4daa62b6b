/** Why a line was not taken, or what a person should look at. The sentences never repeat what the line says: a list may be sealed. */
export const PROBLEMS = {
  'TERMS-TOO-LARGE': 'The file is larger than a list may be. Split it into several lists.',
  'TERMS-ENCODING':
    'The file is not UTF-8. Save it as UTF-8 (in a spreadsheet: “CSV UTF-8”) and import it again.',
  'TERMS-TOO-MANY': 'There are more terms than a list may have. Split it into several lists.',
  'TERMS-HEADER': 'The first line must name the columns, one of them “text”. Add it, and import again.',
  'TERMS-COLUMN':
    'A column has a name that means nothing here and was left out. Correct its name if that is an error.',
  'TERMS-SYNTAX': 'The line cannot be read as CSV or JSON. Look for a quotation mark that is not closed.',
  'TERMS-FIELD': 'A field has another type than it should, or there are too many. Correct it.',
  'TERMS-UNSTORABLE': 'A field has a NUL or half of a surrogate pair, which is not valid text. Remove it.',
  'TERMS-EMPTY': 'The term is empty, or nothing is left of it when it is normalized. Take it out.',
  'TERMS-TOO-SHORT':
    'A single letter would be found in nearly every text. Make it a whole word (mode “word”), or longer.',
  'TERMS-TOO-LONG': 'The term is longer than 200 characters. Shorten it.',
  'TERMS-DUPLICATE': 'An earlier line has the same term in the same mode. Take one of them out.',
  'TERMS-ID':
    'The id is empty, longer than 200 characters, or that of an earlier line. Give each line its own, or none.',
  'TERMS-WEIGHT': 'The weight must be a number above 0 and at most 1000. Correct it, or leave it out for 1.',
  'TERMS-MODE': 'The mode must be “substring”, “word” or “phrase”. Correct it, or leave it out for “word”.',
  'TERMS-LANGUAGE':
    'The language must be a language tag such as “en” or “pt-BR”. Correct it, or leave it out.',
  'TERMS-CATEGORY': 'The category is longer than 100 characters. Shorten it.',
  'TERMS-EXPIRES':
    'The expiry must be a date such as 2027-01-31, or a time in ISO 8601. Correct it, or leave it out.',
  'TERMS-FORMULA':
    'The term begins as a formula of a spreadsheet does. It was taken as it is; check that it is meant as a term.',
} as const;
export type ProblemCode = keyof typeof PROBLEMS;

/** Such problems keep the line; all others leave it out, or the whole list. */
const REMARKS: ReadonlySet<ProblemCode> = new Set(['TERMS-COLUMN', 'TERMS-FORMULA']);

export interface Problem {
  readonly code: ProblemCode;
  /** From 1, as an editor counts; null if it is about the whole file. */
  readonly line: number | null;
  readonly severity: 'refused' | 'remark';
  /** What is wrong and what to do. */
  readonly message: string;
}

export function problem(code: ProblemCode, line: number | null): Problem {
  return { code, line, severity: REMARKS.has(code) ? 'remark' : 'refused', message: PROBLEMS[code] };
}
