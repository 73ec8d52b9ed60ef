/**
 * A request for a tenant of another region: it goes back to the router whole, and nothing of it stays here.
 * Only what the router has not sent itself goes back, so nothing goes round in circles.
 */
import { Problem } from '#contracts/problems';
import { sessionTokenOf } from '#workers/api/auth';
import type { RegionEnv } from '#workers/env';
import { goAfter } from '#workers/moving/late';
import { passToRouter } from '#workers/regions/router-link';
import { tenantOfCredential } from '#workers/router/destination';
import { storesOf } from '#workers/stores';

/** Refusals that may come of it. */
const ASKED: ReadonlySet<string> = new Set(['unauthenticated', 'unknown_tenant', 'tenant_moving']);

/** The router's answer, when the refusal came of the tenant living elsewhere; `null` when the refusal stands. */
export async function askRouter(request: Request, env: RegionEnv, refusal: unknown): Promise<Response | null> {
  if (!(refusal instanceof Problem) || !ASKED.has(refusal.code) || request.bodyUsed) return null;
  const tenant = tenantNamedBy(request);
  if (tenant !== undefined && (await storesOf(env).moves.open(tenant))?.status === 'gone') return goAfter(request, env);
  if (request.headers.has('x-workflow-routed') || tenant === undefined || (await storesOf(env).tenants.get(tenant))) return null;
  return passToRouter(env, request);
}

/** By the key or session, which is bound to one, else by the header. */
function tenantNamedBy(request: Request): string | undefined {
  const bearer = /^Bearer +(\S+)/i.exec(request.headers.get('authorization') ?? '')?.[1];
  const credential = bearer ?? sessionTokenOf(request);
  return (credential === undefined ? undefined : tenantOfCredential(credential)) ?? request.headers.get('x-tenant') ?? undefined;
}
