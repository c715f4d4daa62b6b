import { once } from 'node:events';
import type { Server as HttpServer } from 'node:http';
import { lookup } from 'node:dns/promises';
import { createServer } from 'node:net';
import type { createApi } from '../api/index.ts';
import { CodedError } from '../foundation/index.ts';
import type { Config } from './config.ts';

export interface Listening {
  /** Such as `http://localhost:4000`. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Listens where the settings say. On this machine only, it answers to the name `localhost`, because browsers make no passkey
 * for a number; there it listens on both addresses of that name, lest another program of this machine takes the other one
 * and with it whoever opens the sign-in link. Where that does not work, the address stays a number.
 * @throws {CodedError} BW-START-PORT-IN-USE
 */
export async function listen(
  api: Awaited<ReturnType<typeof createApi>>,
  { host, port }: Pick<Config, 'host' | 'port'>,
): Promise<Listening> {
  const numeric = await listenAt(api, host, port);
  const only = { url: numeric, close: async () => {} };
  if (host !== '127.0.0.1') return only;
  const addresses = await addressesOfLocalhost();
  if (!addresses.includes(host)) return only;
  const taken = Number(new URL(numeric).port || 80);
  const url = `http://localhost:${taken}`;
  if (!addresses.includes('::1')) return { url, close: async () => {} };
  const second = createServer((socket) => api.server.emit('connection', socket));
  try {
    second.listen({ host: '::1', port: taken, ipv6Only: true });
    await once(second, 'listening');
  } catch (error) {
    // Without IPv6 nobody else can be there either.
    const absent = ['EADDRNOTAVAIL', 'EAFNOSUPPORT'].includes(codeOf(error) ?? '');
    return absent ? { url, close: async () => {} } : only;
  }
  return {
    url,
    // Its connections are the HTTP server's, which ends them.
    close: async () => {
      second.close();
    },
  };
}

async function listenAt(
  api: Awaited<ReturnType<typeof createApi>> & { readonly server: HttpServer },
  host: string,
  port: number,
): Promise<string> {
  try {
    return await api.listen({ host, port });
  } catch (error) {
    if (codeOf(error) !== 'EADDRINUSE') throw error;
    const message = `Port ${port} is in use. Choose another with --port.`;
    throw new CodedError('BW-START-PORT-IN-USE', { message, cause: error });
  }
}

async function addressesOfLocalhost(): Promise<string[]> {
  try {
    return (await lookup('localhost', { all: true })).map(({ address }) => address);
  } catch {
    // A machine that does not know its own name: people reach it by number.
    return [];
  }
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}
