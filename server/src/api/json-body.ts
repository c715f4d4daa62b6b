import { CodedError } from '../foundation/index.ts';
import type { Api } from './deps.ts';

/** JSON bodies only, and only of valid UTF-8: a byte that is not would be stored as something that was not said. */
export function parseJsonBodies(app: Api): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeContentTypeParser(['application/json', 'text/plain']);
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    // The parser answers through `done`; what the decoder throws goes the same way.
    void parse(request, textOf(body as Buffer), done);
  });
}

/** @throws {CodedError} BW-BODY-NOT-JSON when the bytes are not UTF-8 */
export function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new CodedError('BW-BODY-NOT-JSON', { cause: error });
  }
}
