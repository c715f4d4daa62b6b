import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** What `bin/up --json` prints when it is ready, and how to end it. */
export interface StartedProgram {
  readonly url: string;
  readonly signInLink: string;
  readonly serviceKey: string;
  readonly sandboxUrl: string;
  /** Stops the program as a supervisor would and removes its data. Rejects when it does not end cleanly. */
  stop(): Promise<void>;
}

export const repository = fileURLToPath(new URL('../../..', import.meta.url));

/** Starts Breakwater as a person does, with the demo, on any free port and in a data folder of its own. */
export async function startProgram(): Promise<StartedProgram> {
  const folder = await mkdtemp(join(tmpdir(), 'breakwater-e2e-'));
  const child = spawn(join(repository, 'bin', 'up'), ['--json', '--port', '0', '--data', folder], {
    env: cleanEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'exit') as Promise<[code: number | null]>;
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const ready = once(createInterface({ input: child.stdout }), 'line') as Promise<[line: string]>;
  const first = await Promise.race([ready.then(([line]) => line), ended.then(() => undefined)]);
  if (first === undefined) {
    await rm(folder, { recursive: true, force: true });
    throw new Error(`bin/up did not start:\n${said}`);
  }
  return {
    ...(JSON.parse(first) as Omit<StartedProgram, 'stop'>),
    stop: async () => {
      child.kill('SIGTERM');
      const [code] = await ended;
      await rm(folder, { recursive: true, force: true });
      if (code !== 0) throw new Error(`bin/up ended with ${code}:\n${said}`);
    },
  };
}

/** The environment without the settings of whoever runs the tests; the PostgreSQL to test on is kept. */
export function cleanEnvironment(): NodeJS.ProcessEnv {
  const kept = (name: string) =>
    name === 'BREAKWATER_POSTGRES_BIN' || !/^(?:BREAKWATER_|DATABASE_URL$|NODE_OPTIONS$|VITEST)/.test(name);
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => kept(name)));
}
