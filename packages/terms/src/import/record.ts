import { KeyMaker } from '../keys.ts';
import { LONGEST_TERM, MODES, type Mode, type Term } from '../term.ts';
import { problem, type Problem, type ProblemCode } from './problems.ts';

/** The columns of a list, and the fields of a line in JSON. Only `text` must be there. */
export const FIELDS = ['id', 'text', 'weight', 'language', 'category', 'mode', 'expires'] as const;
export type RawTerm = Partial<Record<(typeof FIELDS)[number], string | number | null>>;

export interface TermImport {
  readonly terms: readonly Term[];
  /** In the order of the lines. */
  readonly problems: readonly Problem[];
}

export interface ImportLimits {
  /** Bytes of the file: 64 MiB unless told. */
  readonly bytes?: number;
  /** 1,000,000 unless told. */
  readonly terms?: number;
  /** Problems to report, after which reading ends: 1,000 unless told. */
  readonly problems?: number;
}

/** Takes the lines of a list one by one, and keeps those that make a term. */
export class TermCollector {
  readonly #terms: Term[] = [];
  readonly #problems: Problem[] = [];
  readonly #ids = new Set<string>();
  readonly #known = new Set<string>();
  readonly #maker = new KeyMaker();
  readonly #mostTerms: number;
  readonly #mostProblems: number;

  constructor(limits: ImportLimits) {
    this.#mostTerms = limits.terms ?? 1_000_000;
    this.#mostProblems = limits.problems ?? 1000;
  }

  /** Whether to read on. */
  get open(): boolean {
    return this.#problems.length < this.#mostProblems;
  }

  report(code: ProblemCode, line: number | null): void {
    if (this.open) this.#problems.push(problem(code, line));
  }

  add(raw: RawTerm, line: number): void {
    if (this.#terms.length === this.#mostTerms) {
      this.report('TERMS-TOO-MANY', line);
      return;
    }
    const term = this.#termOf(raw, line);
    if (typeof term === 'string') {
      this.report(term, line);
      return;
    }
    if (/^[=+\-@\t\r]\w*[(!|]|^=/.test(term.text)) this.report('TERMS-FORMULA', line);
    this.#ids.add(term.id);
    this.#terms.push(term);
  }

  result(): TermImport {
    return { terms: this.#terms, problems: this.#problems };
  }

  #termOf(raw: RawTerm, line: number): Term | ProblemCode {
    if (Object.values(raw).some((value) => !isText(String(value)))) return 'TERMS-UNSTORABLE';
    const text = String(raw.text ?? '').trim();
    const mode = (raw.mode ?? '') === '' ? 'word' : MODES.find((known) => known === raw.mode);
    if (mode === undefined) return 'TERMS-MODE';
    const wrong = this.#wrongWith(text, mode);
    if (wrong !== null) return wrong;
    const weight = (raw.weight ?? '') === '' ? 1 : weightOf(raw.weight!);
    if (weight === null) return 'TERMS-WEIGHT';
    const language = languageOf(orNull(raw.language));
    if (language === undefined) return 'TERMS-LANGUAGE';
    const category = orNull(raw.category);
    if (category !== null && category.length > 100) return 'TERMS-CATEGORY';
    const expires = expiryOf(orNull(raw.expires));
    if (expires === undefined) return 'TERMS-EXPIRES';
    const id = orNull(raw.id) ?? String(line);
    if (id.length > 200 || this.#ids.has(id)) return 'TERMS-ID';
    if (!this.#isNew(text, mode)) return 'TERMS-DUPLICATE';
    return { id, text, mode, weight, language, category, expires };
  }

  #wrongWith(text: string, mode: Mode): ProblemCode | null {
    if (text.length > LONGEST_TERM) return 'TERMS-TOO-LONG';
    const { keys, length } = this.#maker.keysOf({ text, mode });
    if (keys.length === 0) return length > LONGEST_TERM ? 'TERMS-TOO-LONG' : 'TERMS-EMPTY';
    // One Han character can be a word, and an emoji stands between two signs here.
    const short = mode === 'substring' && keys.some((key) => /^[\p{L}\p{N}\p{P}]$/u.test(key.text));
    return short && !/\p{Script=Han}/u.test(text) ? 'TERMS-TOO-SHORT' : null;
  }

  /** Terms that are equal in the plain form find the same. */
  #isNew(text: string, mode: Mode): boolean {
    const plain = `${mode} ${this.#maker.keysOf({ text, mode }).keys[0]?.text ?? ''}`;
    if (this.#known.has(plain)) return false;
    this.#known.add(plain);
    return true;
  }
}

/** What a database can keep. */
function isText(value: string): boolean {
  return value.isWellFormed() && !value.includes('\0');
}

function orNull(value: string | number | null | undefined): string | null {
  const text = String(value ?? '').trim();
  return text === '' ? null : text;
}

function weightOf(value: string | number): number | null {
  const number = typeof value === 'number' ? value : /^\d+(\.\d+)?$/.test(value.trim()) ? Number(value) : NaN;
  return number > 0 && number <= 1000 ? number : null;
}

/** undefined if it is no tag. */
function languageOf(value: string | null): string | null | undefined {
  if (value === null) return null;
  try {
    return Intl.getCanonicalLocales(value)[0];
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** undefined if it is no date. A date without time is over when its day is, in UTC. */
function expiryOf(value: string | null): Date | null | undefined {
  if (value === null) return null;
  const day = /^\d{4}-\d{2}-\d{2}$/.test(value);
  if (!day && !/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})$/.test(value))
    return undefined;
  const time = new Date(value);
  if (Number.isNaN(time.getTime()) || (day && time.toISOString().slice(0, 10) !== value)) return undefined;
  return day ? new Date(time.getTime() + 86_400_000) : time;
}
