/** Which regions the platform has, and how they are: the router knows. */
import type { RegionHealth } from '#contracts/peer';
import { Problem } from '#contracts/problems';
import type { RegionEnv } from '#workers/env';

const PATIENCE_MS = 5000;

/** By name. Throws Problem('region_unavailable') when the router does not answer. */
export async function platformHealth(env: Pick<RegionEnv, 'ROUTER'>): Promise<Record<string, RegionHealth>> {
  try {
    const response = await env.ROUTER.fetch('https://region.internal/healthz', { signal: AbortSignal.timeout(PATIENCE_MS) });
    const { regions } = (await response.json()) as { regions: Record<string, RegionHealth> };
    return Object.fromEntries(Object.entries(regions).sort(([a], [b]) => (a < b ? -1 : 1)));
  } catch (cause) {
    throw new Problem('region_unavailable', 'The router, which knows the regions, does not answer. Try again.', { cause });
  }
}

/** Their names, in order. Throws the same. */
export async function platformRegions(env: Pick<RegionEnv, 'ROUTER'>): Promise<string[]> {
  return Object.keys(await platformHealth(env));
}
