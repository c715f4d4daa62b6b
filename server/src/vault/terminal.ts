import { openSync, writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { ReadStream } from 'node:tty';

/** There is nobody to ask, or no answer. */
export class TerminalError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'TerminalError';
  }
}

/**
 * Asks on the terminal of this process, whatever its standard input is, and does not show what is typed.
 * @throws {TerminalError}
 */
export async function askAtTerminal(question: string): Promise<string> {
  const descriptor = openTerminal();
  const terminal = new ReadStream(descriptor);
  writeSync(descriptor, question);
  terminal.setRawMode(true);
  try {
    for await (const line of createInterface({ input: terminal, terminal: false })) {
      // Ctrl-C is but a character now.
      if (line === '' || line.includes('\u0003')) break;
      return line;
    }
    throw new TerminalError('No passphrase was given.');
  } finally {
    terminal.setRawMode(false);
    writeSync(descriptor, '\n');
    terminal.destroy();
  }
}

function openTerminal(): number {
  try {
    return openSync('/dev/tty', 'r+');
  } catch (cause) {
    throw new TerminalError('There is no terminal to ask for the passphrase on.', { cause });
  }
}
