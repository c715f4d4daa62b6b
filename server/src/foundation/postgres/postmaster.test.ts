import { assert, property, string } from 'fast-check';
import { expect, it } from 'vitest';
import { parsePidFile } from './postmaster.ts';

const whole = '4242\n/data/cluster\n1700000000\n5432\n/data/socket\n\n  1234567   42\nready   \n';

it('reads the lines of a running server', () => {
  expect(parsePidFile(whole)).toEqual({
    pid: 4242,
    port: 5432,
    socketFolder: '/data/socket',
    status: 'ready',
  });
});

it('takes no part of the file for the whole', () => {
  for (let length = 0; length < whole.indexOf('ready'); length += 1) {
    expect(parsePidFile(whole.slice(0, length))?.status ?? '').not.toBe('ready');
  }
});

it('does not fail on anything else that may stand there', () => {
  assert(
    property(string(), (text) => {
      expect(parsePidFile(text)?.pid ?? 0).toBeGreaterThanOrEqual(0);
    }),
  );
});
