/**
 * API keys by their hash.
 * Every request reads one, so what was found is kept for a moment; a key removed in another isolate works that much longer.
 */
import { and, asc, eq, gt } from 'drizzle-orm';
import { type DrizzleD1Database, drizzle } from 'drizzle-orm/d1';
import { decodeCursor, encodeCursor, pageOf } from '#storage/cursor';
import { apiKeys } from '#storage/d1/schema';
import { IsolateCache } from '#storage/isolate-cache';
import type { ApiKey, ApiKeyStore, Page, PageRequest } from '#storage/platform-ports';

const KEY_LIFETIME_MS = 2000;

export type ApiKeyCache = IsolateCache<ApiKey>;

export function createApiKeyCache(now?: () => number): ApiKeyCache {
  return new IsolateCache({ max: 2000, ttlMs: KEY_LIFETIME_MS, now });
}

export class D1ApiKeys implements ApiKeyStore {
  readonly #db: DrizzleD1Database;
  readonly #cache: ApiKeyCache;

  constructor(d1: D1Database, cache: ApiKeyCache = createApiKeyCache()) {
    this.#db = drizzle(d1);
    this.#cache = cache;
  }

  byHash(hash: string): Promise<ApiKey | null> {
    return this.#cached(`hash:${hash}`, () => this.#db.select().from(apiKeys).where(eq(apiKeys.hash, hash)).get());
  }

  byId(tenant: string, id: string): Promise<ApiKey | null> {
    return this.#cached(`id:${tenant}/${id}`, () =>
      this.#db
        .select()
        .from(apiKeys)
        .where(and(eq(apiKeys.tenant, tenant), eq(apiKeys.id, id)))
        .get(),
    );
  }

  async create(key: ApiKey, hash: string): Promise<void> {
    const { created_at, ...rest } = key;
    await this.#db.insert(apiKeys).values({ ...rest, hash, createdAt: created_at });
  }

  async list(tenant: string, page: PageRequest): Promise<Page<ApiKey>> {
    const after = page.cursor === undefined ? undefined : decodeCursor('api-keys', ['string'], page.cursor)[0];
    const rows = await this.#db
      .select()
      .from(apiKeys)
      .where(and(eq(apiKeys.tenant, tenant), after === undefined ? undefined : gt(apiKeys.id, after)))
      .orderBy(asc(apiKeys.id))
      .limit(page.limit + 1);
    return pageOf(rows.map(keyOf), page.limit, (last) => encodeCursor('api-keys', [last.id]));
  }

  async remove(tenant: string, id: string): Promise<boolean> {
    const removed = await this.#db
      .delete(apiKeys)
      .where(and(eq(apiKeys.tenant, tenant), eq(apiKeys.id, id)))
      .returning({ hash: apiKeys.hash });
    this.#cache.delete(`id:${tenant}/${id}`);
    for (const { hash } of removed) this.#cache.delete(`hash:${hash}`);
    return removed.length > 0;
  }

  async #cached(key: string, read: () => Promise<typeof apiKeys.$inferSelect | undefined>): Promise<ApiKey | null> {
    const cached = this.#cache.get(key);
    if (cached) return cached;
    const row = await read();
    if (!row) return null;
    const found = keyOf(row);
    this.#cache.set(key, found);
    return found;
  }
}

function keyOf(row: typeof apiKeys.$inferSelect): ApiKey {
  return { id: row.id, tenant: row.tenant, role: row.role, name: row.name, prefix: row.prefix, created_at: row.createdAt };
}
