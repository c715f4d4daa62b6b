import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

/** What `bin/up --json` prints when it is ready. */
const readySchema = z.object({
  url: z.string(),
  signInLink: z.string(),
  serviceKey: z.string(),
  sandboxUrl: z.string(),
});

export interface StartedProgram extends z.infer<typeof readySchema> {
  /** Its data folder. */
  readonly folder: string;
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
  const ended = once(child, 'exit').then(([code]) => String(code));
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const ready = once(createInterface({ input: child.stdout }), 'line').then(([line]) => String(line));
  const first = await Promise.race([ready, ended.then(() => undefined)]);
  if (first === undefined) {
    await rm(folder, { recursive: true, force: true });
    throw new Error(`bin/up did not start:\n${said}`);
  }
  return {
    ...readySchema.parse(JSON.parse(first)),
    folder,
    stop: async () => {
      child.kill('SIGTERM');
      const code = await ended;
      await rm(folder, { recursive: true, force: true });
      if (code !== '0') throw new Error(`bin/up ended with ${code}:\n${said}`);
    },
  };
}

/** The environment without the settings of whoever runs the tests; the PostgreSQL to test on is kept. */
export function cleanEnvironment(): NodeJS.ProcessEnv {
  const kept = (name: string) =>
    name === 'BREAKWATER_POSTGRES_BIN' || !/^(?:BREAKWATER_|DATABASE_URL$|NODE_OPTIONS$|VITEST)/.test(name);
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => kept(name)));
}
