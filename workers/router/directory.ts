/**
 * The directory: tenant -> region, in the router's D1, with a cache in the isolate.
 *
 * Invariants
 * 1. A row is the claim on a slug: inserted only if absent, before the region hears of the tenant.
 * 2. Only hits are cached, for a minute; a new tenant is seen at once. One that was erased is unknown to its region, too;
 *    one that has moved is sent back by the region where it was, and looked up anew.
 */
const CACHE_MS = 60_000;
const CACHE_ENTRIES = 10_000;

const cache = new Map<string, { region: string; until: number }>();

/** Whether the directory need not be asked. */
export function isKnown(tenant: string, now: number): boolean {
  return (cache.get(tenant)?.until ?? 0) > now;
}

/** `anew`: whoever asks has found the tenant gone from where the cache says it is. */
export async function regionOf(directory: D1Database, tenant: string, now: number, anew = false): Promise<string | undefined> {
  const hit = cache.get(tenant);
  if (hit && hit.until > now && !anew) return hit.region;
  const region = await directory.prepare('SELECT region FROM tenants WHERE slug = ?').bind(tenant).first<string>('region');
  cache.delete(tenant);
  if (!region) return undefined;
  if (cache.size >= CACHE_ENTRIES) cache.delete(cache.keys().next().value!);
  cache.set(tenant, { region, until: now + CACHE_MS });
  return region;
}

/** Claims the slug for the region, and answers whose it is: the same region, or the one that was first. */
export async function claim(directory: D1Database, tenant: string, region: string): Promise<string> {
  await directory.prepare('INSERT INTO tenants (slug, region) VALUES (?, ?) ON CONFLICT (slug) DO NOTHING').bind(tenant, region).run();
  const owner = await directory.prepare('SELECT region FROM tenants WHERE slug = ?').bind(tenant).first<string>('region');
  if (!owner) throw new Error('the directory lost a claim');
  return owner;
}

/** The tenant has moved. Again does nothing. False when it was in neither of the two. */
export async function relocate(directory: D1Database, tenant: string, from: string, to: string): Promise<boolean> {
  await directory.prepare('UPDATE tenants SET region = ? WHERE slug = ? AND region = ?').bind(to, tenant, from).run();
  cache.delete(tenant);
  return (await directory.prepare('SELECT region FROM tenants WHERE slug = ?').bind(tenant).first<string>('region')) === to;
}

/** Lets go of the slug, if it is the region's. Again does nothing. */
export async function release(directory: D1Database, tenant: string, region: string): Promise<void> {
  await directory.prepare('DELETE FROM tenants WHERE slug = ? AND region = ?').bind(tenant, region).run();
  cache.delete(tenant);
}
