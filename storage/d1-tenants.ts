/** Tenants of this region. One that was found is kept in the isolate for a moment: it may leave. */
import { asc, eq, gt } from 'drizzle-orm';
import { type DrizzleD1Database, drizzle } from 'drizzle-orm/d1';
import type { TenantQuota } from '#contracts/quota';
import { decodeCursor, encodeCursor, pageOf } from '#storage/cursor';
import { tenants } from '#storage/d1/tenant-schema';
import { IsolateCache } from '#storage/isolate-cache';
import type { Page, PageRequest, Tenant, TenantStore } from '#storage/platform-ports';

const LIFETIME_MS = 10_000;

export type TenantCache = IsolateCache<Tenant>;

export function createTenantCache(): TenantCache {
  return new IsolateCache({ max: 5000, ttlMs: LIFETIME_MS });
}

export class D1Tenants implements TenantStore {
  readonly #db: DrizzleD1Database;
  readonly #cache: TenantCache;

  constructor(d1: D1Database, cache: TenantCache = createTenantCache()) {
    this.#db = drizzle(d1);
    this.#cache = cache;
  }

  async get(slug: string): Promise<Tenant | null> {
    const cached = this.#cache.get(slug);
    if (cached) return cached;
    const row = await this.#db.select().from(tenants).where(eq(tenants.slug, slug)).get();
    if (!row) return null;
    const tenant = tenantOf(row);
    // Of one that is being erased nothing is kept: its name is free once that is done.
    if (row.closedAt === null) this.#cache.set(slug, tenant);
    return tenant;
  }

  async create(tenant: Tenant): Promise<boolean> {
    const { slug, name, region, created_at } = tenant;
    const made = await this.#db.insert(tenants).values({ slug, name, region, createdAt: created_at }).onConflictDoNothing().returning({ slug: tenants.slug });
    return made.length === 1;
  }

  async setQuota(slug: string, quota: TenantQuota | null): Promise<boolean> {
    const changed = await this.#db.update(tenants).set({ quota }).where(eq(tenants.slug, slug)).returning({ slug: tenants.slug });
    this.#cache.delete(slug);
    return changed.length === 1;
  }

  async list(page: PageRequest): Promise<Page<Tenant>> {
    const after = page.cursor === undefined ? undefined : decodeCursor('companies', ['string'], page.cursor)[0];
    const rows = await this.#db
      .select()
      .from(tenants)
      .where(after === undefined ? undefined : gt(tenants.slug, after))
      .orderBy(asc(tenants.slug))
      .limit(page.limit + 1);
    return pageOf(rows.map(tenantOf), page.limit, (last) => encodeCursor('companies', [last.slug]));
  }
}

function tenantOf(row: typeof tenants.$inferSelect): Tenant {
  const { slug, name, region, createdAt, quota } = row;
  return { slug, name, region, created_at: createdAt, ...(quota === null ? {} : { quota }) };
}
