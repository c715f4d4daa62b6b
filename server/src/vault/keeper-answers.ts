import { createHmac, timingSafeEqual, type Hmac } from 'node:crypto';
import {
  DEFAULT_DECODER_LIMITS,
  type ConfinedDecoder,
  type RenderRequest,
} from '@breakwater/perceptual/node';
import { AgeFileError, openAge, sealAge } from './age-file.ts';
import type { Question } from './keeper-questions.ts';
import type { Channel } from './keeper-wire.ts';

/** What the keeper keeps. */
export interface Keeping {
  readonly keys: readonly string[];
  readonly contentSecret: Uint8Array;
  readonly decoder: ConfinedDecoder;
}

/** Does what is asked with the sealed object that the channel brings. @throws {AgeFileError} */
export async function answerQuestion(
  keeping: Keeping,
  question: Exclude<Question, { task: 'unlock' }>,
  channel: Channel,
): Promise<object> {
  const content = new Content(keeping, channel, question.contentKey);
  switch (question.task) {
    case 'verify':
      // Reading it to its end is all that is asked.
      for await (const piece of content.pieces()) void piece;
      return {};
    case 'open':
      for await (const piece of content.pieces()) await channel.write(piece);
      channel.end();
      return {};
    case 'reseal':
      for await (const piece of sealAge(question.recipients, content.pieces())) await channel.write(piece);
      channel.end();
      return {};
    case 'render':
      return render(keeping.decoder, content, question.render, channel);
  }
}

/** Only the picture that it is to be is decoded, and what goes out is encoded anew, without metadata. */
async function render(
  decoder: ConfinedDecoder,
  content: Content,
  request: RenderRequest,
  channel: Channel,
): Promise<object> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of content.pieces()) {
    bytes += piece.length;
    // Read on, for whether it is intact, and keep nothing of it.
    if (bytes > DEFAULT_DECODER_LIMITS.bytes) pieces.length = 0;
    else pieces.push(piece);
  }
  if (bytes > DEFAULT_DECODER_LIMITS.bytes) return { kind: 'unscanned', reason: 'too-large' };
  const outcome = await decoder.render(Buffer.concat(pieces), request);
  if (outcome.kind === 'unscanned') return outcome;
  const { bytes: picture, ...rest } = outcome;
  await channel.write(picture);
  channel.end();
  return rest;
}

/** The content of a sealed object, which at its end is told to be the one that it is to be. */
class Content {
  readonly #keys: readonly string[];
  readonly #channel: Channel;
  readonly #hmac: Hmac;
  readonly #expected: Buffer;

  constructor({ keys, contentSecret }: Keeping, channel: Channel, contentKey: string) {
    this.#keys = keys;
    this.#channel = channel;
    this.#hmac = createHmac('sha256', contentSecret);
    this.#expected = Buffer.from(contentKey, 'hex');
  }

  async *pieces(): AsyncGenerator<Uint8Array, void, void> {
    for await (const piece of openAge(this.#keys, this.#channel.read())) {
      this.#hmac.update(piece);
      yield piece;
    }
    if (!timingSafeEqual(this.#hmac.digest(), this.#expected))
      throw new AgeFileError('altered', 'it is another content than was sealed');
  }
}
