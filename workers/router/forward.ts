/**
 * Hands a request to a region, whole: method, URL, Host, headers, streaming body.
 *
 * Invariants
 * 1. Headers `x-workflow-*` are the platform's own and never come from outside; only `x-workflow-environment` is public,
 *    and the signed passport that one region shows another is passed on.
 * 2. `x-workflow-routed` tells the region that the router has already decided, so that a request for a tenant that
 *    it does not know ends there with 404 and does not come back.
 * 3. From where somebody comes (`cf-connecting-ip`) is said by the platform, never by who comes: bounds and the audit log go by it.
 * 4. What only reads is sent again, a few times, when its region was lost before it answered. What changes something is not,
 *    between Workers: whether it arrived is not known here, and only its sender knows whether it may count twice. On one machine
 *    the link is a connection that ends when it rests, and the region's process knows what has arrived: there everything is sent
 *    again that can be, and the region refuses what it may have had.
 * 5. Whoever is still sending when the region is lost is heard out, and answered. An answer that has begun cannot become another
 *    one: it is broken off.
 */
import { LIMITS } from '#contracts/limits';
import { PASSPORT_HEADER } from '#contracts/peer';
import { Problem } from '#contracts/problems';
import { type Abort, breakingOff } from '#workers/door/breaking-off';
import { keptBody } from '#workers/door/kept-body';
import { type PassedBody, passOn } from '#workers/door/passed-body';
import { toldLength } from '#workers/door/request-body';
import { sentAgain, sentOnce } from '#workers/door/sending';
import type { Region } from '#workers/router/env';

/** The passport of a region is verified by the region that it is for. */
const PASSED_HEADERS = new Set(['x-workflow-environment', PASSPORT_HEADER]);

/** What is no longer than this has come by the time that a region is missed. */
const SHORT_BYTES = 64 * 1024;

export interface Passage {
  /** Set as `X-Tenant` where the request's credential is not bound to one, so that router and region agree. */
  tenant?: string;
  /** Of the body, bytes; `LIMITS.body` when absent. */
  limit?: number;
  /** Sent several times, it has the effect of once: it has none. */
  onlyReads?: boolean;
  /** Where the answer goes on as it comes: breaks its connection off when the region is lost meanwhile. */
  abort?: Abort;
}

/** Throws Problem('region_unavailable'). */
export async function forward(region: Region, request: Request, { tenant, limit = LIMITS.body, onlyReads = false, abort }: Passage = {}): Promise<Response> {
  const headers = new Headers(request.headers);
  for (const name of request.headers.keys()) if (name.startsWith('x-workflow-') && !PASSED_HEADERS.has(name)) headers.delete(name);
  headers.set('x-workflow-routed', '1');
  if (region.clients) headers.set('cf-connecting-ip', region.clients);
  if (tenant) headers.set('x-tenant', tenant);
  const kept = region.link === 'connection' && !onlyReads ? await keptBody(request, headers, limit) : undefined;
  const passed = kept === undefined ? passedBody(request, headers, limit) : undefined;
  const body = kept ?? passed?.stream;
  const send = (marks: Record<string, string> = {}) => {
    for (const [name, value] of Object.entries(marks)) headers.set(name, value);
    return region.service.fetch(new Request(request, { headers, redirect: 'manual', ...(body ? { body } : {}) }));
  };
  try {
    const response = await (onlyReads ? sentAgain(send) : kept === undefined ? send() : sentOnce(send));
    return abort && region.link === 'connection' ? breakingOff(response, abort) : response;
  } catch (cause) {
    await passed?.hearOut();
    throw onlyReads ? regionUnavailable(region.name, cause) : regionLost(region.name, cause);
  }
}

/** Of the API: a GET of an application may start an execution, and one of the sign-in uses up its code. */
export function onlyReads({ method }: Request, { pathname }: URL): boolean {
  return method === 'GET' && pathname.startsWith('/api/v1/') && !pathname.startsWith('/api/v1/auth/');
}

/** One that may still be on its way when its region is lost; a short one goes as it is. */
function passedBody({ body }: Request, headers: Headers, limit: number): PassedBody | undefined {
  if (!body) return undefined;
  const length = toldLength(headers);
  if (length === undefined || length > limit) {
    headers.delete('content-length');
    return passOn(body, cutAfter(limit + 1));
  }
  return length > SHORT_BYTES ? passOn(body, new FixedLengthStream(length)) : undefined;
}

/**
 * What is over the bound is read and let go: one byte more than allowed is enough for the region to refuse it in its own
 * words, and nobody is left writing to a closed connection.
 */
function cutAfter(bytes: number): TransformStream<Uint8Array, Uint8Array> {
  let left = bytes;
  return new TransformStream({
    transform(chunk, controller) {
      if (left > 0) controller.enqueue(chunk.byteLength > left ? chunk.subarray(0, left) : chunk);
      left -= chunk.byteLength;
    },
  });
}

/** It may have got the request before it was lost. */
function regionLost(region: string, cause: unknown): Problem {
  const detail = `The region ${region} does not answer. Look whether the request took effect before you send it again; with an idempotency key it counts once.`;
  return new Problem('region_unavailable', detail, { extra: { region }, cause });
}

/** The problem of a region in which nothing was changed. */
export function regionUnavailable(region: string, cause?: unknown): Problem {
  return new Problem('region_unavailable', `The region ${region} does not answer. Nothing was changed there; try again.`, { extra: { region }, cause });
}
