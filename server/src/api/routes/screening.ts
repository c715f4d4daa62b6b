import { unscannedProblem } from '../../foundation/index.ts';
import type { Examination, Verdict } from '../../screening/index.ts';
import { screenAnswer, type ScreenAnswer } from '../contract/index.ts';
import type { Api, ApiDeps } from '../deps.ts';
import { BINARY } from '../documentation.ts';
import { presentMatch } from '../present.ts';

/** As the decoder's own limit, so that it is the decoder that refuses what is too large for it. */
const MAX_PICTURE_BYTES = 64 * 1024 * 1024;

/** Picture bytes in, verdict out. */
export async function screeningRoutes(app: Api, deps: ApiDeps): Promise<void> {
  await app.register(async (scope: Api) => {
    scope.removeAllContentTypeParsers();
    const asBytes = { parseAs: 'buffer' as const };
    scope.addContentTypeParser(
      'application/octet-stream',
      asBytes,
      async (_request: unknown, body: Buffer) => body,
    );
    scope.addContentTypeParser(
      /^image\/[a-z0-9.+-]+(?:;.*)?$/,
      asBytes,
      async (_request: unknown, body: Buffer) => body,
    );
    scope.post(
      '/v1/screen',
      {
        config: {
          access: { kind: 'service', scope: 'screen' },
          bodies: { 'application/octet-stream': BINARY, 'image/*': BINARY },
        },
        bodyLimit: MAX_PICTURE_BYTES,
        schema: {
          tags: ['Screening'],
          summary: 'Screen a picture',
          description:
            'The bytes of one picture as the body, as image/* or application/octet-stream; its format is told by content, not by the header. Nothing is kept. An `unscanned` verdict says why, and is never to be taken for clean.',
          response: { 200: screenAnswer },
        },
      },
      async (request) => {
        const bytes = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
        const examination = await deps.screening.examine(bytes);
        return presentScreening(examination, await deps.screening.lookUp(deps.db, examination));
      },
    );
  });
}

/** The answer to a screening. Shared with the command line, which prints the same. */
export function presentScreening(examination: Examination, verdict: Verdict): ScreenAnswer {
  const picture = 'pdq' in examination.picture ? examination.picture : null;
  const fingerprints = {
    sha256: examination.sha256,
    md5: examination.md5,
    pdq: picture?.pdq ?? null,
    quality: picture?.quality ?? null,
    width: picture?.width ?? null,
    height: picture?.height ?? null,
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
