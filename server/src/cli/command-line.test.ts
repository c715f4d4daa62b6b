import { describe, expect, it, vi } from 'vitest';
import { runToEnd } from '../../test/program/running-program.ts';
import { createCommandLine, explained, hasShownHelp, withItsCommands } from './command-line.ts';

// Programs are started again and again, and a machine may have much else to do.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

it('says of every command how it is used and what it does', () => {
  const lines = withItsCommands(createCommandLine()).map((command) => {
    const [usage, , description] = command.helpInformation().split('\n');
    return `${usage}\n  ${description}`;
  });
  expect(lines.join('\n')).toMatchSnapshot();
});

it('lets every command that does something answer in JSON', () => {
  const doing = withItsCommands(createCommandLine()).filter(({ commands }) => commands.length === 0);
  expect(doing).toHaveLength(24);
  for (const command of doing) expect(command.helpInformation()).toContain('--json');
});

it.each([[['--help']], [['up', '--help']], [['--version']], [['help', 'up']], [[]]])(
  'is content with %j',
  async (words) => {
    expect(hasShownHelp(await refusal(words))).toBe(true);
  },
);

describe('a command line that is not valid', () => {
  it.each([
    [['nonsense'], "Unknown command 'nonsense'. See --help."],
    [['upp'], "Unknown command 'upp'. (Did you mean up?) See --help."],
    [['up', '--bogus'], "Unknown option '--bogus'. See --help."],
    [['hash'], "Missing required argument 'files'. See --help."],
    [
      ['lists', 'import', 'x', '--format', 'zip'],
      "Option '--format <format>' argument 'zip' is invalid. Allowed choices are csv, json-lines, vpdq-text. See --help.",
    ],
    [
      ['sandbox', 'cybertipline', '--port', 'x'],
      "Option '--port <number>' argument 'x' is invalid. A port is a number from 0 to 65535. See --help.",
    ],
    [
      ['sandbox', 'webhook-listener', '--secret', 'whsec_x'],
      "Option '--secret <whsec>' argument 'whsec_x' is invalid. A signing secret is whsec_ and 24 to 64 bytes in base64. See --help.",
    ],
  ])('is explained: %j', async (words, message) => {
    const error = await refusal(words);
    expect(hasShownHelp(error)).toBe(false);
    expect(explained(error)).toMatchObject({ code: 'BW-COMMAND-INVALID', message });
  });

  it('is told in one line, for people and for programs', async () => {
    const message = "Unknown command 'nonsense'. See --help.";
    const code = 'BW-COMMAND-INVALID';
    expect(await runToEnd(['nonsense'])).toEqual({ code: 1, out: '', errors: `${message} (${code})\n` });
    const forPrograms = await runToEnd(['nonsense', '--json']);
    expect(forPrograms).toMatchObject({ code: 1, out: '' });
    expect(JSON.parse(forPrograms.errors)).toEqual({ error: { code, message, details: [] } });
  });

  it('is none at all: the commands are shown', async () => {
    const { code, out, errors } = await runToEnd([]);
    expect({ code, out }).toEqual({ code: 1, out: '' });
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

/** How a command line is refused; what it shows stays unseen. */
async function refusal(words: readonly string[]): Promise<unknown> {
  const commandLine = createCommandLine();
  for (const command of withItsCommands(commandLine))
    command.configureOutput({ writeOut: () => {}, writeErr: () => {} });
  try {
    await commandLine.parseAsync(words, { from: 'user' });
  } catch (error) {
    return error;
  }
  throw new Error('the command line was taken');
}
