import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const up = fileURLToPath(new URL('../bin/up', import.meta.url));

export interface StartedProgram {
  readonly pid: number;
  /** From the call of bin/up to the line that says it is ready. */
  readonly milliseconds: number;
  stop(): Promise<void>;
}

/** Starts Breakwater as a person does. Throws when it does not start. */
export async function startProgram(words: readonly string[]): Promise<StartedProgram> {
  const since = performance.now();
  const child = spawn(up, ['--json', '--port', '0', ...words], { stdio: ['ignore', 'pipe', 'ignore'] });
  const ended = once(child, 'exit');
  const line = await Promise.race([
    once(createInterface({ input: child.stdout }), 'line'),
    ended.then(() => undefined),
  ]);
  const milliseconds = performance.now() - since;
  if (line === undefined) throw new Error(`bin/up ${words.join(' ')} did not start`);
  return {
    pid: child.pid ?? 0,
    milliseconds,
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
  };
}
