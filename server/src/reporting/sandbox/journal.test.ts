import { appendFile, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openFileJournal } from './journal.ts';

let folder: string;

beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'sandbox-journal-')), 'state');
});

afterEach(async () => {
  await rm(join(folder, '..'), { recursive: true });
});

describe('the journal on disk', () => {
  it('keeps its entries in order over a restart', async () => {
    await write('one', 'two\nlines');
    await write('three');
    expect(await entries()).toEqual(['one', 'two\nlines', 'three']);
  });

  it('cuts off a last line that a crash left unfinished, and goes on', async () => {
    await write('one');
    await appendFile(join(folder, 'journal.jsonl'), '"tw');
    expect(await entries()).toEqual(['one']);
    await write('three');
    expect(await entries()).toEqual(['one', 'three']);
    expect(await readFile(join(folder, 'journal.jsonl'), 'utf8')).toBe('"one"\n"three"\n');
  });

  it('refuses to start from a line that cannot be read', async () => {
    await write('one');
    await appendFile(join(folder, 'journal.jsonl'), 'damage\n');
    await expect(entries()).rejects.toThrow(SyntaxError);
  });

  it('is readable by its owner alone', async () => {
    await write('one');
    expect((await stat(join(folder, 'journal.jsonl'))).mode & 0o777).toBe(0o600);
  });
});

async function write(...texts: readonly string[]): Promise<void> {
  const journal = await openFileJournal(folder, String);
  for (const text of texts) await journal.append(text);
  await journal.close();
}

async function entries(): Promise<readonly string[]> {
  const journal = await openFileJournal(folder, String);
  await journal.close();
  return journal.entries;
}
