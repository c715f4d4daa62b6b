import type { BrowserContext, Response } from 'playwright-core';

/** Everything that a browser asked for and complained of, from its start. */
export interface Witness {
  /** Every request as `GET http://…`, in order. */
  readonly requests: readonly string[];
  /** Errors on the console, exceptions and breaches of the content security policy. */
  readonly complaints: readonly string[];
  /** The bytes of the pictures that were shown, by address: of all but those whose page was left before they could be had. */
  pictures(): Promise<ReadonlyMap<string, Buffer>>;
}

/** Watches every page of the browser, present and to come. */
export async function witness(context: BrowserContext): Promise<Witness> {
  const requests: string[] = [];
  const complaints: string[] = [];
  const pictures = new Map<string, Promise<Buffer | undefined>[]>();
  context.on('request', (request) => requests.push(`${request.method()} ${request.url()}`));
  context.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  context.on('weberror', (error) => complaints.push(String(error.error())));
  context.on('response', (response) => {
    if (!isShownPicture(response)) return;
    const address = response.url();
    const bytes = response.body().then(nothingToUndefined, () => undefined);
    pictures.set(address, [...(pictures.get(address) ?? []), bytes]);
  });
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
      // oxlint-disable-next-line no-console -- the console is what is watched
      console.error(`content security policy: ${violatedDirective} forbids ${blockedURI}`);
    });
  });
  return { requests, complaints, pictures: () => gathered(pictures) };
}

/** The answer to a reveal, a POST, is shown under an address of the page's own, blob:…, and only there can be read. */
function isShownPicture(response: Response): boolean {
  return response.headers()['content-type'] === 'image/webp' && response.request().method() === 'GET';
}

/** A page that is left at once takes the bytes with it; the same picture is there at another time. */
function nothingToUndefined(bytes: Buffer): Buffer | undefined {
  return bytes.length === 0 ? undefined : bytes;
}

async function gathered(
  pictures: ReadonlyMap<string, readonly Promise<Buffer | undefined>[]>,
): Promise<Map<string, Buffer>> {
  const found = new Map<string, Buffer>();
  for (const [address, attempts] of pictures) {
    const bytes = (await Promise.all(attempts)).find((attempt) => attempt !== undefined);
    if (bytes !== undefined) found.set(address, bytes);
  }
  return found;
}
