import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { repository } from './program.ts';

export function readReadme(): Promise<string> {
  return readFile(join(repository, 'README.md'), 'utf8');
}

/** The part of a Markdown text from a heading of the second level to the next. @throws {RangeError} when it has none */
export function sectionOf(markdown: string, title: string): string {
  const [, ...sections] = `\n${markdown}`.split('\n## ');
  const section = sections.find((each) => each.startsWith(`${title}\n`));
  if (section === undefined) throw new RangeError(`there is no section "${title}"`);
  return section;
}

/** What stands in the code blocks that are marked as bash, in order. */
export function bashBlocks(markdown: string): string[] {
  return [...markdown.matchAll(/^```bash\n(.*?)^```$/gms)].map(([, block = '']) => block);
}
