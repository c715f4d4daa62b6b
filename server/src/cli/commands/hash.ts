import { readFile } from 'node:fs/promises';
import { createConfinedDecoder } from '@breakwater/perceptual/node';
import { Command } from 'commander';
import { unscannedProblem } from '../../foundation/index.ts';
import { examine, type Examination } from '../../screening/index.ts';
import { createOutput } from '../output.ts';

export function hashCommand(): Command {
  return new Command('hash')
    .description('Print the fingerprints of picture files: SHA-256, MD5, and PDQ with its quality.')
    .argument('<files...>', 'picture files')
    .option(
      '--json',
      'one JSON line per file: {file, sha256, md5, pdq, quality, width, height} or {file, unscanned, reason}',
    )
    .action(async (files: string[], options: { json?: boolean }) => {
      const output = createOutput(options);
      const decoder = createConfinedDecoder();
      try {
        for (const file of files) {
          const bytes = await readOrExplain(file);
          const line = bytes === undefined ? unreadable(file) : hashLine(file, await examine(decoder, bytes));
          if ('unscanned' in line) process.exitCode = 1;
          output.result(line, sentenceOf(line));
        }
      } finally {
        await decoder.close();
      }
    });
}

type HashLine =
  | { file: string; sha256: string; md5: string; pdq: string; quality: number; width: number; height: number }
  | {
      file: string;
      unscanned: true;
      reason: string;
      code: string;
      message: string;
      sha256?: string;
      md5?: string;
    };

function hashLine(file: string, { sha256, md5, picture }: Examination): HashLine {
  if ('unscanned' in picture) {
    const { unscanned: reason } = picture;
    return { file, unscanned: true, reason, ...unscannedProblem(reason), sha256, md5 };
  }
  const { pdq, quality, width, height } = picture;
  return { file, sha256, md5, pdq, quality, width, height };
}

/** The bytes, or undefined when there are none to be had: one file that cannot be read does not hold up the others. */
export async function readOrExplain(file: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(file);
  } catch (error) {
    if (error instanceof Error && 'code' in error) return undefined;
    throw error;
  }
}

export function unreadable(file: string) {
  const message = 'The file cannot be read.';
  return { file, unscanned: true, reason: 'unreadable', code: 'BW-FILE-UNREADABLE', message } as const;
}

function sentenceOf(line: HashLine): string {
  if ('unscanned' in line) return `${line.file}\n  unscanned (${line.reason}): ${line.message}`;
  return [
    line.file,
    `  sha256   ${line.sha256}`,
    `  md5      ${line.md5}`,
    `  pdq      ${line.pdq}`,
    `  quality  ${line.quality}   ${line.width} x ${line.height}`,
  ].join('\n');
}
