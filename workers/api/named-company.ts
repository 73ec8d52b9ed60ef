/**
 * The company that a call without credentials names (in `company`, or in its refresh token), and whether its door is open: who
 * signs in, or up, while it moves would be left behind, and nobody comes in to one that is being erased.
 */
import type { PublicCall } from '#workers/api/endpoint';
import type { RegionEnv } from '#workers/env';
import { assertNotClosed } from '#workers/erasure/closed';
import { assertSettled, goAfter } from '#workers/moving/late';
import { tenantOfCredential } from '#workers/router/destination';

/** `text`: the body, which has been read. Gives the answer of where the company has gone; `null`: it is here. Throws Problem: tenant_moving, tenant_closed. */
export async function answerOfGone({ request, env, stores, query, body }: PublicCall, text: string | undefined): Promise<Response | null> {
  const named = { ...(query as object), ...(body as object) } as { company?: string; refresh_token?: string };
  const tenant = named.company ?? (named.refresh_token === undefined ? undefined : tenantOfCredential(named.refresh_token));
  if (tenant === undefined) return null;
  if ((await stores.moves.open(tenant))?.status === 'gone') {
    const headers = new Headers(request.headers);
    headers.delete('content-length');
    return goAfter(new Request(request.url, { method: request.method, headers, body: text }), env);
  }
  await assertOpen(env, tenant, { reading: request.method === 'GET' });
  return null;
}

/** Throws Problem: tenant_moving, tenant_closed. `reading`: it may be on its way. */
export async function assertOpen(env: RegionEnv, tenant: string, { reading = false } = {}): Promise<void> {
  await assertSettled(env, tenant, { reading });
  await assertNotClosed(env, tenant);
}
