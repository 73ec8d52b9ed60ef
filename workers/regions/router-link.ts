/**
 * The way from a region to the router.
 *
 * Between Workers a request is sent once. On one machine the way is a connection, which ends when it rests: there a request is
 * sent again where it can be, under the same id, and the router's process refuses what it may have had (`workers/door/arrivals.ts`).
 */
import { LIMITS } from '#contracts/limits';
import { Problem } from '#contracts/problems';
import { FIRST_SENT_HEADER, SENT_HEADER } from '#workers/door/arrivals';
import { keptBody } from '#workers/door/kept-body';
import { sentOnce } from '#workers/door/sending';
import type { RegionEnv } from '#workers/env';

export type RouterLink = Pick<RegionEnv, 'ROUTER' | 'MODE'>;

/** A call of the region itself: its body is in hand, so it can be sent several times. */
export interface RouterCall {
  method?: string;
  headers?: Record<string, string>;
  body?: string | Uint8Array<ArrayBuffer>;
  signal?: AbortSignal;
}

const ORIGIN = 'https://region.internal';

/** Throws what the runtime throws when the router is lost. */
export function callRouter({ ROUTER, MODE }: RouterLink, path: string, { headers, ...call }: RouterCall = {}): Promise<Response> {
  const send = (marks: Record<string, string> = {}) => ROUTER.fetch(new Request(ORIGIN + path, { ...call, headers: { ...headers, ...marks } }));
  return MODE === 'local' ? sentOnce(send) : send();
}

/** A request that has come here goes on, as it is. Throws Problem: body_too_slow, or what `lost` makes of a router that is lost. */
export async function passToRouter({ ROUTER, MODE }: RouterLink, request: Request, lost = routerLost): Promise<Response> {
  try {
    if (MODE !== 'local') return await ROUTER.fetch(request);
    const headers = new Headers(request.headers);
    // Those that it came with were for the way to here.
    for (const name of [SENT_HEADER, FIRST_SENT_HEADER]) headers.delete(name);
    const body = await keptBody(request, headers, LIMITS.body);
    if (body === undefined) return await ROUTER.fetch(new Request(request, { headers }));
    return await sentOnce((marks) => {
      for (const [name, value] of Object.entries(marks)) headers.set(name, value);
      return ROUTER.fetch(new Request(request, { headers, ...(body ? { body } : {}) }));
    });
  } catch (cause) {
    throw cause instanceof Problem ? cause : lost(cause);
  }
}

function routerLost(cause: unknown): Problem {
  const detail = 'The router, which knows where the tenant lives, does not answer. Look whether the request took effect before you send it again.';
  return new Problem('region_unavailable', detail, { cause });
}
