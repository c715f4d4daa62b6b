/** The one place that speaks HTTP. */
import type { ErrorAnswer } from '@breakwater/server/contract';
import { presence } from './presence.ts';
import { askForProof } from './step-up.ts';

export type ProblemDetail = { path: string; message: string };

/** A page of a list, as the contract's `page()` makes it. */
export type Page<Item> = { items: Item[]; nextCursor: string | null };

/** What the server refused, or why it could not be reached (status 0). */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly details: readonly ProblemDetail[];
  readonly requestId: string | null;

  constructor(status: number, problem: Omit<ErrorAnswer['error'], 'requestId'>, requestId: string | null) {
    super(problem.message);
    this.name = 'ApiError';
    this.status = status;
    this.code = problem.code;
    this.details = problem.details ?? [];
    this.requestId = requestId;
  }
}

export function signInRequired(error: unknown): boolean {
  return error instanceof ApiError && error.status === 401;
}

type Send = {
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  query?: Record<string, string | undefined>;
  json?: unknown;
  file?: { content: Blob; mediaType: string };
  signal?: AbortSignal;
};

/** Sends a request and reads its JSON answer. Throws `ApiError` on every answer that is not 2xx. */
export async function call<Answer>(path: string, send: Send = {}): Promise<Answer> {
  const response = await fetchOk(path, send);
  const answer: Answer = response.status === 204 ? undefined : await response.json();
  return answer;
}

/** Sends a request and reads bytes. Throws `ApiError` on every answer that is not 2xx. */
export async function callForBytes(path: string, send: Send): Promise<Blob> {
  const response = await fetchOk(path, send);
  return response.blob();
}

async function fetchOk(
  path: string,
  { method = 'GET', query = {}, json, file, signal }: Send,
): Promise<Response> {
  const asked = Object.entries(query).filter((pair): pair is [string, string] => pair[1] !== undefined);
  const search = asked.length > 0 ? `?${new URLSearchParams(asked).toString()}` : '';
  const headers: Record<string, string> = { 'breakwater-presence': presence() };
  const init: RequestInit = { method, cache: 'no-store', credentials: 'same-origin', headers };
  if (signal) init.signal = signal;
  // Fastify refuses a declared JSON body that is empty: the type goes only with a body.
  if (json !== undefined) {
    init.body = JSON.stringify(json);
    headers['content-type'] = 'application/json';
  } else if (file) {
    init.body = file.content;
    headers['content-type'] = file.mediaType;
  }
  return answerOf(`${path}${search}`, init);
}

/** Where a recent proof of who it is is missing, the person is asked for it, and the request goes out once more. */
async function answerOf(address: string, init: RequestInit): Promise<Response> {
  const response = await reach(address, init);
  if (response.ok) return response;
  const refused = await refusal(response);
  if (refused.code !== 'BW-STEP-UP-REQUIRED' || !(await askForProof())) throw refused;
  const again = await reach(address, init);
  if (!again.ok) throw await refusal(again);
  return again;
}

async function reach(address: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(address, init);
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === 'AbortError') throw cause;
    const message = 'The server cannot be reached. Check that Breakwater is running and that you are online.';
    throw Object.assign(new ApiError(0, { code: 'UNREACHABLE', message }, null), { cause });
  }
}

async function refusal(response: Response): Promise<ApiError> {
  const body: unknown = await response.json().catch(() => null);
  if (isErrorAnswer(body)) return new ApiError(response.status, body.error, body.error.requestId);
  const message = `The answer (${response.status}) did not come from Breakwater; a proxy in front of it may be at fault.`;
  return new ApiError(response.status, { code: `HTTP-${response.status}`, message }, null);
}

function isErrorAnswer(body: unknown): body is ErrorAnswer {
  if (typeof body !== 'object' || body === null || !('error' in body)) return false;
  const { error } = body;
  return typeof error === 'object' && error !== null && 'code' in error && 'message' in error;
}
