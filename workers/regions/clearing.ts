/**
 * Erases what lives of a tenant in another region than its home, as an erasure of the tenant would, with a certificate there.
 *
 * 1. Nothing may leave the home then (`replication: none`), so that nothing is started there meanwhile, nor afterwards.
 * 2. The other region does it by itself; whoever asks how far it is notes here that it is done.
 */
import type { RegionErasure } from '#contracts/erasure';
import { Problem } from '#contracts/problems';
import type { RegionEnv } from '#workers/env';
import { eraseElsewhere } from '#workers/erasure/ports';
import { storesOf } from '#workers/stores';

export interface Clearing {
  region: string;
  /** Epoch ms. */
  at: number;
  by: string;
  /** Without it the region is at it. */
  done?: RegionErasure;
}

/** Begins it, or says how far it is. Throws Problem: not_found, region_in_use, region_unavailable. */
export async function clearRegion(env: RegionEnv, tenant: string, region: string, by: string, now: number): Promise<Clearing> {
  const { links } = storesOf(env);
  if ((await links.replication(tenant)) !== 'none')
    throw new Problem('region_in_use', `Executions of ${tenant} may be started in ${region} at any time, for its definitions may go there.`);
  const order = await links.clear(tenant, region, by, now);
  if (!order) throw new Problem('not_found', `Nothing of ${tenant} lives in ${region.slice(0, 40)}.`);
  const done = await eraseElsewhere(env, region, { tenant, requested_by: order.by, requested_at: order.at });
  if (done) await links.close(tenant, region);
  return { region, ...order, ...(done ? { done } : {}) };
}

/** Regions that are done by now are noted as such. */
export async function noteCleared(env: RegionEnv, tenant: string): Promise<void> {
  const { links } = storesOf(env);
  const clearing = (await links.outposts(tenant)).flatMap(({ region, clearing: order }) => (order ? [{ region, ...order }] : []));
  for (const { region, at, by } of clearing) {
    // One that does not answer is asked the next time.
    const done = await eraseElsewhere(env, region, { tenant, requested_by: by, requested_at: at }).catch(() => null);
    if (done) await links.close(tenant, region);
  }
}
