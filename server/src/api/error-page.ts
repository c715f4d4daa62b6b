import { STATUS_CODES } from 'node:http';
import { errorTable } from '../foundation/index.ts';

const HEAD = `# Errors

Every answer that is not a success has this shape. Programs go by the code, people by the message:

\`\`\`json
{
  "error": {
    "code": "BW-UNKNOWN-FIELD",
    "message": "The request has a field that is not documented. Remove it, or check its spelling.",
    "details": [{ "path": "group.nmae", "message": "this field is not documented" }],
    "requestId": "6f1f0c52-3f0c-4b8e-9d0a-6a3f0e7f2c11"
  }
}
\`\`\`

\`details\` name the places at fault, where there are any. The request id stands in the log beside whatever went wrong.
A code stays what it is; the message may be worded better, or say more where the place knows more.
`;

const CHAPTERS: readonly { readonly title: string; readonly text: string; readonly prefix: string }[] = [
  { title: 'Requests', text: 'Answers of the HTTP API, with their status.', prefix: 'BW-' },
  {
    title: 'Unscanned',
    text: 'Why a picture has no verdict. `POST /v1/screen` gives these as part of a 200 answer: unscanned is never clean.',
    prefix: 'BW-UNSCANNED-',
  },
  {
    title: 'Command line',
    text: 'What stops a command of `bin/breakwater`.',
    prefix: 'BW-START-',
  },
];

/** Printed by the command line beside those that begin with `BW-START-`. */
const OF_COMMANDS = new Set(['BW-NOT-RUNNING', 'BW-FILE-UNREADABLE']);

/** The text of docs/errors.md, from the table of coded errors. */
export function errorPage(): string {
  const chapters = CHAPTERS.map(({ title, text }) => {
    const rows = Object.entries(errorTable)
      .filter(([code]) => chapterOf(code) === title)
      .map(([code, { status, message }]) => row(code, title === 'Requests' ? status : null, message));
    const head =
      title === 'Requests' ? '| Code | Status | Message |\n|---|---|---|' : '| Code | Message |\n|---|---|';
    return `## ${title}\n\n${text}\n\n${head}\n${rows.join('\n')}\n`;
  });
  return [HEAD, ...chapters].join('\n');
}

function chapterOf(code: string): string | undefined {
  if (OF_COMMANDS.has(code)) return 'Command line';
  return CHAPTERS.toReversed().find(({ prefix }) => code.startsWith(prefix))?.title;
}

function row(code: string, status: number | null, message: string): string {
  const reason = status === null ? [] : [`${status} ${STATUS_CODES[status] ?? ''}`.trim()];
  return `| ${[`\`${code}\``, ...reason, message.replaceAll('|', '\\|')].join(' | ')} |`;
}
