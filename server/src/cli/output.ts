import { CodedError } from '../foundation/index.ts';

/** How a command tells its result: lines for people, or one JSON object a line for programs. */
export interface Output {
  readonly json: boolean;
  /** A result: printed as JSON, or as the sentence for people. */
  result(value: unknown, sentence: string): void;
}

export function createOutput(options: { readonly json?: boolean | undefined }): Output {
  const json = options.json === true;
  return {
    json,
    result: (value, sentence) => console.log(json ? JSON.stringify(value) : sentence),
  };
}

/** Says what went wrong in one sentence with its code, and what lies behind it only where that helps. Never a stack. */
export function printError(error: unknown, json: boolean): void {
  const coded = error instanceof CodedError ? error : undefined;
  const code = coded?.code ?? 'BW-INTERNAL';
  const message = error instanceof Error ? error.message : String(error);
  const details = coded?.details ?? [];
  if (json) {
    console.error(JSON.stringify({ error: { code, message, details } }));
    return;
  }
  console.error(`${message} (${code})`);
  for (const detail of details) console.error(`  ${detail.path}: ${detail.message}`);
  if (coded === undefined && error instanceof Error && error.cause instanceof Error) {
    console.error(`  because: ${error.cause.message}`);
  }
}
