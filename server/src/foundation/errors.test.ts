import { UNSCANNED_REASONS } from '@breakwater/perceptual/node';
import { describe, expect, it } from 'vitest';
import { CodedError, errorTable, unscannedProblem } from './index.ts';

/** Reasons that screening finds itself, beside those of the decoder; the last five are of videos. */
const REASONS_OF_SCREENING = [
  'low-quality',
  'first-frame-only',
  'damaged',
  'decoder-busy',
  'further-streams-unhashed',
  'key-frames-only',
  'too-long',
];

describe('the table of errors', () => {
  it.each([...UNSCANNED_REASONS, ...REASONS_OF_SCREENING])('has a sentence for unscanned: %s', (reason) => {
    expect(unscannedProblem(reason)).toEqual({
      code: `BW-UNSCANNED-${reason.toUpperCase()}`,
      message: expect.stringMatching(/\w/),
    });
  });

  it('has no unscanned reason that nothing gives', () => {
    const known = [...UNSCANNED_REASONS, ...REASONS_OF_SCREENING].map(
      (reason) => `BW-UNSCANNED-${reason.toUpperCase()}`,
    );
    const listed = Object.keys(errorTable).filter((code) => code.startsWith('BW-UNSCANNED-'));
    expect(listed.toSorted()).toEqual(known.toSorted());
  });

  it('refuses to make up a sentence for a reason that it does not know', () => {
    expect(() => unscannedProblem('placeholder')).toThrow(/placeholder/);
    // "constructor" and the like are on every object, but stand for no error.
    expect(() => unscannedProblem('constructor')).toThrow(/constructor/);
  });

  it.each(Object.entries(errorTable))(
    'says in plain sentences what %s means',
    (code, { status, message }) => {
      expect(code).toMatch(/^BW-[A-Z0-9-]+$/);
      expect(status).toBeGreaterThanOrEqual(400);
      expect(status).toBeLessThan(600);
      expect(message).toMatch(/^[A-Z]/);
      // A command or a header to copy stands after a colon, without a full stop that would be copied with it.
      expect(message).toMatch(/(?:\.|: (?:bin\/breakwater [a-z -]+|Bearer bwk_…))$/);
    },
  );

  it('carries status, details and cause, and the sentence of the table unless told another', () => {
    const cause = new Error('placeholder');
    const error = new CodedError('BW-NOT-FOUND', { details: [{ path: 'a', message: 'b' }], cause });
    expect(error).toMatchObject({
      code: 'BW-NOT-FOUND',
      status: 404,
      message: errorTable['BW-NOT-FOUND'].message,
      details: [{ path: 'a', message: 'b' }],
      cause,
    });
    expect(new CodedError('BW-NOT-FOUND', { message: 'There is no such case.' }).message).toBe(
      'There is no such case.',
    );
  });
});
