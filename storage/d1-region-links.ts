/**
 * Which regions have to do with a tenant, in D1.
 *
 * 1. What a request asks (outposts, home) is kept in the isolate for a moment; what is done here is seen here at once.
 * 2. Deployments of a guest are replaced in one transaction, and never by an older state.
 * 3. That something of a guest lives here is written before it does, and not while the guest is on its way here for good.
 * 4. An isolate remembers for LODGED_MS that it is written. Only an erasure takes that back, which looks for at least so long
 *    whether anything is left, and the tenant does not come here for good before the erasure is over.
 */
import { and, asc, eq, sql } from 'drizzle-orm';
import { type DrizzleD1Database, drizzle } from 'drizzle-orm/d1';
import type { PeerDeployments, Replication } from '#contracts/peer';
import { guests, outposts, tenants } from '#storage/d1/tenant-schema';
import { IsolateCache } from '#storage/isolate-cache';
import type { Lodging, Outpost, RegionLinks } from '#storage/region-ports';

const LIFETIME_MS = 5000;
export const LODGED_MS = 5000;

const COLUMNS = ['environment', 'workflow', 'workflow_id', 'deployment_id', 'version', 'hash', 'pipelines'] as const;

export interface RegionLinkCaches {
  outposts: IsolateCache<Outpost[]>;
  homes: IsolateCache<string | null>;
  lodged: IsolateCache<true>;
}

export function createRegionLinkCaches(now?: () => number): RegionLinkCaches {
  return {
    outposts: new IsolateCache({ max: 5000, ttlMs: LIFETIME_MS, now }),
    homes: new IsolateCache({ max: 5000, ttlMs: LIFETIME_MS, now }),
    lodged: new IsolateCache({ max: 5000, ttlMs: LODGED_MS, now }),
  };
}

export class D1RegionLinks implements RegionLinks {
  readonly #d1: D1Database;
  readonly #db: DrizzleD1Database;
  readonly #caches: RegionLinkCaches;

  constructor(d1: D1Database, caches: RegionLinkCaches = createRegionLinkCaches()) {
    this.#d1 = d1;
    this.#db = drizzle(d1);
    this.#caches = caches;
  }

  async replication(tenant: string): Promise<Replication | null> {
    const row = await this.#db.select({ replication: tenants.replication }).from(tenants).where(eq(tenants.slug, tenant)).get();
    return row?.replication ?? null;
  }

  async setReplication(tenant: string, replication: Replication | null): Promise<void> {
    await this.#db.update(tenants).set({ replication }).where(eq(tenants.slug, tenant));
  }

  async outposts(tenant: string): Promise<Outpost[]> {
    const cached = this.#caches.outposts.get(tenant);
    if (cached) return cached;
    const { region, since, wanted, sent, clearing_at, clearing_by } = outposts;
    const columns = { region, since, wanted, sent, clearing_at, clearing_by };
    const rows = await this.#db.select(columns).from(outposts).where(eq(outposts.tenant, tenant)).orderBy(asc(region));
    const found = rows.map(({ clearing_at: at, clearing_by: by, ...row }): Outpost => ({ ...row, ...(at === null ? {} : { clearing: { at, by: by ?? '' } }) }));
    this.#caches.outposts.set(tenant, found);
    return found;
  }

  async open(tenant: string, region: string, now: number): Promise<void> {
    await this.#db.insert(outposts).values({ tenant, region, since: now, wanted: 1, sent: 0 }).onConflictDoNothing();
    this.#caches.outposts.delete(tenant);
  }

  async touch(tenant: string): Promise<void> {
    await this.#db.update(outposts).set({ wanted: sql`wanted + 1` }).where(eq(outposts.tenant, tenant));
    this.#caches.outposts.delete(tenant);
  }

  async noteSent(tenant: string, region: string, revision: number): Promise<void> {
    await this.#db
      .update(outposts)
      .set({ sent: sql`max(sent, ${revision})` })
      .where(and(eq(outposts.tenant, tenant), eq(outposts.region, region)));
    this.#caches.outposts.delete(tenant);
  }

  async clear(tenant: string, region: string, by: string, now: number): Promise<{ at: number; by: string } | null> {
    const row = await this.#db
      .update(outposts)
      .set({ clearing_at: sql`coalesce(clearing_at, ${now})`, clearing_by: sql`coalesce(clearing_by, ${by})` })
      .where(and(eq(outposts.tenant, tenant), eq(outposts.region, region)))
      .returning({ at: outposts.clearing_at, by: outposts.clearing_by })
      .get();
    this.#caches.outposts.delete(tenant);
    return row ? { at: row.at!, by: row.by! } : null;
  }

  async close(tenant: string, region: string): Promise<void> {
    await this.#db.delete(outposts).where(and(eq(outposts.tenant, tenant), eq(outposts.region, region)));
    this.#caches.outposts.delete(tenant);
  }

  async homeOf(tenant: string): Promise<string | null> {
    const cached = this.#caches.homes.get(tenant);
    if (cached !== undefined) return cached;
    const row = await this.#db.select({ home: guests.home }).from(guests).where(eq(guests.tenant, tenant)).get();
    this.#caches.homes.set(tenant, row?.home ?? null);
    return row?.home ?? null;
  }

  async lodge(tenant: string, now: number): Promise<Lodging> {
    if (this.#caches.lodged.get(tenant)) return 'lives';
    const isArriving = "EXISTS (SELECT 1 FROM tenant_moves WHERE tenant = ?1 AND status = 'arriving')";
    const [, told] = await this.#d1.batch<{ lodging: Lodging }>([
      this.#d1.prepare(`UPDATE guests SET lives_since = ?2 WHERE tenant = ?1 AND lives_since IS NULL AND NOT ${isArriving}`).bind(tenant, now),
      this.#d1
        .prepare(
          `SELECT CASE WHEN EXISTS (SELECT 1 FROM guests WHERE tenant = ?1 AND lives_since IS NOT NULL) THEN 'lives'
             WHEN ${isArriving} THEN 'arriving' ELSE 'unknown' END AS lodging`,
        )
        .bind(tenant),
    ]);
    const { lodging } = told!.results[0]!;
    if (lodging === 'lives') this.#caches.lodged.set(tenant, true);
    else this.#caches.lodged.delete(tenant);
    return lodging;
  }

  async admit(tenant: string, home: string, sent: PeerDeployments, now: number): Promise<void> {
    const isNewest = 'EXISTS (SELECT 1 FROM guests WHERE tenant = ?1 AND revision = ?2)';
    const rows = sent.deployments.map((each) => COLUMNS.map((column) => (column === 'pipelines' ? JSON.stringify(each.pipelines) : each[column])));
    await this.#d1.batch([
      this.#d1
        .prepare(
          `INSERT INTO guests (tenant, home, since, revision, egress, retention) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
           ON CONFLICT (tenant) DO UPDATE SET home = excluded.home, revision = excluded.revision, egress = excluded.egress, retention = excluded.retention
             WHERE excluded.revision >= guests.revision`,
        )
        .bind(tenant, home, now, sent.revision, sent.egress && JSON.stringify(sent.egress), sent.retention && JSON.stringify(sent.retention)),
      this.#d1.prepare(`DELETE FROM active_deployments WHERE tenant = ?1 AND ${isNewest}`).bind(tenant, sent.revision),
      this.#d1
        .prepare(
          `INSERT OR REPLACE INTO active_deployments (tenant, ${COLUMNS.join(', ')})
           SELECT ?1, ${COLUMNS.map((_, at) => `value ->> ${at}`).join(', ')} FROM json_each(?3) WHERE ${isNewest}`,
        )
        .bind(tenant, sent.revision, JSON.stringify(rows)),
    ]);
    this.#caches.homes.delete(tenant);
  }
}
