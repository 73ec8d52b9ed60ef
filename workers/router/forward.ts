/**
 * Hands a request to a region, whole: method, URL, Host, headers, streaming body.
 *
 * Invariants
 * 1. Headers `x-workflow-*` are the platform's own and never come from outside; only `x-workflow-environment` is public.
 * 2. `x-workflow-routed` tells the region that the router has already decided, so that a request for a tenant that
 *    it does not know ends there with 404 and does not come back.
 */
import { Problem } from '#contracts/problems';
import type { Region } from '#workers/router/env';

const PUBLIC_HEADERS = new Set(['x-workflow-environment']);

/** `tenant` is set as `X-Tenant` where the request's credential is not bound to one, so that router and region agree. */
export async function forward(region: Region, request: Request, tenant?: string): Promise<Response> {
  const headers = new Headers(request.headers);
  for (const name of request.headers.keys()) if (name.startsWith('x-workflow-') && !PUBLIC_HEADERS.has(name)) headers.delete(name);
  headers.set('x-workflow-routed', '1');
  if (tenant) headers.set('x-tenant', tenant);
  try {
    return await region.service.fetch(new Request(request, { headers, redirect: 'manual' }));
  } catch (cause) {
    throw regionUnavailable(region.name, cause);
  }
}

export function regionUnavailable(region: string, cause?: unknown): Problem {
  return new Problem('region_unavailable', `The region ${region} does not answer. Nothing was changed there; try again.`, { extra: { region }, cause });
}
