import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, type JWTPayload } from 'jose';

/** What a provider says of somebody, and how it may go wrong. */
export interface Said {
  readonly subject?: string;
  readonly groups?: readonly string[];
  readonly name?: string;
  /** Claims in place of the right ones; undefined takes one away. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** Whether it signs with a key that it has published. */
  readonly key?: 'published' | 'another';
}

/** A small OpenID Connect provider for tests: it asks nobody anything, and says what it is told to say. */
export interface TestProvider {
  readonly issuer: string;
  /** What it will say next. */
  say(said: Said): void;
  /** As a browser would that follows the address of the provider: where it sends the browser back to. */
  visit(authorization: URL): URL;
  close(): Promise<void>;
}

interface Grant {
  readonly nonce: string;
  readonly challenge: string;
  readonly redirectUri: string;
  readonly said: Said;
}

export const CLIENT = { clientId: 'breakwater', clientSecret: 'placeholder-secret' };

export async function startProvider(): Promise<TestProvider> {
  const published = await generateKeyPair('RS256');
  const another = await generateKeyPair('RS256');
  const grants = new Map<string, Grant>();
  let next: Said = {};
  const server = createServer((request, response) => void answer(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', issuer);
    if (pathname === '/.well-known/openid-configuration') return json(response, 200, metadata(issuer));
    if (pathname === '/keys')
      return json(response, 200, { keys: [{ ...(await exportJWK(published.publicKey)), alg: 'RS256' }] });
    const form = new URLSearchParams(await bodyOf(request));
    const grant = grants.get(form.get('code') ?? '');
    grants.delete(form.get('code') ?? '');
    if (grant === undefined || !isWhole(grant, form)) return json(response, 400, { error: 'invalid_grant' });
    return json(response, 200, {
      access_token: randomUUID(),
      token_type: 'bearer',
      id_token: await idToken(grant),
    });
  }

  function idToken({ nonce, said }: Grant): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    const claims: JWTPayload = {
      iss: issuer,
      aud: CLIENT.clientId,
      sub: said.subject ?? 'subject-1',
      iat: now,
      exp: now + 300,
      auth_time: now,
      nonce,
      name: said.name ?? 'Organization person',
      groups: said.groups ?? ['desk-reviewers'],
      ...said.claims,
    };
    const { privateKey } = said.key === 'another' ? another : published;
    return new SignJWT(claims).setProtectedHeader({ alg: 'RS256' }).sign(privateKey);
  }

  return {
    issuer,
    say: (said) => {
      next = said;
    },
    visit(authorization) {
      const asked = authorization.searchParams;
      const code = randomUUID();
      const redirectUri = asked.get('redirect_uri') ?? '';
      const nonce = asked.get('nonce') ?? '';
      grants.set(code, { nonce, challenge: asked.get('code_challenge') ?? '', redirectUri, said: next });
      const back = new URL(redirectUri);
      back.searchParams.set('code', code);
      back.searchParams.set('state', asked.get('state') ?? '');
      return back;
    },
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

/** The verifier is the one of the challenge (RFC 7636, section 4.6), and the way back the one that was asked for. */
function isWhole(grant: Grant, form: URLSearchParams): boolean {
  const hash = createHash('sha256').update(form.get('code_verifier') ?? '');
  return hash.digest('base64url') === grant.challenge && form.get('redirect_uri') === grant.redirectUri;
}

function metadata(issuer: string): object {
  return {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    jwks_uri: `${issuer}/keys`,
    response_types_supported: ['code'],
    id_token_signing_alg_values_supported: ['RS256'],
    code_challenge_methods_supported: ['S256'],
    subject_types_supported: ['public'],
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  return body;
}

function json(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
