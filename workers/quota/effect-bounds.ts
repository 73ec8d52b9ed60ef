/** What an application may have under way in this isolate, in steps and proxies: by the quota of the tenant and the `isolation` of the document. */
import { isolationOf, type Quota } from '#contracts/quota';
import type { PerformEffect } from '#contracts/step';
import { IsolateCache } from '#storage/isolate-cache';
import type { RegionEnv } from '#workers/env';
import type { EffectBounds } from '#workers/performer/bounded';
import { tenantQuota } from '#workers/quota/bounds';
import { storesOf } from '#workers/stores';

/** Of guests, too, of whom there is no row. */
const quotas = new IsolateCache<Quota>({ max: 5000, ttlMs: 10_000 });

/** `definition`: content hash. */
export async function effectBounds(env: RegionEnv, { tenant, definition }: Pick<PerformEffect, 'tenant' | 'definition'>): Promise<EffectBounds> {
  const quota = quotas.get(tenant) ?? (await read(env, tenant));
  const own = isolationOf((await storesOf(env).definitions.get(tenant, definition))?.bounds, tenant);
  return {
    calls: quota.egress_concurrent,
    bytes_per_s: least(quota.egress_bytes_per_s, own?.egress_bytes_per_s),
    statements: own?.max_connections ?? null,
  };
}

async function read(env: RegionEnv, tenant: string): Promise<Quota> {
  const { quota } = await tenantQuota(env, tenant);
  quotas.set(tenant, quota);
  return quota;
}

function least(one: number | null, other: number | undefined): number | null {
  if (other === undefined) return one;
  return one === null ? other : Math.min(one, other);
}
