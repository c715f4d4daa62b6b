import { createReadStream } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import {
  createConfinedDecoder,
  digestsOf,
  type ConfinedDecoder,
  type Digests,
  type Fingerprinted,
} from '@breakwater/perceptual/node';
import {
  fingerprintVideo,
  identifyVideo,
  VIDEO_HEAD_BYTES,
  type VideoFingerprinted,
} from '@breakwater/perceptual/video/node';
import { Command } from 'commander';
import { unscannedProblem } from '../../foundation/index.ts';
import { createOutput } from '../output.ts';

export function hashCommand(): Command {
  return new Command('hash')
    .description('Print the fingerprints of picture and video files.')
    .argument('<files...>', 'picture and video files')
    .option('--json', 'one JSON line per file, as described below')
    .addHelpText(
      'after',
      `
A picture:  {file, sha256, sha1, md5, pdq, quality, pdq512, quality512, dihedral, width, height, frames, decodedAs,
             warnings, variants}
A video:    {file, sha256, sha1, md5, vpdq, width, height, frames, seconds, truncated, decodedAs, warnings}
Otherwise:  {file, unscanned, reason, code, message}

dihedral holds pdq of the picture as it is, turned by 90, 180 and 270 degrees, and mirrored in four ways: flip x, flip y,
flip plus 1, flip minus 1. vpdq has an object per frame: frame, quality, hash, seconds.
Exit status: 1 if a file could not be scanned.`,
    )
    .action(async (files: string[], options: { json?: boolean }) => {
      const output = createOutput(options);
      const decoder = createConfinedDecoder();
      try {
        for (const file of files) {
          const line = await hashLine(decoder, file);
          if ('unscanned' in line) process.exitCode = 1;
          output.result(line, sentenceOf(line));
        }
      } finally {
        await decoder.close();
      }
    });
}

type PictureLine = { file: string } & Digests & Omit<Fingerprinted, 'kind'>;
type VideoLine = { file: string } & Digests & Omit<VideoFingerprinted, 'kind'>;
type UnscannedLine = {
  file: string;
  unscanned: true;
  reason: string;
  code: string;
  message: string;
} & Partial<Digests>;
type HashLine = PictureLine | VideoLine | UnscannedLine;

async function hashLine(decoder: ConfinedDecoder, file: string): Promise<HashLine> {
  const head = await readableHead(file);
  if (head === undefined) return unreadable(file);
  const digests = await digestsOf(createReadStream(file));
  const outcome =
    identifyVideo(head) === undefined
      ? await decoder.fingerprint(await readFile(file))
      : await fingerprintVideo(file);
  switch (outcome.kind) {
    case 'unscanned': {
      const { reason } = outcome;
      return { file, unscanned: true, reason, ...unscannedProblem(reason), ...digests };
    }
    case 'fingerprinted': {
      const { kind: _, ...fingerprints } = outcome;
      return { file, ...digests, ...fingerprints };
    }
    case 'video-fingerprinted': {
      const { kind: _, ...video } = outcome;
      return { file, ...digests, ...video };
    }
  }
}

/** The first bytes, or undefined when there are none to be had: one such file does not hold up the others. */
export async function readableHead(file: string): Promise<Uint8Array | undefined> {
  try {
    const handle = await open(file, 'r');
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(VIDEO_HEAD_BYTES), 0, VIDEO_HEAD_BYTES, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (error instanceof Error && 'code' in error) return undefined;
    throw error;
  }
}

/** The bytes, or undefined when there are none to be had: one such file does not hold up the others. */
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
  const warnings = line.warnings.length === 0 ? [] : [`  noted    ${line.warnings.join(', ')}`];
  const size = `${line.width} x ${line.height}`;
  const fingerprints =
    'vpdq' in line
      ? [
          `  vpdq     ${line.vpdq.length} hashes of ${line.frames} frames, ${size}, ${line.seconds.toFixed(1)} s`,
        ]
      : [`  pdq      ${line.pdq}`, `  pdq512   ${line.pdq512}`, `  quality  ${line.quality}   ${size}`];
  return [
    line.file,
    `  sha256   ${line.sha256}`,
    `  sha1     ${line.sha1}`,
    `  md5      ${line.md5}`,
    ...fingerprints,
    ...warnings,
  ].join('\n');
}
