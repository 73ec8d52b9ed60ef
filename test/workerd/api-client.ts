/** Calls of the API in the tests: the Hono application itself, on the real bindings. */
import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { createApi } from '#workers/api/api';
import type { RegionEnv } from '#workers/env';

const app = createApi();
export const ORIGIN = 'http://localhost:8787';
export const ADMIN = 'test-admin-key';

export interface Reply {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: any answer of the API.
  body: any;
}

export interface Options {
  key?: string | null;
  headers?: Record<string, string>;
  /** An object is sent as JSON, a string as it is. */
  body?: unknown;
  /** Bindings in place of the usual. */
  bindings?: Partial<RegionEnv>;
  /** Where the platform is asked, in place of the usual. */
  origin?: string;
}

export async function send(method: string, path: string, { key = ADMIN, headers = {}, body, bindings, origin = ORIGIN }: Options = {}): Promise<Response> {
  const context = createExecutionContext();
  const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
  const request = new Request(`${origin}${path}`, {
    method,
    headers: {
      ...(key === null ? {} : { authorization: `Bearer ${key}` }),
      ...(body !== undefined && typeof body !== 'string' ? { 'content-type': 'application/json' } : {}),
      ...headers,
    },
    body: text,
    redirect: 'manual',
  });
  const response = await app.fetch(request, { ...(env as unknown as RegionEnv), ...bindings }, context);
  if (!(response.headers.get('content-type') ?? '').startsWith('text/event-stream')) await waitOnExecutionContext(context);
  return response;
}

export async function call(method: string, path: string, options: Options = {}): Promise<Reply> {
  const response = await send(method, `/api/v1${path}`, options);
  const text = await response.text();
  const isJson = (response.headers.get('content-type') ?? '').includes('json');
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
}
