/** Which regions the platform has: the router knows. */
import { Problem } from '#contracts/problems';
import type { RegionEnv } from '#workers/env';

const PATIENCE_MS = 5000;

/** By name. Throws Problem('region_unavailable') when the router does not answer. */
export async function platformRegions(env: Pick<RegionEnv, 'ROUTER'>): Promise<string[]> {
  try {
    const response = await env.ROUTER.fetch('https://region.internal/healthz', { signal: AbortSignal.timeout(PATIENCE_MS) });
    const { regions } = (await response.json()) as { regions: Record<string, string> };
    return Object.keys(regions).sort();
  } catch (cause) {
    throw new Problem('region_unavailable', 'The router, which knows the regions, does not answer. Try again.', { cause });
  }
}
