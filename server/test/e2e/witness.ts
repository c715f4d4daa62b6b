import type { BrowserContext } from 'playwright-core';

/** Everything that a browser asked for and complained of, from its start. */
export interface Witness {
  /** Every request as `GET http://…`, in order. */
  readonly requests: readonly string[];
  /** Errors on the console, exceptions and breaches of the content security policy. */
  readonly complaints: readonly string[];
  /** Bytes of every picture that the server sent. */
  pictures(): Promise<readonly Buffer[]>;
  /** Bytes of a script that the browser may keep, to tell that its cache is in use. */
  scripts(): Promise<readonly Buffer[]>;
}

/** Watches every page of the browser, present and to come. */
export async function witness(context: BrowserContext): Promise<Witness> {
  const requests: string[] = [];
  const complaints: string[] = [];
  const pictures: Promise<Buffer>[] = [];
  const scripts: Promise<Buffer>[] = [];
  context.on('request', (request) => requests.push(`${request.method()} ${request.url()}`));
  context.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  context.on('weberror', (error) => complaints.push(String(error.error())));
  context.on('response', (response) => {
    const type = response.headers()['content-type'] ?? '';
    if (type === 'image/webp') pictures.push(response.body());
    if (type.startsWith('text/javascript')) scripts.push(response.body());
  });
  await context.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
      // oxlint-disable-next-line no-console -- the console is what the test watches
      console.error(`content security policy: ${violatedDirective} forbids ${blockedURI}`);
    });
  });
  return {
    requests,
    complaints,
    pictures: () => Promise.all(pictures),
    scripts: () => Promise.all(scripts),
  };
}
