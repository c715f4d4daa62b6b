import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';

export interface HeardWebhook {
  /** The `webhook-id`; a repeat of the same delivery has the same one. */
  readonly id: string;
  /** Whether its signature fits the secret and its timestamp is fresh. */
  readonly verified: boolean;
  readonly repeated: boolean;
  readonly body: unknown;
}

export interface WebhookListener {
  readonly url: string;
  close(): Promise<void>;
}

const MAX_BODY_BYTES = 1024 * 1024;

/**
 * What a messaging service would run to take our webhooks: verifies each (Standard Webhooks), tells repeats by their
 * id, and answers 204, or 400 to what does not verify. For trying things out, and as an example.
 */
export async function startWebhookListener(options: {
  readonly port: number;
  readonly secret: string;
  readonly onWebhook: (webhook: HeardWebhook) => void;
}): Promise<WebhookListener> {
  const webhook = new Webhook(options.secret);
  const seen = new Set<string>();
  const server = createServer((request, response) => {
    void (async () => {
      const text = await bodyOf(request);
      const heard = text === null ? null : verify(webhook, request, text, seen);
      if (heard !== null) options.onWebhook(heard);
      response.writeHead(heard?.verified === true ? 204 : 400).end();
    })().catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function verify(webhook: Webhook, request: IncomingMessage, text: string, seen: Set<string>): HeardWebhook {
  const id = headerOf(request, 'webhook-id');
  try {
    const body = webhook.verify(text, {
      'webhook-id': id,
      'webhook-timestamp': headerOf(request, 'webhook-timestamp'),
      'webhook-signature': headerOf(request, 'webhook-signature'),
    });
    const repeated = seen.has(id);
    seen.add(id);
    return { id, verified: true, repeated, body };
  } catch {
    // Not from Breakwater, or not meant for this secret: shown as unverified, with nothing of its content.
    return { id, verified: false, repeated: false, body: null };
  }
}

function headerOf(request: IncomingMessage, name: string): string {
  const value = request.headers[name];
  return typeof value === 'string' ? value : '';
}

/** null when it is too long. */
async function bodyOf(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
