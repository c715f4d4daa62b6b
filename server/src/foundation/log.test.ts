import { describe, expect, it } from 'vitest';
import { createLog } from './index.ts';

function logged(write: (log: ReturnType<typeof createLog>) => void): string {
  let output = '';
  write(createLog({ level: 'trace', destination: { write: (line: string) => void (output += line) } }));
  return output;
}

const SECRET = 'placeholder-that-must-not-show';

/** What rows, requests and payloads call the things that a log must not hold. */
const SENSITIVE_FIELDS = [
  'authorization',
  'Authorization',
  'cookie',
  'set-cookie',
  'Set-Cookie',
  'password',
  'secret',
  'webhookSecret',
  'token',
  'sessionToken',
  'session_token',
  'token_hash',
  'key',
  'serviceKey',
  'service_key',
  'key_hash',
  'signInLink',
  'text',
  'name',
  'displayName',
  'display_name',
  'groupName',
  'group_name',
  'originalName',
  'original_name',
  'handle',
  'description',
  'comment',
  'rationale',
  'additionalInfo',
  'body',
  'bytes',
  'payload',
  'url',
];

describe('the log', () => {
  it.each(SENSITIVE_FIELDS)('strikes out %s, however deep it stands', (field) => {
    const output = logged((log) => {
      log.info({ [field]: SECRET }, 'at the top');
      log.info({ report: { [field]: SECRET } }, 'one down');
      log.info({ report: { message: { [field]: SECRET } } }, 'two down');
      log.info({ messages: [{ [field]: SECRET }] }, 'in a list');
      log.info({ a: { b: { c: { [field]: SECRET } } } }, 'three down');
    });
    expect(output).not.toContain(SECRET);
    expect(output.trim().split('\n')).toHaveLength(5);
  });

  it('strikes out what a child logger carries along', () => {
    const output = logged((log) => log.child({ token: SECRET, name: SECRET, key: SECRET }).info('noted'));
    expect(output).not.toContain(SECRET);
  });

  it('never holds bytes, whatever they are called and wherever they stand', () => {
    const picture = Buffer.from('picture bytes');
    const output = logged((log) => {
      log.info({ picture }, 'at the top');
      log.info({ file: { content: new Uint8Array(picture) } }, 'one down');
      log.info({ files: [{ part: picture }] }, 'in a list');
      log.info(picture as unknown as object, 'itself');
    });
    expect(output).not.toContain([...picture].slice(0, 4).join(','));
    expect(output).not.toContain(picture.toString());
    expect(output).not.toContain('"0":112');
  });

  it('keeps of a database error what identifies the fault, and no values of rows', () => {
    const error = Object.assign(new Error('duplicate key value violates unique constraint "groups_once"'), {
      code: '23505',
      detail: `Key (name)=(${SECRET}) already exists.`,
      where: SECRET,
      parameters: [SECRET],
    });
    const output = logged((log) => {
      log.error({ error }, 'failed');
      log.error(error);
      log.error({ err: error }, 'failed');
      log.error({ error: new Error('wrapped', { cause: error }) }, 'failed');
      log.error({ problem: error }, 'failed under another name');
      log.error({ failure: { cause: error } }, 'failed further down');
    });
    expect(output).not.toContain(SECRET);
    expect(output.match(/23505/g)?.length).toBeGreaterThanOrEqual(4);
    expect(output).toContain('groups_once');
  });

  it('writes what is thrown even if it is no error', () => {
    const output = logged((log) => log.error({ error: 'placeholder' }, 'failed'));
    expect(JSON.parse(output)).toMatchObject({ error: { message: 'placeholder' }, msg: 'failed' });
  });

  it('still says what helps: ids, counts, codes and times', () => {
    const entry = {
      caseId: 'c-1',
      keyId: 'k-1',
      count: 3,
      code: 'BW-NOT-FOUND',
      at: new Date('2026-01-15T09:00:00Z'),
    };
    const output = JSON.parse(logged((log) => log.info(entry, 'noted')));
    expect(output).toMatchObject({
      caseId: 'c-1',
      keyId: 'k-1',
      count: 3,
      code: 'BW-NOT-FOUND',
      at: '2026-01-15T09:00:00.000Z',
      msg: 'noted',
    });
  });

  it('survives an object that refers to itself', () => {
    const loop: Record<string, unknown> = { id: 'c-1' };
    loop['self'] = loop;
    expect(logged((log) => log.info(loop, 'noted'))).toContain('noted');
  });
});
