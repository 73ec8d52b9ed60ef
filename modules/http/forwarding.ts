/**
 * Requests that are sent on to another service, body and answer streaming. Whatever goes out passes the egress guard of
 * the platform: private addresses are refused where tenants share it.
 */
import { z } from 'zod';
import { hopByHop } from '#contracts/hop-by-hop';
import { LIMITS } from '#contracts/limits';
import type { DoorContext, DoorRequest, ForwardInit } from '#modules/door';

/** The platform's own; they are not the other side's business. */
const NOT_SENT = new Set(['host', 'cf-connecting-ip', 'x-tenant']);

export type Bounds = Pick<ForwardInit, 'timeout_ms' | 'total_timeout_ms' | 'max_response_bytes'>;

/** `names`: the only headers of the client that are sent on. What its `Connection` names is never, and takes away none of ours. */
export async function forward(request: DoorRequest, context: DoorContext, base: string, bounds: Bounds, names?: readonly string[]): Promise<Response> {
  const headers = new Headers();
  const staysBehind = hopByHop(request.headers.get('connection'));
  // How long the body is, is for the way out: the runtime says it anew to the other side.
  const wanted = names && new Set([...names.map((name) => name.toLowerCase()), 'content-type', 'content-length', 'accept']);
  for (const [name, value] of request.headers) {
    if (wanted && !wanted.has(name)) continue;
    if (!staysBehind(name) && !NOT_SENT.has(name) && !name.startsWith('x-workflow-')) headers.set(name, value);
  }
  headers.set('x-forwarded-host', request.url.host);
  headers.set('x-forwarded-proto', request.url.protocol.slice(0, -1));
  headers.set('x-forwarded-for', request.client);
  const url = `${base.replace(/\/+$/, '')}${request.path}${request.url.search}`;
  return context.http.forward(url, {
    method: request.method,
    headers,
    body: request.method === 'GET' || request.method === 'HEAD' ? null : request.body,
    ...bounds,
  });
}

const timeout = z.number().min(0.1).max(120).default(30).describe('Longest time until the answer begins, seconds.');
const maxMb = LIMITS.proxiedBodyMax / 1024 / 1024;
export const bounds = {
  timeout,
  total_timeout: z
    .number()
    .min(0.1)
    .max(LIMITS.proxiedMsMax / 1000)
    .optional()
    .describe(
      `Longest time until the answer has ended, seconds; then it is broken off. Default ${LIMITS.proxiedMs / 1000}, maximum ${LIMITS.proxiedMsMax / 1000}.`,
    ),
  max_response_mb: z
    .number()
    .min(0.001)
    .max(maxMb)
    .optional()
    .describe(`Largest answer, MB; a longer one is broken off. Default ${LIMITS.proxiedBody / 1024 / 1024}, maximum ${maxMb}.`),
};

export function boundsOf({ timeout: begin, total_timeout, max_response_mb }: { timeout: number; total_timeout?: number; max_response_mb?: number }): Bounds {
  return {
    timeout_ms: begin * 1000,
    ...(total_timeout === undefined ? {} : { total_timeout_ms: total_timeout * 1000 }),
    ...(max_response_mb === undefined ? {} : { max_response_bytes: Math.floor(max_response_mb * 1024 * 1024) }),
  };
}

export const origin = z.string().regex(/^https?:\/\//, 'a URL that begins with http:// or https://');
