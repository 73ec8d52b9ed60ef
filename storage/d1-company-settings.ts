/**
 * What companies have decided about themselves, in the region's D1: on the tenant's own row, or on that of a guest.
 * Asked for at every call and by every session, so it is kept in the isolate for a moment; what is changed here is seen here at once.
 */
import { and, eq, lte } from 'drizzle-orm';
import { type DrizzleD1Database, drizzle } from 'drizzle-orm/d1';
import type { EgressRules } from '#contracts/egress';
import type { PeerQuota } from '#contracts/peer';
import type { PlannedQuota } from '#contracts/quota';
import type { OwnRetention } from '#contracts/retention';
import { type CompanySettings, type CompanySettingsStore, NO_SETTINGS, type OwnSettings } from '#storage/company-settings';
import { guests, tenants } from '#storage/d1/tenant-schema';
import { IsolateCache } from '#storage/isolate-cache';

const LIFETIME_MS = 10_000;

export type CompanySettingsCache = IsolateCache<CompanySettings>;

export function createCompanySettingsCache(): CompanySettingsCache {
  return new IsolateCache({ max: 5000, ttlMs: LIFETIME_MS });
}

export class D1CompanySettings implements CompanySettingsStore {
  readonly #d1: D1Database;
  readonly #db: DrizzleD1Database;
  readonly #cache: CompanySettingsCache;

  constructor(d1: D1Database, cache: CompanySettingsCache = createCompanySettingsCache()) {
    this.#d1 = d1;
    this.#db = drizzle(d1);
    this.#cache = cache;
  }

  async of(tenant: string): Promise<CompanySettings> {
    const known = this.#cache.get(tenant);
    if (known) return known;
    const settings = await this.read(tenant);
    this.#cache.set(tenant, settings);
    return settings;
  }

  async read(tenant: string): Promise<CompanySettings> {
    const row = await this.#d1
      .prepare(
        `SELECT egress, requires_second_factor, retention, NULL AS quota FROM tenants WHERE slug = ?1
         UNION ALL SELECT egress, 0 AS requires_second_factor, retention, quota FROM guests WHERE tenant = ?1 LIMIT 1`,
      )
      .bind(tenant)
      .first<{ egress: string | null; requires_second_factor: number; retention: string | null; quota: string | null }>();
    if (!row) return NO_SETTINGS;
    return {
      egress: row.egress === null ? null : (JSON.parse(row.egress) as EgressRules),
      requires_second_factor: row.requires_second_factor === 1,
      retention: row.retention === null ? null : (JSON.parse(row.retention) as OwnRetention),
      quota: row.quota === null ? null : (JSON.parse(row.quota) as PlannedQuota),
    };
  }

  async change(tenant: string, settings: Partial<OwnSettings>): Promise<void> {
    const { egress, requires_second_factor, retention } = settings;
    const changed = {
      ...(egress === undefined ? {} : { egress }),
      ...(requires_second_factor === undefined ? {} : { requiresSecondFactor: requires_second_factor }),
      ...(retention === undefined ? {} : { retention }),
    };
    await this.#db.update(tenants).set(changed).where(eq(tenants.slug, tenant));
    this.#cache.delete(tenant);
  }

  async noteQuota(tenant: string, { revision, plan, quota }: PeerQuota): Promise<void> {
    await this.#db
      .update(guests)
      .set({ quota: { plan, quota } })
      .where(and(eq(guests.tenant, tenant), lte(guests.revision, revision)));
    this.#cache.delete(tenant);
  }
}
