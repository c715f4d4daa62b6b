import { deflateSync, crc32 } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testPicture } from '../desk/index.ts';
import { createWatchedDesk, expectDiscreetLog, expectSound, type WatchedDesk } from './watched-desk.ts';

/** A PNG of one gray value that says it is so wide and high: small to send, and large to decode. */
function pngOfZeros(width: number, height: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8;
  const rows = deflateSync(Buffer.alloc((width + 1) * height), { level: 1 });
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', rows),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const typed = Buffer.concat([Buffer.from(type), data]);
  const whole = Buffer.alloc(typed.length + 8);
  whole.writeUInt32BE(data.length, 0);
  typed.copy(whole, 4);
  whole.writeUInt32BE(crc32(typed), typed.length + 4);
  return whole;
}

const SVG =
  '<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"><rect width="64" height="64"/></svg>';

describe('POST /v1/screen', () => {
  let watched: WatchedDesk;
  let picture: Buffer;
  beforeAll(async () => {
    watched = await createWatchedDesk();
    picture = await testPicture(1);
  });
  afterAll(() => watched.close());

  const screen = (body: Buffer | string, type = 'application/octet-stream') =>
    watched.post('/v1/screen', body, { 'content-type': type });

  it.each<[string, () => Buffer | string, string]>([
    ['no bytes', () => Buffer.alloc(0), 'empty'],
    ['text', () => 'placeholder', 'unrecognized-format'],
    ['JSON', () => '{}', 'unrecognized-format'],
    ['an SVG', () => SVG, 'unrecognized-format'],
    ['a PDF header', () => '%PDF-1.7\n', 'unrecognized-format'],
    ['a truncated JPEG', () => picture.subarray(0, picture.length / 2), 'truncated'],
    ['a JPEG header', () => picture.subarray(0, 20), 'truncated'],
    ['200 megapixels', () => pngOfZeros(20_000, 10_000), 'too-many-pixels'],
    ['no width', () => pngOfZeros(0, 10), 'zero-dimension'],
  ])('of %s is answered with unscanned and why, never with clean', async (_what, body, reason) => {
    const { status, answer } = await screen(body());
    expect(status).toBe(200);
    expect(answer.json()).toMatchObject({
      verdict: 'unscanned',
      reason,
      code: `BW-UNSCANNED-${reason.toUpperCase()}`,
    });
  });

  it('tells the format by content, whatever the header says', async () => {
    const { answer } = await screen(picture, 'image/png; charset=binary');
    expect(answer.json()).toMatchObject({ verdict: 'no-match' });
  });

  it.each([
    ['text/plain'],
    ['application/json'],
    ['multipart/form-data; boundary=x'],
    ['audio/mp4'],
    ['image'],
    ['image/'],
    ['no type at all'],
  ])('of the content type %s is refused', async (type) => {
    expect(await screen(picture, type)).toMatchObject({ status: 415, code: 'BW-CONTENT-TYPE' });
  });

  it('without a content type is refused', async () => {
    const { authorization } = watched.serviceKey;
    const answer = await watched.api.inject({
      method: 'POST',
      url: '/v1/screen',
      headers: { authorization },
      payload: picture,
    });
    expect(answer.statusCode).toBe(415);
    expect(answer.json()).toMatchObject({ error: { code: 'BW-CONTENT-TYPE' } });
  });

  it('without a body or a content type is unscanned, not clean', async () => {
    const { api, serviceKey } = watched;
    const answer = await api.inject({ method: 'POST', url: '/v1/screen', headers: serviceKey });
    expect(answer.json()).toMatchObject({ verdict: 'unscanned', reason: 'empty' });
  });

  it('of more bytes than the limit is refused', async () => {
    expect(await screen(Buffer.alloc(64 * 1024 * 1024 + 1))).toMatchObject({
      status: 413,
      code: 'BW-BODY-TOO-LARGE',
    });
  });

  it('of many broken pictures at once answers each', async () => {
    const sent = Array.from({ length: 24 }, (_, index) => screen(picture.subarray(0, 100 + index * 50)));
    for (const { status, answer } of await Promise.all(sent)) {
      expect(status).toBe(200);
      expect(answer.json()).toMatchObject({ verdict: 'unscanned' });
    }
  });

  it('leaves a server behind that works, and a log that tells nothing', async () => {
    await expectSound(watched);
    expectDiscreetLog(watched);
  });
});
