import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createConfinedDecoder, digestsOf } from '@breakwater/perceptual/node';
import { identifyVideo } from '@breakwater/perceptual/video/node';
import { Command } from 'commander';
import { presentScreening } from '../../api/index.ts';
import { createScreening, type Media } from '../../screening/index.ts';
import { withStore } from '../installation.ts';
import { createOutput } from '../output.ts';
import { readableHead, readOrExplain, unreadable } from './hash.ts';

type ScreenLine = { file: string } & (
  | ReturnType<typeof presentScreening>
  | { unscanned: true; reason: string; message: string }
);

export function screenCommand(): Command {
  return new Command('screen')
    .description('Screen picture and video files against the hash lists of the running program.')
    .argument('<files...>', 'picture and video files')
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
            const media = await mediaOf(file);
            if (media === undefined) {
              verdicts.add('unscanned');
              const line = { verdict: 'unscanned' as const, ...unreadable(file) };
              output.result(line, sentenceOf(line));
              continue;
            }
            const examination = await screening.examine(media, 'thorough');
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

/** A video is read where it lies, anything else into memory; undefined when there is nothing to be had. */
async function mediaOf(file: string): Promise<Media | undefined> {
  const head = await readableHead(file);
  if (head === undefined || identifyVideo(head) === undefined) return readOrExplain(file);
  const { size } = await stat(file);
  const computed = await digestsOf(createReadStream(file));
  return { path: file, bytes: size, ...computed, discard: async () => {} };
}

function sentenceOf(line: ScreenLine): string {
  if (!('verdict' in line) || line.verdict === 'unscanned') {
    return `${line.file}\n  unscanned (${line.reason}): ${line.message}`;
  }
  if (line.verdict === 'no-match') return `${line.file}\n  no match`;
  const matches = line.matches.map(
    ({ list, entry, fingerprint, distance, frameSeconds }) =>
      `  match: list ${list.slug}, entry ${entry.externalId ?? entry.id}, ${fingerprint}, distance ${distance}` +
      (frameSeconds === null ? '' : `, at ${frameSeconds.toFixed(1)} s`),
  );
  return [line.file, ...matches].join('\n');
}
