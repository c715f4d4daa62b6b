import { describe, expect, it } from 'vitest';
import { runToEnd } from '../../test/program/running-program.ts';

const COMMANDS = [
  [],
  ['up'],
  ['down'],
  ['sign-in-link'],
  ['hash'],
  ['screen'],
  ['lists'],
  ['lists', 'import'],
  ['lists', 'show'],
  ['ledger'],
  ['ledger', 'verify'],
  ['doctor'],
  ['sandbox'],
  ['sandbox', 'cybertipline'],
  ['sandbox', 'webhook-listener'],
  ['demo'],
  ['demo', 'files'],
];

it('says of every command how it is used and what it does', async () => {
  const lines = [];
  for (const words of COMMANDS) {
    const { code, out, errors } = await runToEnd([...words, '--help']);
    expect({ words, code, errors }).toEqual({ words, code: 0, errors: '' });
    const [usage, , description] = out.split('\n');
    lines.push(`${usage}\n  ${description}`);
    if (words.length > 0 && !/Commands:/.test(out)) expect(out).toContain('--json');
  }
  expect(lines.join('\n')).toMatchSnapshot();
}, 60_000);

describe('a command line that is not valid', () => {
  it.each([
    [['nonsense'], "Unknown command 'nonsense'. See --help."],
    [['upp'], "Unknown command 'upp'. (Did you mean up?) See --help."],
    [['up', '--bogus'], "Unknown option '--bogus'. See --help."],
    [['hash'], "Missing required argument 'files'. See --help."],
    [
      ['sandbox', 'cybertipline', '--port', 'x'],
      "Option '--port <number>' argument 'x' is invalid. A port is a number from 0 to 65535. See --help.",
    ],
    [
      ['sandbox', 'webhook-listener', '--secret', 'whsec_x'],
      "Option '--secret <whsec>' argument 'whsec_x' is invalid. A signing secret is whsec_ and 24 to 64 bytes in base64. See --help.",
    ],
  ])('is told in a sentence with a code: %j', async (words, message) => {
    const code = 'BW-COMMAND-INVALID';
    expect(await runToEnd(words)).toEqual({ code: 1, out: '', errors: `${message} (${code})\n` });
    const forPrograms = await runToEnd([...words, '--json']);
    expect(forPrograms).toMatchObject({ code: 1, out: '' });
    expect(JSON.parse(forPrograms.errors)).toEqual({ error: { code, message, details: [] } });
  });

  it('is none at all: the commands are shown', async () => {
    const { code, errors } = await runToEnd([]);
    expect(code).toBe(1);
    expect(errors).toMatch(/^Usage: breakwater/);
    expect(errors).not.toContain('BW-');
  });
});

it.each([['sign-in-link'], ['ledger', 'verify'], ['lists', 'show'], ['screen', 'picture.jpg']])(
  'says that Breakwater is not running, and how to start it: %s %s',
  async (...words) => {
    const { code, out, errors } = await runToEnd([
      ...words.filter(Boolean),
      '--json',
      '--data',
      '/nonexistent/data',
    ]);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(JSON.parse(errors)).toEqual({
      error: {
        code: 'BW-NOT-RUNNING',
        message: 'Breakwater is not running on /nonexistent/data. Start it with: bin/up',
        details: [],
      },
    });
  },
);
