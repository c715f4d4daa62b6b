import { createConfinedDecoder } from '@breakwater/perceptual/node';
import { Command } from 'commander';
import { presentScreening } from '../../api/index.ts';
import { createScreening } from '../../screening/index.ts';
import { withStore } from '../installation.ts';
import { createOutput } from '../output.ts';
import { readOrExplain, unreadable } from './hash.ts';

type ScreenLine = { file: string } & (
  | ReturnType<typeof presentScreening>
  | { unscanned: true; reason: string; message: string }
);

export function screenCommand(): Command {
  return new Command('screen')
    .description('Screen picture files against the hash lists of the running program.')
    .argument('<files...>', 'picture files')
    .option('--data <folder>', 'data folder of the program (default: ./data)')
    .option('--json', 'one JSON line per file: the verdict as POST /v1/screen gives it, and the file')
    .addHelpText(
      'after',
      '\nExit status: 0 nothing matched, 3 something matched, 1 something could not be scanned.',
    )
    .action(async (files: string[], options: { data?: string; json?: boolean }) => {
      const output = createOutput(options);
      const verdicts = new Set<string>();
      await withStore(options, async ({ db }) => {
        const decoder = createConfinedDecoder();
        const screening = createScreening({ decoder, count: () => {} });
        try {
          for (const file of files) {
            const bytes = await readOrExplain(file);
            if (bytes === undefined) {
              verdicts.add('unscanned');
              const line = { verdict: 'unscanned' as const, ...unreadable(file) };
              output.result(line, sentenceOf(line));
              continue;
            }
            const examination = await screening.examine(bytes);
            const answer = presentScreening(examination, await screening.lookUp(db, examination));
            verdicts.add(answer.verdict);
            output.result({ file, ...answer }, sentenceOf({ file, ...answer }));
          }
        } finally {
          await decoder.close();
        }
      });
      if (verdicts.has('unscanned')) process.exitCode = 1;
      else if (verdicts.has('match')) process.exitCode = 3;
    });
}

function sentenceOf(line: ScreenLine): string {
  if (!('verdict' in line) || line.verdict === 'unscanned') {
    return `${line.file}\n  unscanned (${line.reason}): ${line.message}`;
  }
  if (line.verdict === 'no-match') return `${line.file}\n  no match`;
  const matches = line.matches.map(
    ({ list, entry, fingerprint, distance }) =>
      `  match: list ${list.slug}, entry ${entry.externalId ?? entry.id}, ${fingerprint}, distance ${distance}`,
  );
  return [line.file, ...matches].join('\n');
}
