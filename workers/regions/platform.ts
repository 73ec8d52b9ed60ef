/** Which regions the platform has, and how they are: the router knows. */
import type { RegionHealth } from '#contracts/peer';
import { Problem } from '#contracts/problems';
import { IsolateCache } from '#storage/isolate-cache';
import type { RegionEnv } from '#workers/env';
import { callRouter, type RouterLink } from '#workers/regions/router-link';

const PATIENCE_MS = 5000;

/** By the region that asks. A region that was added is known after this, ms. */
const names = new IsolateCache<string[]>({ max: 10, ttlMs: 60_000 });

/** By name. Throws Problem('region_unavailable') when the router does not answer. */
export async function platformHealth(env: RouterLink): Promise<Record<string, RegionHealth>> {
  try {
    const response = await callRouter(env, '/healthz', { signal: AbortSignal.timeout(PATIENCE_MS) });
    const { regions } = (await response.json()) as { regions: Record<string, RegionHealth> };
    return Object.fromEntries(Object.entries(regions).sort(([a], [b]) => (a < b ? -1 : 1)));
  } catch (cause) {
    throw new Problem('region_unavailable', 'The router, which knows the regions, does not answer. Try again.', { cause });
  }
}

/** Their names, in order. Throws the same. */
export async function platformRegions(env: RouterLink): Promise<string[]> {
  return Object.keys(await platformHealth(env));
}

/** The names as they were a moment ago, for a document that names some; `undefined` where the router does not answer. */
export async function regionsFor(env: RouterLink & Pick<RegionEnv, 'REGION'>, source: string): Promise<string[] | undefined> {
  if (!/\b(?:regions|residency)["']?\s*:/.test(source)) return undefined;
  const known = names.get(env.REGION);
  if (known) return known;
  const found = await platformRegions(env).catch(() => undefined);
  if (found && found.length > 0) names.set(env.REGION, found);
  return found;
}
