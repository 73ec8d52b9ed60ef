/**
 * API keys by their hash.
 * Every request reads one, so what was found is kept for a moment; a key removed in another isolate works that much longer.
 */
import { and, asc, eq, getTableColumns, gt, isNull, type SQL, sql } from 'drizzle-orm';
import { type DrizzleD1Database, drizzle } from 'drizzle-orm/d1';
import type { PlaceRef } from '#contracts/access';
import { LIMITS } from '#contracts/limits';
import type { ApiKey, ApiKeyFilter, ApiKeyStore } from '#storage/access-ports';
import { decodeCursor, encodeCursor, pageOf } from '#storage/cursor';
import { apiKeys } from '#storage/d1/access-schema';
import { IsolateCache } from '#storage/isolate-cache';
import type { Page } from '#storage/platform-ports';

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
    await this.#db.insert(apiKeys).values(rowOf(key, hash));
  }

  async list(tenant: string, { limit, cursor, organization, project, service_account }: ApiKeyFilter): Promise<Page<ApiKey>> {
    const after = cursor === undefined ? undefined : decodeCursor('api-keys', ['string'], cursor)[0];
    const rows = await this.#db
      .select()
      .from(apiKeys)
      .where(
        and(
          eq(apiKeys.tenant, tenant),
          after === undefined ? undefined : gt(apiKeys.id, after),
          organization === undefined ? undefined : eq(apiKeys.organization, organization),
          project === undefined ? undefined : eq(apiKeys.project, project),
          service_account === undefined ? undefined : eq(apiKeys.serviceAccount, service_account),
        ),
      )
      .orderBy(asc(apiKeys.id))
      .limit(limit + 1);
    return pageOf(rows.map(keyOf), limit, (last) => encodeCursor('api-keys', [last.id]));
  }

  async remove(tenant: string, id: string): Promise<boolean> {
    const removed = await this.#db
      .delete(apiKeys)
      .where(and(eq(apiKeys.tenant, tenant), eq(apiKeys.id, id)))
      .returning({ hash: apiKeys.hash, id: apiKeys.id });
    this.#forget(tenant, removed);
    return removed.length > 0;
  }

  async replace(tenant: string, id: string, until: number, next: ApiKey, hash: string): Promise<boolean> {
    const [replaced] = await this.#db.batch([
      this.#db
        .update(apiKeys)
        .set({ replacedBy: next.id, noticeAt: null, expiresAt: sql`min(coalesce(${apiKeys.expiresAt}, ${until}), ${until})` })
        .where(and(eq(apiKeys.tenant, tenant), eq(apiKeys.id, id), isNull(apiKeys.replacedBy)))
        .returning({ hash: apiKeys.hash }),
      this.#insertIfReplaced(tenant, id, next, hash),
    ]);
    this.#forget(tenant, [{ id, hash: replaced[0]?.hash ?? '' }]);
    return replaced.length === 1;
  }

  async used(tenant: string, id: string, now: number): Promise<void> {
    const used = await this.#db
      .update(apiKeys)
      .set({ lastUsedAt: now })
      .where(and(eq(apiKeys.tenant, tenant), eq(apiKeys.id, id)))
      .returning({ hash: apiKeys.hash, id: apiKeys.id });
    this.#forget(tenant, used);
  }

  removeOfAccount(tenant: string, serviceAccount: string): Promise<void> {
    return this.#removeAll(tenant, eq(apiKeys.serviceAccount, serviceAccount));
  }

  async removeOfPlace(tenant: string, { level, id }: PlaceRef): Promise<void> {
    if (level !== 'company') await this.#removeAll(tenant, eq(apiKeys[level], id));
  }

  async claimExpiring(now: number, again: number, limit: number): Promise<ApiKey[]> {
    const due = sql`SELECT hash FROM api_keys INDEXED BY api_keys_notice WHERE notice_at <= ${now} ORDER BY notice_at LIMIT ${limit}`;
    const claimed = await this.#db.update(apiKeys).set({ noticeAt: again }).where(sql`hash IN (${due})`).returning();
    return claimed.map(keyOf).sort((left, right) => left.expires_at! - right.expires_at!);
  }

  async told(tenant: string, id: string): Promise<void> {
    await this.#db
      .update(apiKeys)
      .set({ noticeAt: null })
      .where(and(eq(apiKeys.tenant, tenant), eq(apiKeys.id, id)));
  }

  async #removeAll(tenant: string, which: SQL): Promise<void> {
    const removed = await this.#db
      .delete(apiKeys)
      .where(and(eq(apiKeys.tenant, tenant), which))
      .returning({ hash: apiKeys.hash, id: apiKeys.id });
    this.#forget(tenant, removed);
  }

  /** In the same transaction as the change of the old one, and only where that one now names it. */
  #insertIfReplaced(tenant: string, old: string, next: ApiKey, hash: string) {
    const row = rowOf(next, hash);
    const values = Object.entries(getTableColumns(apiKeys)).map(([name, column]) => sql`${sql.param(row[name as keyof typeof row] ?? null, column)}`);
    const isReplaced = sql`EXISTS (SELECT 1 FROM api_keys WHERE tenant = ${tenant} AND id = ${old} AND replaced_by = ${next.id})`;
    return this.#db.insert(apiKeys).select(sql`SELECT ${sql.join(values, sql`, `)} WHERE ${isReplaced}`);
  }

  #forget(tenant: string, keys: { id: string; hash: string }[]): void {
    for (const { id, hash } of keys) {
      this.#cache.delete(`id:${tenant}/${id}`);
      this.#cache.delete(`hash:${hash}`);
    }
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

function rowOf(key: ApiKey, hash: string): typeof apiKeys.$inferInsert {
  return {
    hash,
    id: key.id,
    tenant: key.tenant,
    role: key.role,
    name: key.name,
    prefix: key.prefix,
    createdAt: key.created_at,
    createdBy: key.created_by,
    scopes: key.scopes,
    organization: key.organization,
    project: key.project,
    serviceAccount: key.service_account,
    expiresAt: key.expires_at,
    lastUsedAt: key.last_used_at,
    replacedBy: key.replaced_by,
    noticeAt: noticeOf(key),
  };
}

function noticeOf({ created_at, expires_at }: ApiKey): number | null {
  return expires_at !== undefined && expires_at - created_at > LIMITS.keyNoticeMs ? expires_at - LIMITS.keyNoticeMs : null;
}

function keyOf(row: typeof apiKeys.$inferSelect): ApiKey {
  return {
    id: row.id,
    tenant: row.tenant,
    name: row.name,
    prefix: row.prefix,
    created_at: row.createdAt,
    ...(row.createdBy === null ? {} : { created_by: row.createdBy }),
    ...(row.role === null ? {} : { role: row.role }),
    ...(row.organization === null ? {} : { organization: row.organization }),
    ...(row.project === null ? {} : { project: row.project }),
    ...(row.serviceAccount === null ? {} : { service_account: row.serviceAccount }),
    ...(row.scopes === null ? {} : { scopes: row.scopes }),
    ...(row.expiresAt === null ? {} : { expires_at: row.expiresAt }),
    ...(row.lastUsedAt === null ? {} : { last_used_at: row.lastUsedAt }),
    ...(row.replacedBy === null ? {} : { replaced_by: row.replacedBy }),
  };
}
