import { Command } from 'commander';
import { writeSampleFiles } from '../../demo/index.ts';
import { createOutput } from '../output.ts';

export function demoCommand(): Command {
  const files = new Command('files')
    .description('Write a few generated pictures and a small hash list, to try things with.')
    .argument('<folder>', 'folder to write to; made if it is not there')
    .option('--json', 'one JSON line per file')
    .action(async (folder: string, options: { json?: boolean }) => {
      const output = createOutput(options);
      for (const file of await writeSampleFiles(folder)) output.result({ file }, file);
    });
  return new Command('demo')
    .description('Things to try Breakwater with. All pictures are generated.')
    .addCommand(files);
}
