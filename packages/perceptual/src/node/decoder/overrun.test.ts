import { setImmediate } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { blackPng, sampleScene } from '../sample-pictures.ts';
import { createConfinedDecoder, DecoderBusyError, type DecoderOptions } from './confined-decoder.ts';
import { usableConfinements } from './usable-confinements.ts';

const small = await sampleScene().jpeg().toBuffer();
/** Some hundred times the work of the small one, and 300 MB of pixels. */
const large = blackPng({ width: 10_000, height: 10_000 });
const MEBIBYTE = 1024 * 1024;

function decoderFor(options: DecoderOptions) {
  const decoder = createConfinedDecoder(options);
  onTestFinished(() => decoder.close());
  return decoder;
}

describe.each(await usableConfinements())('a decoder confined by %s', (confinement) => {
  it('is killed when a picture takes too long', async () => {
    const decoder = decoderFor({ confinement, limits: { milliseconds: 20 } });
    const { childPid } = await decoder.probe();
    expect(await decoder.fingerprint(large)).toEqual({ kind: 'unscanned', reason: 'timeout' });
    await expect.poll(() => isRunning(childPid!)).toBe(false);
  });

  it('is killed when a picture takes too much memory, and the next picture is hashed', async () => {
    const decoder = decoderFor({ confinement, limits: { memoryBytes: 192 * MEBIBYTE } });
    const [first, second] = await Promise.all([decoder.fingerprint(large), decoder.fingerprint(small)]);
    expect(first).toEqual({ kind: 'unscanned', reason: 'out-of-memory' });
    expect(second.kind).toBe('fingerprinted');
  });

  it('that dies in the middle of a picture fails that picture and no other', async () => {
    const decoder = decoderFor({ confinement });
    const { childPid } = await decoder.probe();
    const answers = [decoder.fingerprint(large), decoder.fingerprint(small)];
    await setImmediate();
    expect(decoder.status()).toMatchObject({ busy: true, waiting: 1, childPid });
    process.kill(childPid!, 'SIGKILL');
    expect(await answers[0]).toEqual({ kind: 'unscanned', reason: 'decoder-crashed' });
    expect((await answers[1])?.kind).toBe('fingerprinted');
    expect(decoder.status().childPid).not.toBe(childPid);
  });

  it('that dies between two pictures is replaced', async () => {
    const decoder = decoderFor({ confinement });
    const { childPid } = await decoder.probe();
    process.kill(childPid!, 'SIGKILL');
    await expect.poll(() => decoder.status().childPid).toBeUndefined();
    expect((await decoder.fingerprint(small)).kind).toBe('fingerprinted');
  });

  it('ends when it has been idle, and starts again when needed', async () => {
    const decoder = decoderFor({ confinement, idleMilliseconds: 1 });
    const { childPid } = await decoder.probe();
    await expect.poll(() => isRunning(childPid!)).toBe(false);
    expect(decoder.status()).toEqual({
      confinement,
      trouble: undefined,
      childPid: undefined,
      busy: false,
      waiting: 0,
    });
    expect((await decoder.fingerprint(small)).kind).toBe('fingerprinted');
  });

  it('answers "decoder-unavailable" once it is closed, also to those who wait', async () => {
    const decoder = decoderFor({ confinement });
    const { childPid } = await decoder.probe();
    const answers = [decoder.fingerprint(large), decoder.fingerprint(small)];
    await setImmediate();
    await decoder.close();
    const unavailable = { kind: 'unscanned', reason: 'decoder-unavailable' };
    expect(await Promise.all([...answers, decoder.fingerprint(small)])).toEqual([
      unavailable,
      unavailable,
      unavailable,
    ]);
    expect(isRunning(childPid!)).toBe(false);
    await decoder.close();
  });
});

it('carries on with the queue after a picture that never ends', async () => {
  const decoder = decoderFor({ confinement: 'process', limits: { milliseconds: 3000 } });
  const { childPid } = await decoder.probe();
  // A stopped process stands in for one that is caught in an endless loop.
  process.kill(childPid!, 'SIGSTOP');
  const [first, second] = await Promise.all([decoder.fingerprint(small), decoder.fingerprint(small)]);
  expect(first).toEqual({ kind: 'unscanned', reason: 'timeout' });
  expect(second.kind).toBe('fingerprinted');
});

it('turns pictures away when too many wait, and takes them again later', async () => {
  const decoder = decoderFor({ limits: { waiting: 2 } });
  const taken = [1, 2, 3].map(() => decoder.fingerprint(small));
  await expect(decoder.fingerprint(small)).rejects.toThrow(new DecoderBusyError(2));
  for (const outcome of await Promise.all(taken)) expect(outcome.kind).toBe('fingerprinted');
  expect((await decoder.fingerprint(small)).kind).toBe('fingerprinted');
});

it('that is closed before its first picture has nothing to end', async () => {
  const decoder = createConfinedDecoder();
  await decoder.close();
  expect(await decoder.fingerprint(small)).toEqual({ kind: 'unscanned', reason: 'decoder-unavailable' });
  expect((await decoder.probe()).confinement).toBe('undecided');
});

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return false;
    throw error;
  }
}
