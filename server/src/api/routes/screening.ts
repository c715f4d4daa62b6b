import type { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { CodedError, unscannedProblem } from '../../foundation/index.ts';
import { comparableLooks, type Examination, type Media, type Verdict } from '../../screening/index.ts';
import { screenAnswer, type ScreenAnswer } from '../contract/index.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { BINARY } from '../documentation.ts';
import { presentMatch } from '../present.ts';

/** As the decoder's own limit, so that it is the decoder that refuses what is too large for it. */
const MAX_PICTURE_BYTES = 64 * 1024 * 1024;

/** Bytes of a picture or a video in, verdict out. */
export async function screeningRoutes(app: Api, deps: ApiDeps): Promise<void> {
  await app.register(async (scope: Api) => {
    scope.removeAllContentTypeParsers();
    for (const type of ['application/octet-stream', /^(?:image|video)\/[a-z0-9.+-]+(?:;.*)?$/])
      scope.addContentTypeParser(type, async (_request: unknown, body: Readable) => body);
    scope.post(
      '/v1/screen',
      {
        config: {
          access: { kind: 'service', scope: 'screen' },
          bodies: { 'application/octet-stream': BINARY, 'image/*': BINARY, 'video/*': BINARY },
        },
        schema: {
          tags: ['Screening'],
          summary: 'Screen a picture or a video',
          description:
            'The bytes of one picture or video as the body, as image/*, video/* or application/octet-stream; its format is told by content, not by the header. Nothing is kept. A video is looked at for some ten seconds, and beyond that by its key frames; what could not be wholly compared is `unscanned`. An `unscanned` verdict says why, and is never to be taken for clean.',
          response: { 200: screenAnswer },
        },
      },
      async (request, reply) => {
        const { screening } = deps;
        const body = request.body as Readable | null | undefined;
        const media = await take(deps, body, Number(request.headers['content-length'] ?? 0), reply);
        try {
          const examination = await screening.examine(media);
          return presentScreening(examination, await screening.lookUp(deps.db, examination));
        } finally {
          if (!(media instanceof Uint8Array)) await media.discard();
        }
      },
    );
  });
}

/** Reads the body. What is too large is not read to its end, so the connection cannot be used again. */
async function take(
  { screening }: ApiDeps,
  body: Readable | null | undefined,
  announcedBytes: number,
  reply: FastifyReply,
): Promise<Media> {
  if (body === null || body === undefined) return new Uint8Array();
  try {
    if (announcedBytes > Math.max(MAX_PICTURE_BYTES, screening.maxVideoBytes))
      throw new CodedError('BW-BODY-TOO-LARGE');
    const source = body.iterator({ destroyOnReturn: false });
    return await screening.take(source, { memoryBytes: MAX_PICTURE_BYTES });
  } catch (error) {
    reply.header('connection', 'close');
    throw error;
  }
}

/** The answer to a screening. Shared with the command line, which prints the same. */
export function presentScreening(examination: Examination, verdict: Verdict): ScreenAnswer {
  const { seen } = examination;
  const picture = seen.kind === 'picture' ? seen : null;
  const decoded = seen.kind === 'nothing' ? null : seen;
  const fingerprints = {
    sha256: examination.sha256,
    md5: examination.md5,
    pdq: picture?.pdq ?? null,
    quality: picture?.quality ?? null,
    width: decoded?.width ?? null,
    height: decoded?.height ?? null,
    video:
      seen.kind === 'video'
        ? {
            frames: seen.frames,
            hashes: comparableLooks(examination).length,
            seconds: seen.seconds,
            warnings: [...seen.warnings],
          }
        : null,
  };
  switch (verdict.verdict) {
    case 'match':
      return { verdict: 'match', matches: verdict.matches.map(presentMatch), ...fingerprints };
    case 'no-match':
      return { verdict: 'no-match', ...fingerprints };
    case 'unscanned':
      return {
        verdict: 'unscanned',
        reason: verdict.reason,
        ...unscannedProblem(verdict.reason),
        ...fingerprints,
      };
  }
}
